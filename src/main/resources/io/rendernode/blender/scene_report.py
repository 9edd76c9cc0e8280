"""What the render node asks of a scene before it renders it, by --python, once the .blend is loaded.

It changes nothing, and prints one line of JSON: what the scene is, and warnings about what a frame of it will
lack or have otherwise than its maker saw it. It must run before render_node.py, which changes the scene.
Facts that name a version were seen in 3.4.1 and 5.2.2.
"""

import collections
import ctypes
import json
import os
import re
import stat
import sys
import unicodedata
import warnings as python_warnings

import bpy
from bpy import types

# The same as in render_node.py, which says what they are.
IMAGE_FORMATS = {"OPEN_EXR", "OPEN_EXR_MULTILAYER", "PNG", "JPEG", "TIFF", "WEBP"}
REPLACED_BY_EXR = {"HDR", "CINEON"}
EEVEE = ("BLENDER_EEVEE", "BLENDER_EEVEE_NEXT")

MOST_WARNINGS = 100
MOST_NAMES = 100
MOST_REFUSED = 20
NAME_LENGTH = 200
MESSAGE_LENGTH = 300
REASON_LENGTH = 2000
# A name of a folder or of files that the node makes: in characters, and in bytes, with room for a frame's number.
NAME_PART = 56
NAME_PART_BYTES = 200
EXTENSIONS = {".png", ".jpg", ".jpeg", ".exr", ".tif", ".tiff", ".webp", ".hdr", ".tga", ".bmp", ".dpx", ".cin", ".jp2"}
# The node cuts a line off at 64 KiB.
LINE_LENGTH = 60000

# What the checks look at: the scene to render, the data-blocks that have a part in it, and what is asked.
Look = collections.namedtuple("Look", "scene used engine wish")


def cut(text, length=NAME_LENGTH):
    """Answers a text that is short, and that JSON and UTF-8 can hold."""
    text = str(text).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= length else text[: length - 1] + "\u2026"


def refuse(message):
    """Ends Blender with exit code 1 before anything is rendered, with a message on one line."""
    line = "".join(c if c.isprintable() else "?" for c in cut(message, REASON_LENGTH))
    print("Error: " + line, flush=True)
    sys.exit(1)


def find(items, name, kind):
    """Answers the one of these that has exactly this name; ends Blender, with the names there are, if none has."""
    items, name = list(items), name.encode("utf-8", "replace").decode("utf-8")
    for item in items:
        if item.name == name:
            return item
    names = [cut(item.name) for item in items[:MOST_REFUSED]] or ["none"]
    if len(items) > MOST_REFUSED:
        names.append("and %d more" % (len(items) - MOST_REFUSED))
    refuse("%s not found: '%s', there are: %s" % (kind, cut(name), ", ".join(names)))


# --- which data-blocks have a part in a frame


def reachable(scene):
    """Answers the data-blocks that a frame of this scene can need, by who uses whom.

    So no orphan counts, nor what only another scene, a hidden object, a brush or the compositor that is off uses.
    A Blender that waits with the scene loaded has the map ready: waiting_blender.py.
    """
    uses, map_of_users = {}, getattr(sys, "render_node_users", None) or bpy.data.user_map()
    for used, users in map_of_users.items():
        for user in users:
            uses.setdefault(user, []).append(used)
    seen, todo = {}, [scene]
    while todo:
        block = todo.pop()
        if block not in seen:
            seen[block] = None
            todo.extend(parts(block, uses.get(block, ())))
    return list(seen)


def parts(block, used):
    """Answers those data-blocks of the ones that a data-block uses which can be seen through it."""
    if isinstance(block, types.Scene):
        without = [types.Object, types.Collection, types.Brush, types.Palette, types.Sound]
        if not (composites(block) or strips(block)):
            without += [types.Image, types.NodeTree, types.MovieClip, types.Mask, types.Scene]
        markers = [marker.camera for marker in block.timeline_markers]
        more = [block.camera, block.background_set, *markers, *layer_objects(block)]
        return [b for b in used if not isinstance(b, tuple(without))] + [b for b in more if b]
    if isinstance(block, types.Collection):
        return [] if block.hide_render else [b for b in used if not isinstance(b, types.Object) or shown(b)]
    hidden = ()
    if isinstance(block, types.Camera) or isinstance(block, types.Object) and block.type == "EMPTY":
        hidden = (types.Image, types.MovieClip)  # in the viewport only
    elif isinstance(block, types.Object):
        hidden = (types.MovieClip,)  # of a constraint, which needs the tracks only
    elif isinstance(block, types.Material) and not block.use_nodes:
        hidden = (types.Image,)
    return [b for b in used if not isinstance(b, hidden)]


def layer_objects(scene):
    """Answers the objects of the view layers that are rendered."""
    todo = [layer.layer_collection for layer in scene.view_layers if layer.use]
    while todo:
        layer = todo.pop()
        if not layer.collection.hide_render:
            todo.extend(layer.children)  # of an excluded one, too: each has its own box
            if not layer.exclude:
                yield from filter(shown, layer.collection.objects)


def shown(thing):
    """Tells whether an object is rendered, or may be on another frame."""
    motion = thing.animation_data
    return not thing.hide_render or bool(motion and (motion.action or motion.drivers or motion.nla_tracks))


def compositor(scene):
    """Answers the compositor's nodes; since 5.0 they are a group of their own."""
    return scene.compositing_node_group if hasattr(scene, "compositing_node_group") else scene.node_tree


def composites(scene):
    return bool(scene.render.use_compositing and scene.use_nodes and compositor(scene))


def strips(scene):
    """Answers the sequencer's strips that are shown; until 4.4 they were called sequences."""
    editor = scene.sequence_editor
    if not scene.render.use_sequencer or editor is None:
        return []
    return [s for s in (editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all) if not s.mute]


def nodes(look, kind=None):
    """Answers all nodes that are not muted, each with the data-block it belongs to."""
    for block in look.used:
        tree = block if isinstance(block, types.NodeTree) else getattr(block, "node_tree", None)
        if isinstance(block, types.Scene):  # since 5.0 the nodes are a data-block of their own
            tree = tree if composites(block) else None
        for node in tree.nodes if tree and getattr(block, "use_nodes", True) else ():
            if not node.mute and kind in (None, node.type):
                yield block, node


def of(look, kind):
    return [block for block in look.used if isinstance(block, kind)]


def named(block, inside=None):
    """Answers a data-block's name, with its library's if it has one."""
    library = (inside or block).library
    return "%s (%s)" % (block.name, library.name) if library else block.name


# --- files


def absolute(path, library=None):
    """Answers a path as Blender reads it: backslashes that Windows wrote are none; a drive is no place here."""
    return bpy.path.abspath(path.replace("\\", "/"), library=library)


def there(path, library=None):
    """Tells whether there is such a file, and it can be read. A pipe is none, and would hold a reader for ever."""
    try:
        path = absolute(path, library)
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        return True
    except (OSError, ValueError):
        return False


def numbered(path, frame):
    """Answers the path of a sequence's file: its last digits before the extension are the frame."""
    folder, slash, name = path.replace("\\", "/").rpartition("/")
    stem, extension = os.path.splitext(name)
    digits = re.search(r"\d+(?=\D*$)", stem)
    if digits:
        stem = stem[: digits.start()] + str(frame).zfill(len(digits.group())) + stem[digits.end() :]
    return folder + slash + stem + extension


def first_of(user, frame):
    """Answers which file of a sequence a user of the image needs at a frame."""
    length = max(1, user.frame_duration)
    at = frame - user.frame_start + 1
    at = (at - 1) % length + 1 if user.use_cyclic else min(max(at, 1), length)
    return at + user.frame_offset


def image_paths(look, image):
    """Answers the files that an image needs on the first frame."""
    if image.source == "TILED":
        for number in (tile.number for tile in image.tiles):
            uv = "u%d_v%d" % ((number - 1001) % 10 + 1, (number - 1001) // 10 + 1)
            yield image.filepath.replace("<UDIM>", str(number)).replace("<UVTILE>", uv)
        return
    users = []
    if image.source == "SEQUENCE":
        # The compositor's node is its own image user.
        users = [getattr(n, "image_user", n) for _, n in nodes(look) if getattr(n, "image", None) == image]
        users += [t.image_user for t in of(look, types.ImageTexture) if t.image == image]
    users = [user for user in users if hasattr(user, "frame_offset")]
    yield from [numbered(image.filepath, first_of(user, look.scene.frame_start)) for user in users] or [image.filepath]


def check_images(look):
    for image in of(look, types.Image):
        if image.source not in ("FILE", "SEQUENCE", "MOVIE", "TILED") or image.packed_file or image.packed_files:
            continue
        if image.use_multiview and image.views_format == "INDIVIDUAL":
            continue  # each view has a file, of another name
        for path in image_paths(look, image):
            if not there(path, image.library):
                yield "missing_image", named(image), "image '%s' is not there: %s" % (image.name, path)
                break
    for clip in of(look, types.MovieClip):
        if clip.filepath and not there(clip.filepath, clip.library):
            yield "missing_image", named(clip), "movie clip '%s' is not there: %s" % (clip.name, clip.filepath)


def check_files(look):
    """Fonts, sounds, caches and volumes: what has one file, may be packed, and may have none."""
    kinds = (
        (types.VectorFont, "missing_font", "font"),
        (types.Sound, "missing_sound", "sound"),
        (types.CacheFile, "missing_cache", "cache file"),
        (types.Volume, "missing_volume", "volume"),
    )
    for kind, code, word in kinds:
        for block in of(look, kind):
            path = block.filepath
            if not path or path == "<builtin>" or getattr(block, "packed_file", None):
                continue
            if isinstance(block, types.Volume) and block.is_sequence:
                at = min(max(look.scene.frame_start - block.frame_start + 1, 1), max(1, block.frame_duration))
                path = numbered(path, at + block.frame_offset)
            if not there(path, block.library):
                yield code, named(block), "%s '%s' is not there: %s" % (word, block.name, path)
            elif not readable(path):
                yield code, named(block), "%s '%s' is of a kind that this Blender cannot read" % (word, block.name)
    for thing, modifier in modifiers(look):
        if modifier.type == "MESH_CACHE" and not there(modifier.filepath, thing.library):
            yield "missing_cache", named(thing), "mesh cache of '%s' is not there: %s" % (thing.name, modifier.filepath)


def readable(path):
    """Tells whether this Blender is built to read a cache: Debian's reads no Alembic, and no USD."""
    option = {".abc": "alembic", ".usd": "usd", ".vdb": "openvdb"}.get(os.path.splitext(path.lower())[1][:4])
    return option is None or getattr(bpy.app.build_options, option, True)


def check_strips(look):
    for scene in of(look, types.Scene):
        for strip in strips(scene):
            paths = []
            if strip.type == "IMAGE" and strip.elements:
                at = min(max(int(strip.frame_offset_start), 0), len(strip.elements) - 1)
                paths = [os.path.join(strip.directory, strip.elements[at].filename)]
            elif strip.type == "MOVIE":
                paths = [strip.filepath]
            elif strip.type == "SOUND" and strip.sound and not strip.sound.packed_file:
                paths = [strip.sound.filepath]
            if getattr(strip, "use_multiview", False) and strip.views_format == "INDIVIDUAL":
                continue
            for path in paths:
                if not there(path, scene.library):
                    yield "missing_strip", strip.name, "strip '%s' is not there: %s" % (strip.name, path)


# --- libraries


def check_libraries(look):
    """Libraries that are not there, else what they do not have: 5.2 says so, 3.4 must be asked for their names.

    What stands in for a data-block has neither path nor source, and is not missing once more.
    """
    by_library = {}
    for block in look.used:
        if block.library:
            by_library.setdefault(block.library, []).append(block)
    for library, blocks in by_library.items():
        if library.packed_file or getattr(library, "is_archive", False):
            continue
        names = library_names(library, blocks)
        if names is None:
            message = "library '%s' is not there: %s" % (library.name, library.filepath)
            yield "missing_library", library.name, message
            continue
        for block in blocks:
            kind = kind_of(block)
            gone = getattr(block, "is_missing", False) or names and kind in names and block.name not in names[kind]
            if gone:
                message = "%s '%s' is not in its library %s" % (block.bl_rna.name.lower(), block.name, library.name)
                yield "missing_data", named(block), message


KINDS = [p for p in types.BlendData.bl_rna.properties if p.type == "COLLECTION"]


def kind_of(block):
    """Answers the collection of bpy.data that a data-block is in."""
    for kind in KINDS:
        if isinstance(block, getattr(types, kind.fixed_type.identifier)):
            return kind.identifier
    return None


def library_names(library, blocks):
    """Answers the names in a library by kind, none if they need not be asked, None if it cannot be read."""
    if not there(library.filepath):
        return None
    if all(hasattr(block, "is_missing") for block in blocks):
        return {}
    try:
        with bpy.data.libraries.load(absolute(library.filepath), link=True) as (inside, _):
            return {kind: set(getattr(inside, kind)) for kind in dir(inside)}
    except OSError:
        return None


# --- what is not computed as its maker saw it


def check_drivers(look):
    """Drivers, as Blender found them when it loaded the scene, which evaluates the one that it opens with.

    Without scripts, an expression that is not simple still runs if it uses nothing but what Blender deems safe.
    One of what the viewport hides was not tried: it is judged by its names alone.
    """
    owned = [(block, curve.driver, curve) for block in look.used for curve in driven(block) if not curve.mute]
    if owned and look.scene != bpy.context.scene:
        for layer in look.scene.view_layers:
            layer.update()
    found = {}
    for block, driver, curve in owned:
        python = driver.type == "SCRIPTED" and not driver.is_simple_expression
        lost = any(
            t.id is None for v in driver.variables if v.type != "CONTEXT_PROP" for t in v.targets if needed(t)
        )
        if not lost and python and not look.wish.get("scripts") and not (driver.is_valid and harmless(driver)):
            found.setdefault((block, "driver_off"), []).append((curve, driver))
        elif lost or not driver.is_valid:
            found.setdefault((block, "driver_failed"), []).append((curve, driver))
    for (block, code), some in found.items():
        curve, driver = some[0]
        what = "is off, scripts do not run" if code == "driver_off" else "failed"
        place = "%s[%d]" % (curve.data_path, curve.array_index)
        rule = driver.expression if driver.type == "SCRIPTED" else driver.type
        more = " and %d more" % (len(some) - 1) if len(some) > 1 else ""
        yield code, named(block), "driver of '%s' %s: %s: %s%s" % (block.name, what, place, rule, more)


def driven(block):
    """Answers the drivers of a data-block and of its own nodes."""
    for holder in (block, getattr(block, "node_tree", None)):
        motion = getattr(holder, "animation_data", None)
        yield from motion.drivers if motion else ()


def needed(target):
    """Tells whether a target must name something; since 4.0 it may have a value to fall back to."""
    return not getattr(target, "use_fallback_value", False)


def harmless(driver):
    """Tells whether Blender lets an expression run without scripts, by the names in it."""
    try:
        names = compile(driver.expression.strip(), "driver", "eval").co_names
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    allowed = {"self", "frame", "depsgraph", "all", "any", "len", "max", "min", "pow", "round", "sum", "bool"}
    allowed.update(("float", "int"), bpy.app.driver_namespace, (v.name for v in driver.variables))
    return allowed.issuperset(names)


def check_scripts(look):
    """Scripts that Blender does not run: -Y keeps registered ones off, render_node.py those of Freestyle."""
    if not look.wish.get("scripts"):
        for text in bpy.data.texts:
            if text.use_module and text.name.endswith(".py"):
                yield "script_off", named(text), "registered script '%s' does not run" % text.name
    for scene in of(look, types.Scene):
        for layer in scene.view_layers if scene.render.use_freestyle else ():
            freestyle = layer.freestyle_settings
            scripts = freestyle.mode == "SCRIPT" and any(m.use and m.script for m in freestyle.modules)
            if layer.use_freestyle and scripts:
                yield "script_off", named(scene), "Freestyle's scripts of view layer '%s' do not run" % layer.name


def modifiers(look):
    for thing in of(look, types.Object):
        for modifier in thing.modifiers:
            if modifier.show_render:
                yield thing, modifier


# A simulation of the rendered scene that has no bake, as simulations.py steps through it.
Simulation = collections.namedtuple("Simulation", "kind name scene thing modifier caches first helped")
WORDS = {
    "SOFT_BODY": "soft body",
    "DYNAMIC_PAINT": "dynamic paint",
    "NODES": "simulation nodes",
    "HAIR": "hair dynamics",
}


def check_simulations(look):
    """Simulations without a bake, which simulations.py steps through, and bakes that end before the last frame wanted.

    What it steps through it finds in sys.render_node_simulations: no driver reaches it there.
    """
    sys.render_node_simulations = []
    last = look.wish.get("last", look.scene.frame_end)
    for simulation, subject in simulations(look):
        if baked(simulation, last):
            end = min(ends(simulation), default=last)
            if end < last:
                first = min((cache.frame_start for cache in simulation.caches), default=simulation.first)
                message = "%s: baked from frame %d to %d, and frame %d is wanted" % (subject, first, end, last)
                yield "bake_short", simulation.name, message
            continue
        sys.render_node_simulations.append(simulation)
        message = "%s %s no bake: %s" % (subject, has(simulation), done(look, simulation))
        yield "simulation_unbaked", simulation.name, message


def has(simulation):
    return "have" if simulation.kind in ("PARTICLES", "NODES", "HAIR") else "has"


def done(look, simulation):
    if not simulation.helped:
        return "frames are rendered with what there is of it, which the node cannot mend"
    if look.wish.get("simulate") is False:
        return "it may stand still, and each task begins it anew"
    # Baked hair stands still in 3.4.1 when the command line renders it.
    saved = "" if simulation.kind == "HAIR" else "; a bake would save that"
    return "the node steps through it from frame %d%s" % (simulation.first, saved)


def simulations(look):
    """Answers what simulates something, each with the words for it."""
    for thing, modifier in modifiers(look):
        kind, caches, helped = modifier.type, simulated(thing, modifier), True
        if caches is None:
            continue
        if kind == "PARTICLE_SYSTEM":
            kind = "HAIR" if modifier.particle_system.settings.type == "HAIR" else "PARTICLES"
        first = min((cache.frame_start for cache in caches), default=look.scene.frame_start)
        if kind == "FLUID":
            first = modifier.domain_settings.cache_frame_start
        helped = not any(cache.use_external for cache in caches)
        homes = [scene for scene in of(look, types.Scene) if scene.objects.get(thing.name) == thing]
        home = look.scene if look.scene in homes or not homes else homes[0]
        subject = "object '%s': its %s" % (cut(thing.name, 100), WORDS.get(kind, kind.lower()))
        yield Simulation(kind, named(thing), home, thing, modifier, caches, first, helped), subject
    for scene in of(look, types.Scene):
        world = scene.rigidbody_world
        bodies = [o.rigid_body for o in world.collection.all_objects] if world and world.collection else []
        moves = any(body and body.type == "ACTIVE" and body.enabled and not body.kinematic for body in bodies)
        if moves and world.enabled:
            cache = world.point_cache
            told = ("RIGID", named(scene), scene, scene, None, [cache], cache.frame_start, not cache.use_external)
            yield Simulation(*told), "scene '%s': its rigid body world" % cut(scene.name, 100)


def simulated(thing, modifier):
    """Answers a modifier's point caches, none if it keeps its frames elsewhere, None if it simulates nothing."""
    if modifier.type in ("CLOTH", "SOFT_BODY"):
        return [modifier.point_cache]
    if modifier.type == "PARTICLE_SYSTEM":
        particles = modifier.particle_system
        settings = particles.settings
        if settings.type == "HAIR":
            return [(particles.cloth or particles).point_cache] if particles.use_hair_dynamics else None
        still = settings.type != "EMITTER" or settings.physics_type == "NO" or settings.count == 0
        return None if still else [particles.point_cache]
    if modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN" and modifier.domain_settings:
        return []
    if modifier.type == "DYNAMIC_PAINT" and modifier.ui_type == "CANVAS" and modifier.canvas_settings:
        surfaces = modifier.canvas_settings.canvas_surfaces
        return [s.point_cache for s in surfaces if s.is_active and s.is_cache_user] or None
    if modifier.type == "NODES" and modifier.node_group and simulates(modifier.node_group, set()):
        return []
    return None


def baked(simulation, last):
    """Tells whether a simulation needs no frame before the one it is rendered at, or has what those came to."""
    thing, modifier = simulation.thing, simulation.modifier
    if simulation.kind == "FLUID":
        end = ends(simulation)
        # Of a bake that ends too early what there is counts; a replay goes on.
        domain = modifier.domain_settings
        return bool(end) and (domain.cache_type != "REPLAY" or end[0] >= min(domain.cache_frame_end, last))
    if simulation.kind == "NODES":
        return nodes_baked(thing, modifier)
    return all(cached(cache, thing) for cache in simulation.caches)


def ends(simulation):
    """Answers the last frames of the caches that a baked simulation has; Blender does not tell those of nodes."""
    thing, modifier = simulation.thing, simulation.modifier
    if simulation.kind == "FLUID":
        domain = modifier.domain_settings
        folder = os.path.join(absolute(domain.cache_directory, thing.library), "config")
        told = domain.cache_type == "REPLAY" or domain.has_cache_baked_data
        end = files_end(folder, "config") if told else -1
        return [end] if end >= domain.cache_frame_start else []
    return [cached_end(cache, thing) for cache in simulation.caches]


def cached(cache, thing):
    """Tells whether a cache is baked: the scene says so, and of one on disk a file after the first does.

    Blender writes the first by merely opening a scene.
    """
    if cache.use_external:
        return cached_end(cache, thing) >= 0
    return cache.is_baked and (not cache.use_disk_cache or cached_end(cache, thing) > cache.frame_start)


def cached_end(cache, thing):
    """Answers the last frame of a baked cache, -1 where there is none."""
    if not (cache.use_external or cache.use_disk_cache):
        return cache.frame_end
    if cache.use_external:
        return files_end(absolute(cache.filepath, thing.library), cache.name)
    blend = absolute(thing.library.filepath) if thing.library and cache.use_library_path else bpy.data.filepath
    folder = os.path.join(os.path.dirname(blend), "blendcache_" + os.path.splitext(os.path.basename(blend))[0])
    end = files_end(folder, cache.name or "".join("%02X" % byte for byte in thing.name.encode()))
    # With a step of more than one, the last file stands for the frames up to the cache's end.
    return cache.frame_end if cache.frame_end - cache.frame_step < end else end


def files_end(folder, prefix):
    """Answers the last frame that a cache's files go up to, -1 if there is none."""
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.startswith(prefix + "_")]
    except (OSError, ValueError):
        return -1
    numbers = [re.match(r"_(\d+)[_.]", name[len(prefix) :]) for name in names]
    return max((int(number.group(1)) for number in numbers if number), default=-1)


def simulates(tree, seen):
    """Tells whether geometry nodes have a simulation zone, which is since 3.6."""
    if tree in seen:
        return False
    seen.add(tree)
    return any(
        node.bl_idname == "GeometryNodeSimulationOutput" or node.type == "GROUP" and node.node_tree
        and simulates(node.node_tree, seen)
        for node in tree.nodes
        if not node.mute
    )


def nodes_baked(thing, modifier):
    """Tells whether each simulation zone has its frames, on disk or, since 4.3, in the .blend."""
    folder = getattr(modifier, "bake_directory", "") or getattr(modifier, "simulation_bake_directory", "")
    if not hasattr(modifier, "bakes"):  # 3.6 and 4.0 have one folder for all
        return os.path.isdir(os.path.join(absolute(folder, thing.library), "meta"))
    for bake in modifier.bakes:
        target = getattr(bake, "bake_target", "DISK")
        target = modifier.bake_target if target == "INHERIT" else target
        own = bake.directory if bake.use_custom_path else os.path.join(folder, str(bake.bake_id))
        disk = target == "DISK" and os.path.isdir(os.path.join(absolute(own, thing.library), "meta"))
        zone = bake.node is None or bake.node.bl_idname == "GeometryNodeSimulationOutput"
        if zone and not disk and not (target == "PACKED" and packed(bake)):
            return False
    return True


def packed(bake):
    """Tells whether a bake is in the .blend. Python is not told: it is read where 4.3 to 5.2 hold it.

    What stands before it must be as Python knows it, else the place has changed, and the bake is believed.
    """
    head = ctypes.cast(bake.as_pointer(), ctypes.POINTER(ctypes.c_int32))
    known = (head[0], head[6], head[7]) == (bake.bake_id, bake.frame_start, bake.frame_end)
    pointers = ctypes.cast(bake.as_pointer(), ctypes.POINTER(ctypes.c_void_p))
    return bool(pointers[6]) if known else True


# --- what this Blender, or the node, does otherwise


def can_denoise():
    """Tells whether this Blender has OpenImageDenoise, which Debian's has not."""
    try:
        import _cycles
    except ImportError:
        return False
    return bool(getattr(_cycles, "with_openimagedenoise", False))


def denoises(scene, engine):
    """Tells whether the scene has its engine denoise: Cycles alone does so by OpenImageDenoise."""
    if engine != "CYCLES" or not scene.cycles.use_denoising:
        return False
    return any(layer.use and layer.cycles.use_denoising for layer in scene.view_layers)


def check_denoiser(look):
    if can_denoise() or look.wish.get("denoise") is False:
        return
    if denoises(look.scene, look.engine) or look.engine == "CYCLES" and look.wish.get("denoise"):
        message = "denoising is on, and this Blender is built without OpenImageDenoise"
        yield "denoiser_missing", named(look.scene), message
    for block, node in nodes(look, "DENOISE"):
        message = "compositor node '%s' does nothing: this Blender is built without OpenImageDenoise" % node.name
        yield "denoiser_missing", named(block), message


def check_format(look):
    chosen = look.scene.render.image_settings.file_format
    if chosen not in IMAGE_FORMATS and not look.wish.get("format"):
        instead = "OPEN_EXR" if chosen in REPLACED_BY_EXR else "PNG"
        yield "format_replaced", chosen, "%s frames cannot be checked, %s is rendered instead" % (chosen, instead)


# A File Output node that writes in a frame: what the node calls its folder, and (slot, name) of its files; reason
# where it is left out.
Output = collections.namedtuple("Output", "node folder files reason")


# Nodes that make a picture of nothing, and so those of a texture since 5.0; and those without inputs that make none.
PICTURES = {"TEXTURE", "BOKEHIMAGE", "GROUP"}
NUMBERS = {"RGB", "VALUE", "TIME", "CURVE_TIME", "SCENE_TIME", "NORMAL", "TRACKPOS"}


def check_file_outputs(look):
    """File Output nodes, which file_outputs.py turns into the task's own folder.

    It finds them in sys.render_node_outputs: no driver reaches them there.
    """
    sys.render_node_outputs = list(file_outputs(look))
    for output in sys.render_node_outputs:
        name = cut(output.node.name, 80)
        if output.reason:
            yield "file_output_skipped", output.node.name, "node '%s' writes nothing: %s" % (name, output.reason)
            continue
        count = "%d file%s" % (len(output.files), "s" if len(output.files) > 1 else "")
        message = "node '%s' writes %s a frame; the node keeps them beside the frames, in '%s'"
        yield "file_output", output.node.name, message % (name, count, output.folder)


def file_outputs(look):
    """Answers the File Output nodes that write something in a frame of this scene.

    Where the sequencer renders, the scene's own compositor does not run, but that of each strip's scene does, whose
    frames have numbers of their own (3.4.1): the node could not tell to which frame a file belongs.
    """
    taken, scene = set(), look.scene
    sequenced = sequences(scene)
    own = [] if sequenced else [(scene, None)]
    foreign = "it is in the scene of a sequencer's strip, whose frames have other numbers"
    more = [(other, foreign) for other in of(look, types.Scene) if other != scene] if sequenced else []
    seen = set()
    for where, reason in own + more:
        for node in output_nodes(compositor(where), seen) if composites(where) else ():
            multilayer = node.format.file_format == "OPEN_EXR_MULTILAYER"
            slots = [number for number, socket in enumerate(node.inputs) if written(socket)]
            if not slots:
                continue
            folder, prefix = own_path(node, multilayer)
            folder = unique(safe(folder) or safe(node.name) or "files", taken, "")
            names = set()
            labels = [(0, prefix)] if multilayer else [(slot, slot_name(node, slot)) for slot in slots]
            files = [(slot, prefix_name(label, names)) for slot, label in labels]
            formats = {node.format.file_format} | {i.file_format for i in slot_formats(node)}
            movie = formats & {"", "FFMPEG", "AVI_JPEG", "AVI_RAW", "XVID", "THEORA"}
            yield Output(node, folder, files, reason or ("its movies cannot be checked" if movie else None))


def sequences(scene):
    """Tells whether a scene's sequencer renders: for a strip that is no sound, in 3.4.1 even for a muted one."""
    editor = scene.sequence_editor
    if not scene.render.use_sequencer or editor is None:
        return False
    found = editor.strips if hasattr(editor, "strips") else editor.sequences
    return any(s.type != "SOUND" and (bpy.app.version < (4, 0, 0) or not s.mute) for s in found)


def output_nodes(tree, seen):
    """Answers the File Output nodes of a tree and its groups, without those that are muted; each once."""
    if tree is None or tree in seen:
        return
    seen.add(tree)
    for node in tree.nodes:
        if not node.mute and node.type == "OUTPUT_FILE":
            yield node
        elif not node.mute and node.type == "GROUP":
            yield from output_nodes(node.node_tree, seen)


def written(socket):
    """Tells whether Blender writes a file for a socket: for one without a link, or of one colour, it does not."""
    return any(pictured(link.from_node, set()) for link in socket.links if carries(link))


def carries(link):
    """Tells whether something comes through a link: a pass that is off has no socket any more."""
    end = link.from_socket
    return link.is_valid and not link.is_muted and end.enabled and not getattr(end, "is_unavailable", False)


def pictured(node, seen):
    """Tells whether a picture comes out of a node: else, or of colours alone, no file is written.

    Seen in 3.4.1 and 5.2.2; for a mask that is not there the former does write one.
    """
    if node in seen:
        return False
    seen.add(node)
    links = [link for socket in node.inputs for link in socket.links if carries(link)]
    if links:
        return any(pictured(link.from_node, seen) for link in links)
    if node.type == "R_LAYERS":
        layer = node.scene and node.scene.view_layers.get(node.layer)
        return bool(layer and layer.use)
    if node.type in ("IMAGE", "MOVIECLIP"):
        source = node.image if node.type == "IMAGE" else node.clip
        return bool(source) and (source.source in ("SEQUENCE", "MOVIE", "VIEWER") or source.size[0] > 0)
    if node.type == "MASK":
        return bool(node.mask) or bpy.app.version < (5, 0, 0)
    if node.type in ("CRYPTOMATTE", "CRYPTOMATTE_V2"):
        return False
    return node.type in PICTURES or node.type.startswith("TEX_") or not node.inputs and node.type not in NUMBERS


def slot_formats(node):
    """Answers the formats that slots have of their own."""
    for slot in getattr(node, "file_output_items", None) or node.file_slots:
        own = slot.override_node_format if hasattr(slot, "override_node_format") else not slot.use_node_format
        if own:
            yield slot.format


def own_path(node, multilayer):
    """Answers the last part of a node's own folder, and of its own files' path."""
    if hasattr(node, "directory"):  # since 5.0
        path, prefix = node.directory, node.file_name
    else:
        path, prefix = node.base_path, ""
        if multilayer:
            path, _, prefix = path.replace("\\", "/").rpartition("/")
    path, prefix = without_variables(path).replace("\\", "/").rstrip("/"), without_variables(prefix)
    return ("" if path == "/tmp" else path.rpartition("/")[2]), prefix


def slot_name(node, slot):
    if hasattr(node, "file_output_items"):
        return without_variables(node.file_name + node.file_output_items[slot].name)
    return node.file_slots[slot].path


def without_variables(path):
    """Answers a path without the variables that it may have since 5.0, as a new node has {blend_name}."""
    if bpy.app.version < (5, 0, 0):
        return path
    return re.sub(r"{{|}}|{[^{}]*}", lambda found: found.group()[0] if found.group() in ("{{", "}}") else "", path)


def safe(name):
    """Answers a name that is one part of a path anywhere: printable, short, and without a dot before it."""
    name = unicodedata.normalize("NFC", "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in name))
    name = name.lstrip(". ")[:NAME_PART]
    while len(name.encode()) > NAME_PART_BYTES:
        name = name[:-1]
    return name.rstrip(". ")


def unique(name, taken, end):
    """Answers a name that is not taken, whatever its case: with a number before its end if it is."""
    found, number = name + end, 2
    while found.casefold() in taken:
        found, number = "%s-%d%s" % (name, number, end), number + 1
    taken.add(found.casefold())
    return found


def prefix_name(path, taken):
    """Answers a slot's name as what stands before a frame's number: so that it ends in neither a digit nor a sign."""
    stem, extension = os.path.splitext(path.strip("/\\ "))
    name = safe((stem if extension.lower() in EXTENSIONS else stem + extension).replace("#", "")) or "image"
    wanted = name if not re.search(r"[\d-]$", name) else name + "_"
    return wanted if unique(wanted, taken, "") == wanted else unique(name, taken, "_")


def check_version(look):
    """What an older Blender than the file's, or a much newer one, leaves out while it loads."""
    version = tuple(bpy.data.version)
    if version > tuple(bpy.app.version_file):
        known = "%d.%d" % bpy.app.version[:2]
        yield "newer_file", saved_by(), "saved by Blender %s, this is %s: some of it may be lost" % (saved_by(), known)
    if version < (2, 80, 0) and own_engine(look.scene) in EEVEE:
        message = "saved for an engine that ended with Blender 2.79: its materials and lights are only in part kept"
        yield "dropped_data", named(look.scene), message
    for block, node in nodes(look):
        if node.bl_idname == "NodeUndefined":
            yield "dropped_data", named(block), "node '%s' is of a kind that this Blender does not have" % node.name


def saved_by():
    return "%d.%d" % tuple(bpy.data.version)[:2] if bpy.data.version[0] > 2 else "2.%02d" % bpy.data.version[1]


CHECKS = (
    check_version,
    check_libraries,
    check_images,
    check_files,
    check_strips,
    check_drivers,
    check_scripts,
    check_simulations,
    check_denoiser,
    check_format,
    check_file_outputs,
)


# --- the report


def warnings_of(look):
    """Answers all warnings once each; a check that fails is one, too, and no reason not to render."""
    found = {}
    for check in CHECKS:
        try:
            for code, name, message in check(look):
                found[code, cut(name), cut(message, MESSAGE_LENGTH)] = None
        except Exception as e:  # a scene that nobody thought of
            found["report_incomplete", check.__name__, cut("%s: %s" % (type(e).__name__, e), MESSAGE_LENGTH)] = None
    listed = [{"code": code, "name": name, "message": message} for code, name, message in found]
    more = len(listed) - MOST_WARNINGS
    if more > 0:
        listed[MOST_WARNINGS:] = [{"code": "more", "name": str(more), "message": "and %d more warnings" % more}]
    return listed


def plain(engine):
    return "BLENDER_EEVEE" if engine in EEVEE else engine


def own_engine(scene):
    """Answers the engine that a scene was saved with, None if this Blender has it not.

    Blender then tells, and renders with, EEVEE. But the scene's memory, from its render settings up to
    those of EEVEE (seen in 3.4.1 and 5.2.2), still has the right name.
    """
    engine, start = scene.render.engine, scene.render.as_pointer()
    size = scene.eevee.as_pointer() - start
    known = not 0 < size < 65536 or engine.encode() + b"\0" in ctypes.string_at(start, size)
    return plain(engine) if known else None


def samples_of(scene):
    engine = own_engine(scene)
    if engine == "CYCLES":
        return scene.cycles.samples
    return scene.eevee.taa_render_samples if engine in EEVEE else None


def view_of(scene):
    """Answers how colours are shown, which the output may have of its own."""
    image = scene.render.image_settings
    own = image.color_management == "OVERRIDE"
    display, view = (image if own else scene).display_settings, (image if own else scene).view_settings
    return {
        "display": display.display_device,
        "view": view.view_transform,
        "look": view.look,
        "exposure": view.exposure,
        "gamma": view.gamma,
    }


def report(look, camera):
    scene, render = look.scene, look.scene.render
    return {
        "version": saved_by(),
        "scene": cut(scene.name),
        "scenes": [cut(s.name) for s in bpy.data.scenes[:MOST_NAMES]],
        "cameras": [cut(o.name) for o in scene.objects if o.type == "CAMERA"][:MOST_NAMES],
        "camera": cut(camera.name) if camera else None,
        "first": scene.frame_start,
        "last": scene.frame_end,
        "step": scene.frame_step,
        "fps": render.fps / render.fps_base,
        "engine": own_engine(scene),
        "width": render.resolution_x,
        "height": render.resolution_y,
        "resolution": render.resolution_percentage,
        "samples": samples_of(scene),
        "format": render.image_settings.file_format,
        "view": view_of(scene),
        "denoise": denoises(scene, look.engine),
        "warnings": warnings_of(look),
    }


def line(told):
    """Answers the report in so few bytes that the node reads them all: the longest list loses its second half first."""
    text = json.dumps(told)
    while len(text) > LINE_LENGTH:
        longest = max(("scenes", "cameras", "warnings"), key=lambda name: len(json.dumps(told[name])))
        told[longest] = told[longest][: len(told[longest]) // 2]
        text = json.dumps(told)
    return text


def main(wish):
    python_warnings.simplefilter("ignore", DeprecationWarning)
    scene = bpy.context.scene
    if wish.get("scene") is not None:
        scene = find(bpy.data.scenes, wish["scene"], "scene")
    camera = scene.camera
    if wish.get("camera") is not None:
        camera = find([o for o in bpy.data.objects if o.type == "CAMERA"], wish["camera"], "camera")
    look = Look(scene, reachable(scene), plain(wish.get("engine") or own_engine(scene)), wish)
    told = report(look, camera)
    print("render-node: scene " + line(told), flush=True)
    if wish.get("strict") and told["warnings"]:
        refuse("strict: " + "; ".join("%s %s" % (w["code"], w["name"]) for w in told["warnings"]))


main(json.loads(sys.argv[-1]))
