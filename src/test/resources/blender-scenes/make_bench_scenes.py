"""Writes the benchmark's scenes into the folder that stands behind "--", each made from the scene that comes next:
small.blend, whose frames take a tenth of a second; slow.blend, whose frames take three seconds on two processors;
large.blend, of at least as many megabytes as stand last: a still smaller frame out of a library of assets, each a mesh
and a material of a hundred nodes, in a collection that is not in the view layer, as files of films hold theirs.
"""

import os
import random
import sys
from array import array

import bpy

FOLDER, BASE, MEGABYTES = sys.argv[sys.argv.index("--") + 1 :]
FACES = 200  # of one asset's mesh
NODES = 100  # of one asset's material
ASSETS = 100  # are added at a time

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


def shader():
    """A material of noise upon noise."""
    material = bpy.data.materials.new("asset")
    material.use_nodes = True
    tree = material.node_tree
    last = tree.nodes.new("ShaderNodeTexNoise")
    while len(tree.nodes) < NODES:
        noise, added = tree.nodes.new("ShaderNodeTexNoise"), tree.nodes.new("ShaderNodeMath")
        tree.links.new(last.outputs[0], added.inputs[0])
        tree.links.new(noise.outputs[0], added.inputs[1])
        last = added
    return material


def asset(material):
    """An object of triangles that touch nowhere, with a material of its own."""
    mesh = bpy.data.meshes.new("asset")
    mesh.vertices.add(FACES * 3)
    mesh.vertices.foreach_set("co", some(FACES * 9))
    mesh.loops.add(FACES * 3)
    mesh.loops.foreach_set("vertex_index", array("i", range(FACES * 3)))
    mesh.polygons.add(FACES)
    mesh.polygons.foreach_set("loop_start", array("i", range(0, FACES * 3, 3)))
    if bpy.app.version < (4, 0):
        mesh.polygons.foreach_set("loop_total", array("i", [3] * FACES))
    mesh.uv_layers.new().data.foreach_set("uv", some(FACES * 6))
    mesh.materials.append(material.copy())
    mesh.update(calc_edges=True)
    return bpy.data.objects.new("asset", mesh)


begin(160, 90, 8)
save("small.blend")
begin(640, 360, 15)
save("slow.blend")
scene = begin(96, 54, 4)
library = bpy.data.collections.new("library")
scene.collection.children.link(library)
bpy.context.view_layer.layer_collection.children["library"].exclude = True
first = shader()
while save("large.blend") < int(MEGABYTES) * 1_000_000:
    for _ in range(ASSETS):
        library.objects.link(asset(first))
