"""Saves one rendered image in every format and form that Blender offers, and frames under many patterns.

Called as: blender -b --factory-startup --python-exit-code 1 -P save_frames.py -- FOLDER
Images go to FOLDER/images, frames to FOLDER/names/N for the Nth line of FOLDER/patterns ("format<TAB>pattern").
"""

import itertools
import os
import sys

import bpy

folder = sys.argv[sys.argv.index("--") + 1]
scene = bpy.context.scene
scene.render.engine = "CYCLES"
scene.cycles.samples = 1
scene.cycles.use_denoising = False
scene.render.resolution_x = scene.render.resolution_y = 64
scene.render.resolution_percentage = 100
settings = scene.render.image_settings


def save(extension, **values):
    for name, value in values.items():
        setattr(settings, name, value)
    name = "-".join(str(value) for value in values.values()) + "." + extension
    bpy.data.images["Render Result"].save_render(os.path.join(folder, "images", name), scene=scene)


bpy.ops.render.render()
for mode, depth, compression in itertools.product(("BW", "RGB", "RGBA"), ("8", "16"), (0, 15)):
    save("png", file_format="PNG", color_mode=mode, color_depth=depth, compression=compression)
for mode, quality in itertools.product(("BW", "RGB"), (10, 100)):
    save("jpg", file_format="JPEG", color_mode=mode, quality=quality)
for mode, depth, codec in itertools.product(("BW", "RGBA"), ("8", "16"), ("NONE", "DEFLATE", "LZW", "PACKBITS")):
    save("tif", file_format="TIFF", color_mode=mode, color_depth=depth, tiff_codec=codec)
for mode, quality in itertools.product(("RGB", "RGBA"), (50, 100)):
    save("webp", file_format="WEBP", color_mode=mode, quality=quality)
for form, depth in itertools.product(("OPEN_EXR", "OPEN_EXR_MULTILAYER"), ("16", "32")):
    for codec in ("NONE", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "DWAA", "DWAB") + (("B44", "B44A") if depth == "16" else ()):
        save("exr", file_format=form, color_mode="RGBA", color_depth=depth, exr_codec=codec)

scene.render.resolution_x = scene.render.resolution_y = 8
scene.frame_start = scene.frame_end = 2
with open(os.path.join(folder, "patterns"), encoding="utf-8") as lines:
    for number, line in enumerate(lines):
        settings.file_format, pattern = line.rstrip("\n").split("\t")
        scene.render.filepath = os.path.join(folder, "names", str(number), pattern)
        bpy.ops.render.render(animation=True)

scene.render.use_multiview = True
for views in ("INDIVIDUAL", "MULTIVIEW"):
    settings.file_format = "OPEN_EXR_MULTILAYER"
    settings.views_format = views
    scene.render.filepath = os.path.join(folder, "stereo", views + "_##")
    bpy.ops.render.render(animation=True)
