"""Writes a scene for each warning of the scene report into the folder that stands behind "--", and clean ones.

What a scene is to miss is there while it is saved, and deleted at the end.
"""

import os
import sys
import wave

import bpy

FOLDER = sys.argv[sys.argv.index("--") + 1]
gone = []


def begin():
    """Opens the factory's scene anew, small and of one sample."""
    bpy.ops.wm.read_factory_settings()
    bpy.context.preferences.filepaths.save_version = 0
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = 1, False
    scene.render.resolution_x = scene.render.resolution_y = 64
    scene.frame_end = 6
    save("now.blend")  # so that // is here, and caches have a name
    return scene, bpy.data.objects["Cube"]


def save(name):
    bpy.ops.wm.save_as_mainfile(filepath=path(name), compress=False)


def path(name):
    return os.path.join(FOLDER, name)


def lose(name):
    gone.append(name)
    return name


def write_image(name):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    image = bpy.data.images.new("drawn", 8, 8)
    image.filepath_raw, image.file_format = path(name), "PNG"
    image.save()
    bpy.data.images.remove(image)
    return path(name)


def write_sound(name):
    with wave.open(path(name), "wb") as sound:
        sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    return path(name)


def load(name, file, relative=True):
    image = bpy.data.images.load(write_image(file))
    image.name = name
    if relative:
        image.filepath = "//" + file
    return image


def show(thing, image, **user):
    """Puts an image on an object, in a material of its own."""
    material = bpy.data.materials.new(image.name)
    material.use_nodes = True
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    for name, value in user.items():
        setattr(node.image_user, name, value)
    material.node_tree.links.new(node.outputs[0], material.node_tree.nodes["Principled BSDF"].inputs[0])
    thing.data.materials.append(material)
    return material


def put(name, data=None, scene=None):
    thing = bpy.data.objects.new(name, data)
    (scene or bpy.context.scene).collection.objects.link(thing)
    return thing


def cube(name):
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.name = name
    return bpy.context.object


def clip(name, file):
    movie = bpy.data.movieclips.load(write_image(file))
    movie.name, movie.filepath = name, "//" + file
    return movie


def tiles(name, file, *numbers):
    image = load(name, file.replace("<UDIM>", "1001"))
    image.source, image.filepath = "TILED", "//" + file
    for number in numbers:
        write_image(file.replace("<UDIM>", str(number)))
        if number != 1001:
            image.tiles.new(number)
    return image


def sequence(name, first, last):
    image = load(name, "frames/%s_%04d.png" % (name, first))
    for number in range(first, last + 1):
        write_image("frames/%s_%04d.png" % (name, number))
    image.source = "SEQUENCE"
    return image, {"frame_duration": last - first + 1, "frame_start": 1, "frame_offset": first - 1}


def patch(name, old, new):
    """Writes other bytes, as many, over those that Python cannot change."""
    with open(path(name), "r+b") as file:
        data = file.read()
        file.seek(data.index(old))
        file.write(new.ljust(len(old), b"\0"))


# --- files


def missing_files():
    scene, box = begin()
    show(box, load("wood", lose("textures/wood.png")))
    show(box, load("windows", lose("textures/windows.png")))
    show(box, tiles("udim", "textures/udim.<UDIM>.png", 1001, 1012))
    lose("textures/udim.1012.png")
    image, user = sequence("walk", 5, 9)
    show(box, image, **user)
    lose("frames/walk_0005.png")
    movie = load("film", lose("textures/film.png"))
    movie.source = "MOVIE"
    show(box, movie)
    put("Text", bpy.data.curves.new("Text", "FONT"))
    speaker = bpy.data.speakers.new("Speaker")
    speaker.sound = bpy.data.sounds.load(write_sound(lose("bell.wav")))
    put("Speaker", speaker)
    volume = bpy.data.volumes.new("smoke")
    volume.filepath = "//" + lose("smoke.vdb")
    open(path("smoke.vdb"), "w").close()
    put("Smoke", volume)
    open(path(lose("walk.abc")), "w").close()
    bpy.ops.cachefile.open(filepath=path("walk.abc"))
    box.modifiers.new("Sequence", "MESH_SEQUENCE_CACHE").cache_file = bpy.data.cache_files[0]
    composited(scene).nodes.new("CompositorNodeMovieClip").clip = clip("shot", lose("textures/shot.png"))
    box.modifiers.new("Points", "MESH_CACHE").filepath = "//points.pc2"
    save("missing-files.blend")
    patch("missing-files.blend", b"<builtin>", b"//no.ttf")
    patch("missing-files.blend", b"//textures/windows.png", b"//textures\\windows.png")


def linked():
    begin()
    for name in ("there", "lost"):
        scene, box = begin()
        box.name = name
        show(box, load("in " + name, lose("textures/in-%s.png" % name)))
        removed = put("removed", box.data)
        save(name + ".blend")
        begin()
    for name in ("there", "lost"):
        with bpy.data.libraries.load(path(name + ".blend"), link=True, relative=True) as (_, wanted):
            wanted.objects, wanted.images = [name, "removed"] if name == "there" else [name], ["in " + name]
        for thing in wanted.objects:
            bpy.context.scene.collection.objects.link(thing)
        show(bpy.data.objects["Cube"], wanted.images[0])
    save("linked.blend")
    lose("lost.blend")
    bpy.ops.wm.open_mainfile(filepath=path("there.blend"))
    bpy.context.preferences.filepaths.save_version = 0
    bpy.data.objects.remove(bpy.data.objects["removed"])
    save("there.blend")


def strips():
    scene, _ = begin()
    editor = scene.sequence_editor_create()
    made = editor.strips if hasattr(editor, "strips") else editor.sequences
    made.new_image("still", write_image(lose("still.png")), 1, 1)
    muted = made.new_image("muted", write_image(lose("muted.png")), 2, 1)
    muted.mute = True
    made.new_image("kept", write_image("kept.png"), 3, 1)
    made.new_sound("noise", write_sound(lose("noise.wav")), 4, 1)
    bpy.data.sounds["noise.wav"].filepath = "//noise.wav"
    save("strips.blend")
    scene.render.use_sequencer = False
    save("no-strips.blend")


# --- Python


def drive(thing, place, index, expression):
    driver = thing.driver_add(place, index).driver
    driver.expression = expression
    return driver


def value(driver, name, target, data_path):
    variable = driver.variables.new()
    variable.name = name
    variable.targets[0].id, variable.targets[0].data_path = target, data_path


def drivers():
    scene, box = begin()
    drive(box, "location", 0, "bpy.context.scene.frame_current")
    drive(box, "location", 1, "bpy.data.objects['Light'].location.x")
    value(drive(box, "scale", 0, "x"), "x", bpy.data.objects["Light"], "location.nothing")
    drive(bpy.data.objects["Light"], "location", 0, "1 / 0 + frame")
    hidden = cube("Hidden")
    hidden.hide_viewport = True
    drive(hidden, "location", 0, "bpy.data.objects['Light'].location.x")
    other = bpy.data.scenes.new("Other")
    value(drive(put("Elsewhere", None, other), "scale", 0, "x"), "x", box, "nothing")
    text = bpy.data.texts.new("rig_ui.py")
    text.use_module = True
    text.write("import bpy\n")
    bpy.data.texts.new("notes.py")
    save("python.blend")


def freestyle():
    scene, _ = begin()
    scene.render.use_freestyle = True
    settings = scene.view_layers[0].freestyle_settings
    settings.mode = "SCRIPT"
    module = settings.modules.new()
    module.script, module.use = bpy.data.texts.new("lines.py"), True
    save("freestyle.blend")


# --- simulations


def simulations():
    scene, box = begin()
    cloth = cube("cloth").modifiers.new("Cloth", "CLOTH")
    cloth.point_cache.frame_end = 6
    cube("soft").modifiers.new("Softbody", "SOFT_BODY")
    cube("spark").modifiers.new("Sparks", "PARTICLE_SYSTEM")
    cube("hair").modifiers.new("Hair", "PARTICLE_SYSTEM")
    strands = bpy.data.objects["hair"].particle_systems[0]
    strands.settings.type = "HAIR"
    strands.use_hair_dynamics = True
    cube("tank").modifiers.new("Fluid", "FLUID").fluid_type = "DOMAIN"
    cube("canvas").modifiers.new("Paint", "DYNAMIC_PAINT")
    bpy.ops.dpaint.type_toggle(type="CANVAS")
    bpy.context.view_layer.objects.active = box
    bpy.ops.rigidbody.object_add()
    if hasattr(bpy.types, "GeometryNodeSimulationOutput"):
        simulation_nodes(cube("zone"))
    save("simulations.blend")


def simulation_nodes(thing):
    group = bpy.data.node_groups.new("Zone", "GeometryNodeTree")
    group.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    group.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    first, last = group.nodes.new("NodeGroupInput"), group.nodes.new("NodeGroupOutput")
    enter, leave = group.nodes.new("GeometryNodeSimulationInput"), group.nodes.new("GeometryNodeSimulationOutput")
    enter.pair_with_output(leave)
    group.links.new(first.outputs[0], enter.inputs[0])
    group.links.new(enter.outputs[1], leave.inputs[1])
    group.links.new(leave.outputs[0], last.inputs[0])
    thing.modifiers.new("Nodes", "NODES").node_group = group


def baked():
    scene, box = begin()
    for name in ("in the scene", "on disk"):
        cloth = cube(name).modifiers.new("Cloth", "CLOTH")
        cloth.point_cache.frame_end = 6
        cloth.point_cache.use_disk_cache = name == "on disk"
    cube("still hair").modifiers.new("Hair", "PARTICLE_SYSTEM")
    bpy.data.objects["still hair"].particle_systems[0].settings.type = "HAIR"
    bpy.context.view_layer.objects.active = box
    bpy.ops.rigidbody.object_add()
    scene.rigidbody_world.point_cache.frame_end = 6
    save("baked.blend")
    bpy.ops.ptcache.bake_all(bake=True)
    if hasattr(bpy.types, "GeometryNodeSimulationOutput"):
        simulation_nodes(cube("zone"))
        zone = bpy.context.object
        bpy.ops.object.geometry_node_bake_single(
            session_uid=zone.session_uid, modifier_name="Nodes", bake_id=zone.modifiers[0].bakes[0].bake_id
        )
    save("baked.blend")


# --- rendering


def composited(scene):
    if not hasattr(scene, "compositing_node_group"):
        scene.use_nodes = True
        return scene.node_tree
    scene.compositing_node_group = bpy.data.node_groups.new("Compositor", "CompositorNodeTree")
    return scene.compositing_node_group


def rendering():
    scene, _ = begin()
    tree = composited(scene)
    layers, writes = tree.nodes.new("CompositorNodeRLayers"), tree.nodes.new("CompositorNodeOutputFile")
    writes.name = "Passes"
    if hasattr(writes, "base_path"):
        writes.base_path = "/tmp/passes"
    else:
        writes.directory, writes.file_name = "/tmp/passes", "pass"
        writes.file_output_items.new("RGBA", "Image")
    tree.links.new(layers.outputs[0], writes.inputs[0])
    tree.nodes.new("CompositorNodeOutputFile").name = "unlinked"
    tree.nodes.new("CompositorNodeDenoise").name = "Denoise"
    scene.cycles.use_denoising = True
    save("rendering.blend")
    tree.nodes["Denoise"].mute = True
    writes.mute = True
    scene.render.engine = "BLENDER_WORKBENCH"
    save("workbench.blend")


def formats():
    scene, _ = begin()
    image = scene.render.image_settings
    for name, depth in (("HDR", None), ("CINEON", None), ("DPX", "12"), ("TARGA", None), ("JPEG2000", "16")):
        image.file_format = name
        if depth:
            image.color_depth = depth
        save(name + ".blend")
    if hasattr(image, "media_type"):
        image.media_type = "VIDEO"
    image.file_format = "FFMPEG"
    save("FFMPEG.blend")


def unknown():
    """What an add-on brings that is not there later, and a version that is not there yet."""

    class Node(bpy.types.ShaderNode):
        bl_idname, bl_label = "ShaderNodeOfAnAddOn", "Of an add-on"

    class Engine(bpy.types.RenderEngine):
        bl_idname, bl_label = "OF_AN_ADD_ON", "Of an add-on"

    scene, box = begin()
    bpy.utils.register_class(Node)
    bpy.utils.register_class(Engine)
    box.data.materials[0].node_tree.nodes.new("ShaderNodeOfAnAddOn").name = "Strange"
    scene.render.engine = "OF_AN_ADD_ON"
    save("unknown.blend")
    begin()
    bpy.ops.wm.save_as_mainfile(filepath=path("newer.blend"), compress=False)
    # BLENDER-v304, since 5.0 BLENDER17-01v0500.
    this = b"%d%02d" % bpy.app.version[:2]
    zero = b"v" if bpy.app.version < (5, 0, 0) else b"v0"
    patch("newer.blend", zero + this, zero + b"%d" % (int(this) + 1))


def many():
    scene, box = begin()
    for number in range(120):
        show(box, load("lost %03d" % number, "textures/many.png"))
    lose("textures/many.png")
    for number in range(30):
        bpy.data.scenes.new("Scene %02d" % number)
    save("many.blend")


# --- nothing to warn of


def clean():
    scene, box = begin()
    show(box, load("there", "textures/there.png"))
    show(box, load("backslash", "textures/backslash.png"))
    bpy.data.images["backslash"].filepath = path("textures/backslash.png").replace("/", "\\")
    packed = load("packed", lose("textures/packed.png"))
    packed.pack()
    show(box, packed)
    show(box, bpy.data.images.new("generated", 8, 8))
    show(box, tiles("tiles", "textures/tiles.<UDIM>.png", 1001, 1011))
    image, user = sequence("run", 101, 103)
    show(box, image, **user)
    image, user = sequence("late", 1, 3)
    lose("frames/late_0001.png")
    user["frame_offset"] = 1
    show(box, image, **user)
    put("Text", bpy.data.curves.new("Text", "FONT"))
    put("Volume", bpy.data.volumes.new("by nodes"))
    drive(box, "location", 0, "frame / 10")
    drive(box, "location", 1, "[frame, 2][1] + max(frame, 3)")
    bpy.data.texts.new("notes.py")
    # What no frame needs.
    bpy.data.images["there"].copy().use_fake_user = True
    orphan = load("orphan", lose("textures/orphan.png"))
    orphan.use_fake_user = True
    away = load("away", lose("textures/away.png"))
    hidden = cube("Hidden")
    show(hidden, away)
    hidden.hide_render = True
    other = bpy.data.scenes.new("Other")
    show(put("Elsewhere", bpy.data.meshes.new("Elsewhere"), other), away)
    bpy.data.cameras["Camera"].background_images.new().image = away
    excluded = bpy.data.collections.new("Excluded")
    scene.collection.children.link(excluded)
    excluded.objects.link(bpy.data.objects["Elsewhere"])
    scene.view_layers[0].layer_collection.children["Excluded"].exclude = True
    off = hidden.copy()
    off.hide_render = False
    off.data = bpy.data.meshes.new("Off")
    scene.collection.objects.link(off)
    off.modifiers.new("Cloth", "CLOTH").show_render = False
    node = composited(scene).nodes.new("CompositorNodeOutputFile")
    node.name = "unlinked"
    save("clean.blend")


for make in (
    missing_files, linked, strips, drivers, freestyle, simulations, baked, rendering, formats, many, clean, unknown
):
    make()
for name in gone:
    os.remove(path(name))
