"""Writes the benchmark's scenes into the folder that stands behind "--", each made from the scene that comes next:
small.blend, whose frames take a tenth of a second; slow.blend, whose frames take three seconds on two processors;
large.blend, small but for random meshes of at least as many megabytes as stand last, which are not rendered.
"""

import os
import random
import sys
from array import array

import bpy

FOLDER, BASE, MEGABYTES = sys.argv[sys.argv.index("--") + 1 :]
FACES = 20_000  # of one mesh
COLORS = 4  # layers of one mesh, as baked light is kept

random.seed(14)
POOL = array("f", (random.random() for _ in range(FACES * 24)))  # numpy is not in every Blender


def begin(width, height, samples):
    """Opens the scene anew, so large and so fine, without what makes its frames' times differ."""
    bpy.ops.wm.open_mainfile(filepath=BASE, load_ui=False)
    bpy.context.preferences.filepaths.save_version = 0
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width, height, 100
    scene.render.image_settings.file_format = "PNG"
    scene.cycles.samples, scene.cycles.use_adaptive_sampling, scene.cycles.use_denoising = samples, False, False
    return scene


def save(name):
    path = os.path.join(FOLDER, name)
    bpy.ops.wm.save_as_mainfile(filepath=path, compress=False, relative_remap=False)
    return os.path.getsize(path)


def some(count):
    """So many random numbers from 0 to 1."""
    start = random.randrange(len(POOL) - count)
    return POOL[start : start + count]


def debris(name):
    """An object of triangles that touch nowhere."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(FACES * 3)
    mesh.vertices.foreach_set("co", some(FACES * 9))
    mesh.loops.add(FACES * 3)
    mesh.loops.foreach_set("vertex_index", array("i", range(FACES * 3)))
    mesh.polygons.add(FACES)
    mesh.polygons.foreach_set("loop_start", array("i", range(0, FACES * 3, 3)))
    if bpy.app.version < (4, 0):
        mesh.polygons.foreach_set("loop_total", array("i", [3] * FACES))
    mesh.uv_layers.new().data.foreach_set("uv", some(FACES * 6))
    for layer in range(COLORS):
        color = mesh.color_attributes.new(f"light{layer}", "FLOAT_COLOR", "POINT")
        color.data.foreach_set("color", some(FACES * 12))
    mesh.update(calc_edges=True)
    thing = bpy.data.objects.new(name, mesh)
    thing.hide_render = True
    return thing


begin(160, 90, 8)
save("small.blend")
begin(640, 360, 15)
save("slow.blend")
scene = begin(160, 90, 8)
while save("large.blend") < int(MEGABYTES) * 1_000_000:
    for _ in range(8):
        scene.collection.objects.link(debris("debris"))
