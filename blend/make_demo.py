"""Makes files/demo.blend, the scene a node renders when a job names no other.

    blender -b --factory-startup -P blend/make_demo.py

A cut glass heart spins in a brass gyroscope, two lamps circle it, the camera swings: 120 frames that loop, for a frame
of about a second on two cores. Only data is made, no operator is called but the last one, which saves: so it needs no
window, and it uses nothing that Blender changed between 3.4 and 5.x.
"""

import math
import os
import random

import bmesh
import bpy

FRAMES = 120
HEART = 1.62  # height of the gyroscope's centre, in metres
PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "files", "demo.blend")


def main():
    clear()
    scene = bpy.context.scene
    settings(scene)
    world(scene)
    stage()
    gyroscope()
    lamps()
    sparks()
    scene.camera = camera()
    os.makedirs(os.path.dirname(PATH), exist_ok=True)
    forget_home()
    bpy.context.preferences.filepaths.save_version = 0  # no demo.blend1 beside it
    bpy.ops.wm.save_as_mainfile(filepath=PATH, compress=True)


# --- what the scene is rendered with


def clear():
    """Takes out all that the factory's scene holds."""
    for kind in (bpy.data.objects, bpy.data.meshes, bpy.data.materials, bpy.data.lights, bpy.data.cameras):
        for thing in list(kind):
            kind.remove(thing)


def forget_home():
    """Takes the maker's home folder out of the window layout that is saved along."""
    for screen in bpy.data.screens:
        for space in (space for area in screen.areas for space in area.spaces if space.type == "FILE_BROWSER"):
            if space.params:
                space.params.directory = b"//"


def settings(scene):
    """Sets size, length and the few samples that this scene can do with."""
    render, cycles = scene.render, scene.cycles
    scene.frame_start, scene.frame_end = 1, FRAMES
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y, render.resolution_percentage = 320, 180, 100
    render.fps = 24
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGB"
    render.image_settings.compression = 30
    render.filepath = "//blender-render_####"
    render.use_persistent_data = True  # what does not move is prepared once for the whole range

    cycles.device = "CPU"
    cycles.samples = 36
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold, cycles.adaptive_min_samples = 0.03, 16
    cycles.use_denoising = False  # a Blender built without the denoiser (Debian 12) would not render at all
    cycles.max_bounces = 8
    cycles.diffuse_bounces = 1
    cycles.glossy_bounces = 2
    cycles.transmission_bounces = 8
    cycles.caustics_reflective = cycles.caustics_refractive = False  # their fireflies need far more samples
    cycles.blur_glossy = 1.0
    cycles.sample_clamp_indirect = 1.0
    scene.view_settings.view_transform = "Filmic"


# --- materials, by those sockets only that have the same names in all versions


def nodes_of(name):
    """A new material's nodes, emptied, with the output that its shader goes to."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    return material, tree, tree.nodes.new("ShaderNodeOutputMaterial")


def surface(name, color, roughness, metallic):
    """Lacquer (metallic 0) or metal (1)."""
    material, tree, output = nodes_of(name)
    shader = tree.nodes.new("ShaderNodeBsdfPrincipled")
    shader.inputs["Base Color"].default_value = (*color, 1)
    shader.inputs["Roughness"].default_value = roughness
    shader.inputs["Metallic"].default_value = metallic
    tree.links.new(shader.outputs[0], output.inputs["Surface"])
    return material


def glow(name, color, strength):
    """A shine of its own, seen but not counted among the lamps: each of those costs samples."""
    material, tree, output = nodes_of(name)
    shader = tree.nodes.new("ShaderNodeEmission")
    shader.inputs["Color"].default_value = (*color, 1)
    shader.inputs["Strength"].default_value = strength
    tree.links.new(shader.outputs[0], output.inputs["Surface"])
    if hasattr(material.cycles, "emission_sampling"):  # 3.5 and later
        material.cycles.emission_sampling = "NONE"
    else:
        material.cycles.sample_as_light = False
    return material


def glass(name, color, ior):
    """Glass that lets lamps shine through it: without caustics its shadow would be as black as stone's."""
    material, tree, output = nodes_of(name)
    shader = tree.nodes.new("ShaderNodeBsdfGlass")
    shader.inputs["Color"].default_value = (*color, 1)
    shader.inputs["Roughness"].default_value = 0
    shader.inputs["IOR"].default_value = ior
    clear_shader = tree.nodes.new("ShaderNodeBsdfTransparent")
    clear_shader.inputs["Color"].default_value = (*(0.7 * part for part in color), 1)
    ray = tree.nodes.new("ShaderNodeLightPath")
    mix = tree.nodes.new("ShaderNodeMixShader")
    tree.links.new(ray.outputs["Is Shadow Ray"], mix.inputs[0])
    tree.links.new(shader.outputs[0], mix.inputs[1])
    tree.links.new(clear_shader.outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], output.inputs["Surface"])
    return material


DUSK = (
    (0.0, (0.125, 0.042, 0.050)),
    (0.07, (0.070, 0.032, 0.062)),
    (0.22, (0.020, 0.026, 0.070)),
    (0.60, (0.004, 0.006, 0.020)),
)


def world(scene):
    """Dusk, its glow at the horizon for the metal to mirror and the glass to bend."""
    sky = bpy.data.worlds.new("Night")
    sky.use_nodes = True
    tree = sky.node_tree
    tree.nodes.clear()
    place = tree.nodes.new("ShaderNodeTexCoord")
    split = tree.nodes.new("ShaderNodeSeparateXYZ")
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    dusk = ramp.color_ramp.elements
    dusk.new(0.05), dusk.new(0.16)
    for step, (height, color) in enumerate(DUSK):
        dusk[step].position, dusk[step].color = height, (*color, 1)
    background = tree.nodes.new("ShaderNodeBackground")
    output = tree.nodes.new("ShaderNodeOutputWorld")
    tree.links.new(place.outputs["Generated"], split.inputs[0])
    tree.links.new(split.outputs["Z"], ramp.inputs[0])
    tree.links.new(ramp.outputs["Color"], background.inputs["Color"])
    tree.links.new(background.outputs[0], output.inputs["Surface"])
    sky.cycles.sampling_method = "NONE"  # it is even: rays that hit it are enough
    scene.world = sky


# --- shapes


def put(name, data, material=None, parent=None, location=(0, 0, 0)):
    """Puts an object of this data (None: an empty) into the scene."""
    thing = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(thing)
    thing.location = location
    thing.parent = parent
    if material:
        data.materials.clear()
        data.materials.append(material)
    return thing


def mesh(name, build, smooth):
    """A mesh from what build makes in a bmesh."""
    shape = bmesh.new()
    build(shape)
    data = bpy.data.meshes.new(name)
    shape.to_mesh(data)
    shape.free()
    data.polygons.foreach_set("use_smooth", [smooth] * len(data.polygons))
    return data


def lathe(name, profile, segments=96):
    """Turns a closed outline of (radius, height) around the z axis."""

    def build(shape):
        rounds = []
        for step in range(segments):
            turn = 2 * math.pi * step / segments
            rounds.append([shape.verts.new((r * math.cos(turn), r * math.sin(turn), z)) for r, z in profile])
        for here, there in zip(rounds, rounds[1:] + rounds[:1]):
            for side in range(len(profile)):
                far = (side + 1) % len(profile)
                shape.faces.new((here[side], there[side], there[far], here[far]))
        bmesh.ops.recalc_face_normals(shape, faces=shape.faces)

    return mesh(name, build, smooth=True)


def rounded(inner, outer, low, high, bevel, steps=4):
    """The outline of a band with rounded edges, for lathe."""
    corners = (
        (outer - bevel, low + bevel, -90),
        (outer - bevel, high - bevel, 0),
        (inner + bevel, high - bevel, 90),
        (inner + bevel, low + bevel, 180),
    )
    outline = []
    for x, z, start in corners:
        for step in range(steps + 1):
            turn = math.radians(start + 90 * step / steps)
            outline.append((x + bevel * math.cos(turn), z + bevel * math.sin(turn)))
    return outline


def ball(name, radius, detail=4, smooth=True):
    """A ball of triangles; with little detail and not smooth, a gem."""
    return mesh(
        name, lambda shape: bmesh.ops.create_icosphere(shape, subdivisions=detail, radius=radius), smooth
    )


def glowing(name, radius, color, strength, watts, parent=None):
    """A bulb that is only looked at, and a point light in it that does the lighting, far less noisily."""
    bulb = put(name, ball(name, radius, 3), glow(name, color, strength), parent)
    bulb.visible_diffuse = bulb.visible_glossy = bulb.visible_shadow = False
    light = bpy.data.lights.new(name + " light", "POINT")
    light.color, light.energy, light.shadow_soft_size = color, watts, radius
    put(name + " light", light, parent=bulb)
    return bulb


# --- motion


def animate(thing, path, motion):
    """Keys path on each frame with motion(turn), turn from 0 on the first frame to 2 pi after the last: it loops.

    A key a frame needs no interpolation, whose settings moved in 5.0.
    """
    for frame in range(1, FRAMES + 2):
        setattr(thing, path, motion(2 * math.pi * (frame - 1) / FRAMES))
        thing.keyframe_insert(path, frame=frame)


# --- what is seen


def stage():
    """The floor and the pedestal."""
    floor = mesh("Floor", lambda shape: bmesh.ops.create_grid(shape, x_segments=1, y_segments=1, size=400), False)
    put("Floor", floor, surface("Floor", (0.02, 0.024, 0.034), 0.1, 0))
    steel, brass = surface("Dark steel", (0.10, 0.11, 0.13), 0.42, 1), surface("Trim", (0.9, 0.55, 0.2), 0.2, 1)
    put("Foot", lathe("Foot", rounded(0.0001, 0.95, 0, 0.14, 0.03)), steel)
    put("Foot trim", lathe("Foot trim", rounded(0.5, 0.84, 0.13, 0.18, 0.02)), brass)
    put("Plate", lathe("Plate", rounded(0.0001, 0.72, 0.15, 0.26, 0.03)), steel)
    put("Stem", lathe("Stem", rounded(0.0001, 0.07, 0.2, HEART - 1.18, 0.02)), brass)


def gyroscope():
    """Three rings, each in the next one's bearings, and the glass heart."""
    brass = surface("Brass", (0.95, 0.60, 0.22), 0.16, 1)
    steel = surface("Steel", (0.75, 0.78, 0.82), 0.12, 1)
    copper = surface("Copper", (0.95, 0.38, 0.24), 0.2, 1)
    center = put("Heart of it", None, location=(0, 0, HEART))

    outer = ring("Outer ring", 1.22, brass, center)
    animate(outer, "rotation_euler", lambda turn: (math.pi / 2, 0, turn))
    middle = ring("Middle ring", 0.99, steel, outer)
    animate(middle, "rotation_euler", lambda turn: (turn + 0.9, 0, 0))
    inner = ring("Inner ring", 0.76, copper, middle)
    animate(inner, "rotation_euler", lambda turn: (0, 2 * turn + 0.5, 0))
    pins = surface("Pin", (0.8, 0.1, 0.06), 0.15, 0)
    for parent, axis, radius in ((outer, 0, 1.075), (middle, 1, 0.845)):
        for side in (-1, 1):
            place = [0, 0, 0]
            place[axis] = side * radius
            put("Pin", ball("Pin", 0.075, 3), pins, parent, place)

    gem = put("Gem", ball("Gem", 0.5, 2, smooth=False), glass("Glass", (0.80, 0.95, 1.0), 1.5), center)
    animate(gem, "rotation_euler", lambda turn: (0.3, 0.2, -turn))
    core = glowing("Core", 0.1, (1.0, 0.26, 0.05), 4, watts=30, parent=center)
    animate(core, "scale", lambda turn: (1 + 0.18 * math.sin(3 * turn),) * 3)


def ring(name, radius, material, parent):
    """A flat band around the z axis, radius in metres to its outside."""
    return put(name, lathe(name, rounded(radius - 0.08, radius, -0.11, 0.11, 0.025)), material, parent)


def lamps():
    """A warm key light, a cool one from behind, and two lamps on their way around the gyroscope."""
    area("Key", (-3.4, -3.0, 4.6), (1.0, 0.84, 0.68), 900, 3.2)
    area("Rim", (3.6, 3.2, 3.4), (0.35, 0.62, 1.0), 800, 2.4)
    area("Sky", (0.0, -0.5, 6.5), (0.8, 0.85, 1.0), 260, 4.0)
    for name, color, start in (("Amber", (1.0, 0.45, 0.10), 0.0), ("Aqua", (0.10, 0.75, 1.0), math.pi)):
        bulb = glowing(name, 0.09, color, 6, watts=45)
        animate(
            bulb,
            "location",
            lambda turn, start=start: (
                1.9 * math.cos(turn + start),
                1.9 * math.sin(turn + start),
                0.75 + 0.4 * math.sin(turn + start + 0.6),
            ),
        )


def area(name, location, color, watts, size):
    """A round soft light that looks at the gyroscope."""
    light = bpy.data.lights.new(name, "AREA")
    light.shape, light.size, light.color, light.energy = "DISK", size, color, watts
    look_at(put(name, light, location=location), bpy.data.objects["Heart of it"])


def sparks():
    """Little lights far behind, which the lens makes discs of."""
    chance = random.Random(11)
    colors = ((1.0, 0.42, 0.10), (0.15, 0.65, 1.0), (1.0, 0.16, 0.30), (0.95, 0.85, 0.6))
    shapes = []
    for number, color in enumerate(colors):
        data = ball("Spark", 0.05, 2)
        data.materials.append(glow(f"Spark {number}", color, 7))
        shapes.append(data)
    for _ in range(70):
        turn, distance = math.radians(chance.uniform(20, 160)), chance.uniform(6, 15)
        place = (distance * math.cos(turn), distance * math.sin(turn), 0.1 + 4.6 * chance.random() ** 1.7)
        spark = put("Spark", chance.choice(shapes), location=place)
        spark.visible_diffuse = spark.visible_shadow = False


def look_at(thing, target):
    """Turns thing to target, now and always."""
    track = thing.constraints.new("TRACK_TO")
    track.target, track.track_axis, track.up_axis = target, "TRACK_NEGATIVE_Z", "UP_Y"


def camera():
    """The camera, on a swing from side to side, focused on the heart."""
    data = bpy.data.cameras.new("Camera")
    data.lens = 43.5
    data.dof.use_dof = True
    data.dof.focus_object = bpy.data.objects["Heart of it"]
    data.dof.aperture_fstop = 0.9
    aim = put("Aim", None, location=(0, 0, HEART - 0.2))
    eye = put("Camera", data)
    look_at(eye, aim)

    def swing(turn):
        side = math.radians(-90 + 24 * math.sin(turn))
        distance = 6.6 - 0.4 * math.cos(turn)
        return distance * math.cos(side), distance * math.sin(side), 2.1 + 0.7 * math.sin(turn + 0.8)

    animate(eye, "location", swing)
    return eye


main()
