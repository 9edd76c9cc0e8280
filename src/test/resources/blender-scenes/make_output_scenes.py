"""Writes scenes with compositor File Output nodes into the folder that stands behind "--".

Where they would write, were they left as they are, is in that folder, too: beside it, or in its folder "away".
"""

import os
import sys

import bpy

FOLDER = sys.argv[sys.argv.index("--") + 1]


def begin():
    """Opens the factory's scene anew, small, and answers it and its compositor's nodes."""
    bpy.ops.wm.read_factory_settings()
    bpy.context.preferences.filepaths.save_version = 0
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = 1, False
    scene.render.resolution_x = scene.render.resolution_y = 32
    if not hasattr(scene, "compositing_node_group"):
        scene.use_nodes = True
        return scene, scene.node_tree
    scene.render.compositor_device = "CPU"
    scene.compositing_node_group = bpy.data.node_groups.new("Compositor", "CompositorNodeTree")
    group = scene.compositing_node_group
    layers = group.nodes.new("CompositorNodeRLayers")
    layers.name = "Render Layers"
    group.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
    group.links.new(layers.outputs[0], group.nodes.new("NodeGroupOutput").inputs[0])
    return scene, group


def save(name):
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(FOLDER, name), compress=False)


def away(name):
    return os.path.join(FOLDER, "away", name)


def render_layers(tree):
    return tree.nodes["Render Layers"].outputs[0]


def output(tree, name, path, slots, source, file_format="PNG", linked=None):
    """Makes a node whose slots have these paths; those whose numbers are in linked, or all, have a link."""
    node = tree.nodes.new("CompositorNodeOutputFile")
    node.name = name
    multilayer = file_format == "OPEN_EXR_MULTILAYER"
    if hasattr(node, "directory"):
        node.format.media_type = "MULTI_LAYER_IMAGE" if multilayer else "IMAGE"
        node.directory, node.file_name = (path.rpartition("/")[::2]) if multilayer else (path, "")
        for slot in slots:
            node.file_output_items.new("RGBA", slot)
    else:
        node.base_path = path
        made = node.layer_slots if multilayer else node.file_slots
        made.clear()
        for slot in slots:
            made.new(slot)
    node.format.file_format = file_format
    for number in range(len(slots)) if linked is None else linked:
        tree.links.new(source, node.inputs[number])
    return node


def own_format(node, slot, file_format):
    item = (node.file_output_items if hasattr(node, "directory") else node.file_slots)[slot]
    if hasattr(item, "override_node_format"):
        item.override_node_format = True
        item.format.media_type = "IMAGE"
    else:
        item.use_node_format = False
    item.format.file_format = file_format


def group_with(tree, name, source_name="image"):
    """Adds a group with a File Output node in it, whose source is an image."""
    inner = bpy.data.node_groups.new(name, "CompositorNodeTree")
    image = inner.nodes.new("CompositorNodeImage")
    image.image = bpy.data.images.get(source_name) or bpy.data.images.new(source_name, 16, 16)
    outer = tree.nodes.new("CompositorNodeGroup")
    outer.node_tree = inner
    return inner, outer, image.outputs[0]


def nodes():
    """Two nodes of three slots, one multilayer, one in a group; and what writes nothing."""
    scene, tree = begin()
    source = render_layers(tree)
    passes = output(tree, "Passes", away("passes"), ["Image", "0_#######", "depth_###.png"], source)
    own_format(passes, 1, "OPEN_EXR")
    own_format(passes, 2, "HDR")
    output(tree, "Layers", away("exr/beauty_"), ["x", "y"], source, "OPEN_EXR_MULTILAYER")
    output(tree, "Again", "//passes/", ["a", "not linked", "b"], source, "JPEG", [0, 2])
    inner, _, image = group_with(tree, "Group")
    output(inner, "Inside", "//", ["Image"], image)
    inner, outer, image = group_with(tree, "Off")
    output(inner, "In a muted group", away("muted"), ["Image"], image)
    outer.mute = True
    output(tree, "Muted", away("muted"), ["Image"], source).mute = True
    output(tree, "Not linked", away("none"), ["Image"], source, linked=[])
    colour = tree.nodes.new("CompositorNodeRGB").outputs[0]
    output(tree, "One colour", away("colour"), ["Image"], colour)
    save("nodes.blend")
    scene.render.use_multiview = True
    scene.render.image_settings.views_format = "INDIVIDUAL"
    save("stereo.blend")
    for node in tree.nodes:
        if node.type == "OUTPUT_FILE":
            node.format.views_format = "MULTIVIEW" if "EXR" in node.format.file_format else "STEREO_3D"
    scene.render.image_settings.views_format = "STEREO_3D"
    save("side-by-side.blend")
    scene.render.use_compositing = False
    save("off.blend")


def names():
    """Names that are no part of a path, or of two files at once."""
    scene, tree = begin()
    source = render_layers(tree)
    slots = ["../../up", "/abs/o\u00ef", "a:b", "A:B", "pass1", "pass2", "###", "-", "..", "f.png", "\U0001f600" * 60]
    output(tree, "Odd", away("..") + "/..", slots, source)
    output(tree, "odd/.name", "/tmp/", ["x"], source)
    output(tree, "\U0001f600\u00ef", away("caf\u00e9"), ["x"], source)
    output(tree, "Other", away("CAFE\u0301"), ["x"], source)
    output(tree, "Slashes", away("back\\slash\\"), ["x"], source)
    output(tree, ".." * 5, "//", ["x"], source)
    output(tree, "Braces", away("{nothing}"), ["x"], source)
    save("names.blend")


def strip():
    """A sequencer that shows another scene, whose compositor runs, and not its own."""
    scene, tree = begin()
    output(tree, "Own", away("own"), ["x"], render_layers(tree))
    bpy.ops.scene.new(type="FULL_COPY")
    other = bpy.context.scene
    other.name = "Other"
    inner = other.compositing_node_group if hasattr(other, "compositing_node_group") else other.node_tree
    for node in inner.nodes:
        if node.type == "OUTPUT_FILE":
            node.name = "Foreign"
    bpy.context.window.scene = scene
    editor = scene.sequence_editor_create()
    made = editor.strips if hasattr(editor, "strips") else editor.sequences
    made.new_scene("shown", other, 1, 1)
    save("strip.blend")


for make in (nodes, names, strip):
    make()
