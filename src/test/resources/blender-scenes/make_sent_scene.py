# A scene of three files: a shot, which links a wall from a library, which shows an image. Arguments: the folder, and the
# wall's red, green and blue. By itself each path in them is relative.
import os
import sys

import bpy

folder, *colour = sys.argv[sys.argv.index("--") + 1 :]
for name in ("shot", "lib", "tex"):
    os.makedirs(os.path.join(folder, name), exist_ok=True)

bpy.ops.wm.read_factory_settings(use_empty=True)
image = bpy.data.images.new("wall", 8, 8)
image.pixels = [float(channel) for channel in (*colour, 1)] * 64
image.filepath_raw = os.path.join(folder, "tex", "wall.png")
image.file_format = "PNG"
image.save()

bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.mesh.primitive_plane_add(size=10)
wall = bpy.context.object
wall.name = "Wall"
material = bpy.data.materials.new("Wall")
material.use_nodes = True
nodes = material.node_tree.nodes
nodes.clear()
picture, light, out = (nodes.new(kind) for kind in ("ShaderNodeTexImage", "ShaderNodeEmission", "ShaderNodeOutputMaterial"))
material.node_tree.links.new(picture.outputs[0], light.inputs[0])
material.node_tree.links.new(light.outputs[0], out.inputs[0])
wall.data.materials.append(material)
library = os.path.join(folder, "lib", "wall.blend")
bpy.ops.wm.save_as_mainfile(filepath=library)
picture.image = bpy.data.images.load(os.path.join(folder, "tex", "wall.png"))
picture.image.filepath = "//../tex/wall.png"
bpy.ops.wm.save_as_mainfile(filepath=library, relative_remap=False)

bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
bpy.ops.object.camera_add(location=(0, 0, 5))
scene.camera = bpy.context.object
scene.render.engine = "CYCLES"
scene.cycles.samples = 1
scene.cycles.use_denoising = False
scene.view_settings.view_transform = "Standard"
scene.render.resolution_x = scene.render.resolution_y = 32
shot = os.path.join(folder, "shot", "010.blend")
bpy.ops.wm.save_as_mainfile(filepath=shot)
with bpy.data.libraries.load(library, link=True, relative=True) as (_, wanted):
    wanted.objects = ["Wall"]
scene.collection.objects.link(wanted.objects[0])
bpy.ops.wm.save_as_mainfile(filepath=shot)
