"""Makes scenes that show their colours in different ways: blender -b --python make_view_scenes.py -- FOLDER."""

import sys

import bpy

VIEWS = {
    "filmic": ("Filmic", "None", 0, 1),
    "look": ("Filmic", "Very High Contrast", 0.7, 1.3),
    "standard": ("Standard", "None", -0.5, 0.8),
}

folder = sys.argv[sys.argv.index("--") + 1]
scene = bpy.context.scene
scene.render.engine = "CYCLES"
scene.cycles.samples = 4
scene.cycles.use_denoising = False
scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 320, 180, 100
# The noise that hides steps is in the one picture and not in the other.
scene.render.dither_intensity = 0
scene.world.node_tree.nodes["Background"].inputs[0].default_value = (0.6, 0.2, 0.05, 1)
for name, (view, look, exposure, gamma) in VIEWS.items():
    settings = scene.view_settings
    settings.view_transform, settings.look = view, look
    settings.exposure, settings.gamma = exposure, gamma
    bpy.ops.wm.save_as_mainfile(filepath=f"{folder}/{name}.blend", copy=True)
