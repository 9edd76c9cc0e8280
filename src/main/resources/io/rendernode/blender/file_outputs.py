"""Turns the compositor's File Output nodes into the task's own folder, by --python, after the scene is reported on.

As they stand they write where the scene says: beside the .blend, over other files, or nowhere. Each gets a folder
outputs/<n> beside the frames, and each of its slots files that are named <k>_ and the frame's number, sign and seven
digits, in 3.4.1 and 5.2.2 alike. The nodes stand in sys.render_node_outputs, put there by scene_report.py.
"""

import os
import sys

import bpy


def items_of(node):
    """Answers the slots of a node: since 5.0 they are items."""
    return node.file_output_items if hasattr(node, "file_output_items") else node.file_slots


def format_of(node, slot):
    """Answers the format in which a slot is written."""
    if node.format.file_format == "OPEN_EXR_MULTILAYER":
        return node.format
    item = items_of(node)[slot]
    own = item.override_node_format if hasattr(item, "override_node_format") else not item.use_node_format
    return item.format if own else node.format


def name_slots(node, names):
    """Names the slots, in two steps: a name that another slot has would come out as a different one."""
    word = "name" if hasattr(node, "file_output_items") else "path"
    for step in ("render-node %d", None):
        for slot, item in enumerate(items_of(node)):
            setattr(item, word, step % slot if step else names(slot))


def point(node, folder, refuse):
    """Makes a node write into a folder: Blender cuts a long path without a word."""
    multilayer = node.format.file_format == "OPEN_EXR_MULTILAYER"
    if hasattr(node, "directory"):
        # Since 5.0 braces in a path are variables.
        wanted = node.directory = folder.replace("{", "{{").replace("}", "}}")
        node.file_name = "0_#######" if multilayer else ""
        kept = node.directory
    else:
        wanted = node.base_path = os.path.join(folder, "0_#######") if multilayer else folder
        kept = node.base_path
    if kept != wanted:
        refuse("output path too long: '%s'" % folder)
    if not multilayer:
        name_slots(node, "{}_#######".format)


def settle_one(scene, output, settle_format, settle_views):
    """Settles the formats of a node's files, and answers the formats and the suffixes that they all have."""
    node = output.node
    images = [format_of(node, slot) for slot, _ in output.files]
    for image in images:
        settle_format(image, None, "files of node '%s'" % "".join(c if c.isprintable() else "?" for c in node.name))
    found = [settle_views(scene.render, image) for image in images]
    if any(suffixes != found[0] for suffixes in found):
        for image in images:
            image.views_format = "INDIVIDUAL"
        found = [settle_views(scene.render, image) for image in images]
    return [image.file_format for image in images], found[0]


def turn(scene, pattern, settle_format, settle_views, refuse):
    """Turns all nodes, and answers what they write for a frame as the line of files tells it.

    Blender does not write a slot that is not linked, nor one of one colour: those are not told.
    """
    told = []
    for output in getattr(sys, "render_node_outputs", ()):
        node = output.node
        if output.reason:
            node.mute = True
            continue
        own = "outputs/%d" % len(told)
        point(node, os.path.join(os.path.dirname(pattern), own), refuse)
        formats, suffixes = settle_one(scene, output, settle_format, settle_views)
        files = [
            {"path": "%s/%d_" % (own, slot), "name": name, "format": image}
            for (slot, name), image in zip(output.files, formats)
        ]
        told.append({"folder": output.folder, "files": files, "suffixes": suffixes})
    return told


sys.render_node_turn_outputs = turn
