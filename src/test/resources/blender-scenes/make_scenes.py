"""Writes the small scenes of the tests into the folder that stands behind "--"."""

import os
import sys

import bpy

folder = sys.argv[sys.argv.index("--") + 1]
scene = bpy.context.scene
render, image = scene.render, scene.render.image_settings


def save(name):
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(folder, name))


render.engine = "CYCLES"
scene.cycles.samples = 1
scene.cycles.use_denoising = False
render.resolution_x = render.resolution_y = 64
render.resolution_percentage = 100
render.film_transparent = True
render.use_overwrite = False
render.use_placeholder = True
render.use_file_extension = False
scene.frame_step = 2
save("plain.blend")

# A second scene with a name like an option, where a marker puts a camera in charge that sees nothing.
away = bpy.data.objects.new("Away", bpy.data.cameras.new("Away"))
away.location = (0, 0, -100)
scene.collection.objects.link(away)
scene.timeline_markers.new("cut", frame=1).camera = away
scene.camera = away
scene.name = "--version"
bpy.data.scenes.new("Empty")
bpy.context.window.scene = bpy.data.scenes["Empty"]
save("scenes.blend")
bpy.context.window.scene = scene

image.file_format = "FFMPEG"
save("movie.blend")

image.file_format = "PNG"
render.use_multiview = True
image.views_format = "INDIVIDUAL"
scene.timeline_markers.clear()
save("stereo.blend")

image.views_format = "STEREO_3D"
save("side-by-side.blend")

image.views_format = "INDIVIDUAL"
render.views_format = "MULTIVIEW"
for view in list(render.views):
    view.use = False


def save_views(name, *suffixes):
    for number, suffix in enumerate(suffixes):
        render.views.new("view %d" % number)
        render.views["view %d" % number].file_suffix = suffix
    save(name)
    for number in range(len(suffixes)):
        render.views.remove(render.views["view %d" % number])


save_views("odd-views.blend", "1", ".left", "_\u5de6", ".png", " 12.jpg")
save_views("number-views.blend", "_L", "12_L")
save_views("line-views.blend", "_L", "_\n")
