"""What the render node does inside Blender, by --python, once the .blend is loaded.

It takes the .blend's Python away, settles the scene by the JSON that stands behind "-- --render-node",
and says which files one frame will make. An exception ends Blender by --python-exit-code.
It comes last: file_outputs.py and simulations.py, before it, each leave a function in sys that it calls in its turn.
"""

import ctypes
import json
import re
import sys

import bpy

OPEN_EXR = {"OPEN_EXR", "OPEN_EXR_MULTILAYER"}
# What the node can check to be whole.
IMAGE_FORMATS = OPEN_EXR | {"PNG", "JPEG", "TIFF", "WEBP"}
# Values above 1 survive in an EXR only; the depth is what holds all that the format could.
REPLACED_BY_EXR = {"HDR": "32", "CINEON": "16"}
EEVEE = ("BLENDER_EEVEE", "BLENDER_EEVEE_NEXT")
# A refusal names so many of the scenes or cameras that there are.
MOST_NAMES = 20


def say(line):
    """Prints a line at once: an exit must not lose it."""
    print(line, flush=True)


def refuse(message):
    """Ends Blender with exit code 1 before anything is rendered, with a message on one line."""
    say("Error: " + "".join(c if c.isprintable() else "?" for c in message))
    sys.exit(1)


def find(collection, name, kind):
    """Answers what has exactly this name; ends Blender, which crashes on half a character, if nothing has."""
    items = list(collection)
    name = name.encode("utf-8", "replace").decode("utf-8")
    for item in items:
        if item.name == name:
            return item
    names = [item.name for item in items[:MOST_NAMES]] or ["none"]
    if len(items) > MOST_NAMES:
        names.append("and %d more" % (len(items) - MOST_NAMES))
    refuse("%s not found: '%s', there are: %s" % (kind, name, ", ".join(names)))


def keep_engine(scene):
    """Keeps the engine that the scene was saved with; ends Blender if it has it not.

    Of such a scene Blender tells another engine, EEVEE, and renders with it. But the scene's memory, from its
    render settings up to those of EEVEE (seen in 3.4.1 and 5.2.2), still has the right name.
    """
    engine, start = scene.render.engine, scene.render.as_pointer()
    size = scene.eevee.as_pointer() - start
    told = engine.encode() + b"\0"
    if not 0 < size < 65536 or told in ctypes.string_at(start, size):
        return
    held = ctypes.string_at(start, size)
    scene.render.engine = engine  # to see where the name stands
    name = held[ctypes.string_at(start, size).find(told) :].split(b"\0")[0]
    refuse("engine not found '%s'" % name[:64].decode("utf-8", "replace"))


def settle_engine(scene, engine):
    """Sets the engine, or keeps the scene's own. EEVEE was called BLENDER_EEVEE_NEXT in 4.2 to 4.4."""
    if engine is None:
        keep_engine(scene)
        return
    names = EEVEE if engine in EEVEE else (engine,)
    for name in names:
        try:
            scene.render.engine = name
            return
        except TypeError:
            continue
    refuse("engine not found '%s'" % engine)


def settle_samples(scene, samples):
    """Sets the samples of the scene's engine; Workbench has none to set."""
    if scene.render.engine == "CYCLES":
        scene.cycles.samples = samples
    elif scene.render.engine in EEVEE:
        scene.eevee.taa_render_samples = samples
    else:
        say("render-node: samples do not apply to " + scene.render.engine)


def settle_camera(scene, name):
    """Makes an object the camera for every frame: markers would change it in the middle."""
    scene.camera = find([o for o in bpy.data.objects if o.type == "CAMERA"], name, "camera")
    for marker in scene.timeline_markers:
        marker.camera = None


def settle_format(image, wanted, whose="frames"):
    """Sets the format; one that is no still image, or that the node cannot check, becomes PNG or EXR."""
    own, depth = image.file_format, None
    chosen = wanted or own
    if chosen not in IMAGE_FORMATS:
        chosen = "OPEN_EXR" if own in REPLACED_BY_EXR else "PNG"
        # Read before the format changes, which takes the depth along; an old movie has none, which reads as empty.
        deep = image.color_depth not in ("", "8")
        depth = REPLACED_BY_EXR.get(own) or ("16" if deep else "8")
        say("render-node: %s %s cannot be checked, rendering %s instead" % (own, whose, chosen))
    try:
        # Since 5.0 a format can only be set within its kind of media.
        if hasattr(image, "media_type"):
            multilayer = chosen == "OPEN_EXR_MULTILAYER"
            image.media_type = "MULTI_LAYER_IMAGE" if multilayer else "IMAGE"
        image.file_format = chosen
        if depth:
            image.color_depth = depth
    except TypeError:
        refuse("format not available in this Blender: '%s'" % chosen)


def can_denoise():
    """Tells whether this Blender has OpenImageDenoise, which Debian's has not: 3.4, 4.3 and 5.2 say so here alone."""
    try:
        import _cycles
    except ImportError:
        return False
    return bool(getattr(_cycles, "with_openimagedenoise", False))


def settle_denoise(scene, wanted):
    """Turns denoising on or off, if asked to; ends Blender where Cycles would fail on each frame for want of it."""
    if wanted is False:
        mute_denoise(compositor(scene), set())
    if scene.render.engine != "CYCLES":
        if wanted:
            say("render-node: denoising does not apply to " + scene.render.engine)
        return
    if wanted is not None:
        scene.cycles.use_denoising = wanted
    # Each view layer has a switch of its own below the scene's.
    layers = any(layer.use and layer.cycles.use_denoising for layer in scene.view_layers)
    if scene.cycles.use_denoising and layers and not can_denoise():
        refuse(
            "denoiser missing: this Blender is built without OpenImageDenoise;"
            ' ask with "denoise": false, or use Blender\'s own build'
        )


def compositor(scene):
    """Answers the compositor's nodes, if it has any; since 5.0 they are a group."""
    return scene.compositing_node_group if hasattr(scene, "compositing_node_group") else scene.node_tree


def mute_denoise(tree, seen):
    """Lets the image pass the compositor's denoise nodes as it is."""
    if tree is None or tree in seen:
        return
    seen.add(tree)
    for node in tree.nodes:
        if node.type == "DENOISE":
            node.mute = True
        elif node.type == "GROUP":
            mute_denoise(node.node_tree, seen)


def settle_views(render, image):
    """Answers the suffixes of a frame's files in a format, in the order in which Blender writes them."""
    if not render.use_multiview:
        return [""]
    views = [v for v in render.views if v.use]
    if render.views_format == "STEREO_3D":
        views = [v for v in views if v.name in ("left", "right")]
    if len(views) < 2:
        # Blender 5 writes a lone view with its suffix, those before without.
        for view in views:
            view.file_suffix = ""
        return [""]
    if image.file_format in OPEN_EXR and image.views_format == "MULTIVIEW":
        return [""]
    if image.file_format not in OPEN_EXR and image.views_format == "STEREO_3D":
        return [""]
    if image.views_format != "INDIVIDUAL":
        # As stereo 3D, Blender 3.4 and 4.3 crash on EXR and write no file on multilayer EXR.
        say("render-node: this format holds one view a file, rendering a file for each view")
        image.views_format = "INDIVIDUAL"
    suffixes = [v.file_suffix for v in views]
    if len(set(suffixes)) < len(suffixes):
        refuse("views share a file suffix: %s" % json.dumps(suffixes))
    if any("/" in s or not s.isprintable() for s in suffixes):
        refuse("a view's file suffix is no part of a file's name: %s" % json.dumps(suffixes))
    if any(a != b and re.fullmatch("[0-9]+" + re.escape(b), a) for a in suffixes for b in suffixes):
        # With "" and "1", x1 and a 1 is the name of frame 11 as well as of frame 1's second view.
        refuse("a view's file suffix reads as part of the frame's number: %s" % json.dumps(suffixes))
    return suffixes


def disarm():
    """Keeps Freestyle from running the .blend's Python, which it does whatever -Y says.

    It does so in any scene that has a part in a frame, by the compositor or the sequencer or from a
    library: by the scripts of its SCRIPT mode, and in EDITOR mode by the names that it puts into the
    code it runs, where it escapes a quote but not the backslash before it. The scripts go, since a
    driver may set mode and use back. What cannot be changed may stay if it cannot do harm.
    """
    for scene in bpy.data.scenes:
        for layer in scene.view_layers:
            freestyle = layer.freestyle_settings
            for module in freestyle.modules:
                attempt(module, "use", False)
                attempt(module, "script", None)
            attempt(freestyle, "mode", "EDITOR")
            for named in (layer, *freestyle.linesets):
                if "\\" in named.name:
                    attempt(named, "name", named.name.replace("\\", "/"))
                if "\\" in named.name:
                    refuse("a name that Freestyle runs as Python: %s" % json.dumps(named.name))
            if any(module.script is not None for module in freestyle.modules):
                refuse("a script that Freestyle runs cannot be taken away: scene %s" % json.dumps(scene.name))


def attempt(holder, name, value):
    """Sets a property, unless it is read-only."""
    try:
        setattr(holder, name, value)
    except (AttributeError, RuntimeError, TypeError):
        pass


def choose_scene(name, argument):
    """Answers the scene that -S will choose, or without a name the one the .blend was saved with.

    A script cannot choose it: Blender puts the old one back after the script. -S in turn ignores a
    name that it does not find, and reads a name such as "--version" as the option: such a scene is
    renamed to the argument that stands after -S.
    """
    if name is None:
        return bpy.context.scene
    scene = find(bpy.data.scenes, name, "scene")
    if argument != name:
        scene.name = argument
        if scene.name != argument:
            refuse("scene not found: '%s' cannot be chosen, '%s' is taken" % (name, argument))
    return scene


def settle_output(scene, output):
    """Makes Blender write where the node looks: it cuts a long path without a word."""
    # Since 5.0 braces in a path are variables.
    path = output if bpy.app.version < (5, 0, 0) else output.replace("{", "{{").replace("}", "}}")
    scene.render.filepath = path
    if scene.render.filepath != path:
        refuse("output path too long: '%s'" % output)


def render_one_by_one(scene, frames, output):
    """Renders frames that the command line has no word for: it takes a negative number for an offset.

    After a SIGINT Blender answers as if all were well, and the script would go on.
    """
    canceled = []
    bpy.app.handlers.render_cancel.append(lambda *unused: canceled.append(True))
    for frame in frames:
        scene.frame_set(frame)
        scene.render.filepath = scene.render.frame_path(frame=frame)
        bpy.ops.render.render(write_still=True, scene=scene.name)
        if canceled:
            sys.exit(1)
        settle_output(scene, output)


def settle(wish):
    """Applies a wish to its scene; what is not in it stays as the scene has it."""
    scene = choose_scene(wish.get("scene"), wish.get("sceneArgument"))
    settle_output(scene, wish["output"])
    settle_engine(scene, wish.get("engine"))
    if wish.get("camera") is not None:
        settle_camera(scene, wish["camera"])
    if wish.get("samples") is not None:
        settle_samples(scene, wish["samples"])
    if wish.get("resolution") is not None:
        scene.render.resolution_percentage = wish["resolution"]
    settle_denoise(scene, wish.get("denoise"))
    # A file that is there already is a killed render's rest, never a frame that counts.
    scene.render.use_overwrite = True
    scene.render.use_placeholder = False
    scene.render.use_file_extension = True
    scene.frame_step = 1
    image = scene.render.image_settings
    settle_format(image, wish.get("format"))
    suffixes = settle_views(scene.render, image)
    files = {"format": image.file_format, "suffixes": suffixes}
    files["outputs"] = sys.render_node_turn_outputs(scene, wish["output"], settle_format, settle_views, refuse)
    say("render-node: files " + json.dumps(files))
    sys.render_node_simulate(wish)
    render_one_by_one(scene, wish.get("frames", []), wish["output"])


WISH = json.loads(sys.argv[-1])
if not WISH.get("scripts"):
    disarm()
settle(WISH)
