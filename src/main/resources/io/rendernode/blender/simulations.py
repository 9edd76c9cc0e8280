"""Steps a scene through its simulations that have no bake, by --python, once it is settled and before it is rendered.

Blender fills a simulation's cache only from the scene that a window shows, frame by frame: a render alone shows
rigid bodies that stand still, and a task that begins in the middle begins the simulation there. So each frame from the
simulation's start to the task's last one is set once, and the caches are then marked as baked. Without the mark
a render that sees the first frame resets them (particles then came out otherwise than from a bake: 3.4.1), and
with it no frame must be rendered and thrown away. A run, its chunks, its gaps, and a bake by Blender are then equal
in each pixel, seen in 3.4.1 and 5.2.2 for rigid bodies, soft bodies, cloth, particles and dynamic paint.

Hair's dynamics are stepped but must not be marked: 3.4.1 renders baked hair standing still, a bake of its own as well,
and run and chunks are equal as it is. Fluids are replayed into the task's own folder, whatever kind of cache they have.
Simulation nodes keep what was stepped by themselves, run and chunks are equal in 5.2.2. A cache of external files
that are gone is not helped, and scene_report.py says so; nor are dynamic paint's image sequences, which are images.

What is unbaked stands in sys.render_node_simulations, put there by scene_report.py: no driver gets at it.
"""

import ctypes
import json
import os
import signal
import sys

import bpy

# Of a cache's flag, in Blender's DNA_pointcache_types.h: PTCACHE_BAKED, PTCACHE_DISK_CACHE and PTCACHE_EXTERNAL.
BAKED, DISK, EXTERNAL = 1 << 0, 1 << 6, 1 << 9


def attempt(holder, name, value):
    """Sets a property, unless it is read-only."""
    try:
        setattr(holder, name, value)
    except (AttributeError, RuntimeError, TypeError):
        pass


def flags_of(cache):
    """Answers where the flag of a cache stands in Blender's memory, None if it does not stand where it did.

    Behind two pointers are flag, step, current, first and last frame. The properties that change the flag also
    delete or rename files beside the .blend, which are not the node's.
    """
    told = ctypes.cast(cache.as_pointer(), ctypes.POINTER(ctypes.c_int32))
    known = (told[5], told[7], told[8]) == (cache.frame_step, cache.frame_start, cache.frame_end)
    shown = (cache.is_baked, cache.use_disk_cache, cache.use_external)
    known = known and shown == tuple(bool(told[4] & flag) for flag in (BAKED, DISK, EXTERNAL))
    return told if known else None


def keep_in_memory(cache):
    """Keeps a cache out of the .blend's folder, where Blender would write it."""
    if cache.use_disk_cache:
        told = flags_of(cache)
        if told:
            told[4] &= ~DISK
        else:
            attempt(cache, "use_disk_cache", False)


def keep_in(cache, folder):
    """Keeps a cache in a folder, as if it came from there: dynamic paint has no cache in memory, whatever it says."""
    told = flags_of(cache)
    if told:
        os.makedirs(folder, exist_ok=True)
        frames = cache.frame_start, cache.frame_end
        told[4] |= EXTERNAL
        cache.filepath = os.path.join(folder, "")
        cache.name = "paint"
        # Blender has looked for files there, which are not there yet.
        told[4] |= DISK
        cache.frame_start, cache.frame_end = frames


def mark(cache, baked):
    """Marks a cache as baked, or as not. The operators do the same, but not for what comes from a library."""
    told = flags_of(cache)
    if told:
        told[4] = told[4] | BAKED if baked else told[4] & ~BAKED
        return
    try:
        with bpy.context.temp_override(point_cache=cache):
            (bpy.ops.ptcache.bake_from_cache if baked else bpy.ops.ptcache.free_bake)()
    except (AttributeError, RuntimeError):  # no such override before 3.2; from a library
        print("render-node: a simulation's cache cannot be marked", flush=True)


def prepare(simulation, number, folder):
    """Makes a simulation one that stepping fills: in memory, in the task's folder, and seen by the window."""
    own = os.path.join(folder, "simulations", str(number))
    for nth, cache in enumerate(simulation.caches):
        if simulation.kind == "DYNAMIC_PAINT":
            keep_in(cache, os.path.join(own, str(nth)))
        else:
            keep_in_memory(cache)
        if cache.is_baked:  # on disk, where nothing of it is left
            mark(cache, False)
    if simulation.modifier:
        attempt(simulation.modifier, "show_viewport", True)
        attempt(simulation.thing, "hide_viewport", False)
    if simulation.kind == "FLUID":
        domain = simulation.modifier.domain_settings
        os.makedirs(own, exist_ok=True)
        # In this order: another type deletes what is in the directory.
        attempt(domain, "cache_directory", own)
        if domain.cache_type != "REPLAY":
            attempt(domain, "cache_type", "REPLAY")


def layers_with(scene, things):
    """Answers view layers that together have all these objects in them; the first has what only instances show."""
    left, found = list(things), []
    for layer in scene.view_layers:
        mine = [thing for thing in left if layer.objects.get(thing.name) == thing]
        if mine:
            found.append(layer)
            left = [thing for thing in left if thing not in mine]
            for thing in mine:
                thing.hide_set(False, view_layer=layer)
                reveal(layer.layer_collection, thing)
    return found or [scene.view_layers[0]]


def reveal(collection, thing):
    """Shows the collections that an object is in: what the window hides is not simulated."""
    if collection.collection.all_objects.get(thing.name) == thing:
        collection.hide_viewport = False
        attempt(collection.collection, "hide_viewport", False)
        for child in collection.children:
            reveal(child, thing)


def step(scene, simulations, last):
    """Sets each frame of a scene in the window, once for each view layer that simulations need."""
    first = min(simulation.first for simulation in simulations)
    things = [s.thing for s in simulations if isinstance(s.thing, bpy.types.Object)]
    window = bpy.context.window
    before = (window.scene, window.view_layer) if window else None
    for layer in layers_with(scene, things):
        if window:
            window.scene = scene
            window.view_layer = layer
            # Only once Blender has evaluated what the window shows does it fill caches there (3.4.1).
            bpy.context.evaluated_depsgraph_get()
        for frame in range(first, last + 1):
            print("render-node: simulating frame %d" % frame, flush=True)
            scene.frame_set(frame)
    if window:
        window.scene, window.view_layer = before


def simulate(wish, simulations):
    """Steps all, each in the scene it is in.

    The scene of a sequencer's strip has frames of its own, which are believed to end no later than the task's.
    """
    folder = os.path.dirname(wish["output"])
    for number, simulation in enumerate(simulations):
        prepare(simulation, number, folder)
    for scene in bpy.data.scenes:
        mine = [simulation for simulation in simulations if simulation.scene == scene]
        if mine:
            step(scene, mine, wish["last"])
    for simulation in simulations:
        if simulation.kind != "HAIR":
            for cache in simulation.caches:
                mark(cache, True)


def interruptible(work, *arguments):
    """Does some work that SIGINT ends at once: Blender's own handler of it waits for a render to look."""
    library = ctypes.CDLL(None)
    library.signal.restype, library.signal.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
    before = library.signal(signal.SIGINT, None)  # SIG_DFL
    try:
        work(*arguments)
    finally:
        library.signal(signal.SIGINT, before)


def simulate_unbaked(wish):
    """What render_node.py calls when the scene is settled: only it knows that nothing is refused."""
    last = wish.get("last")
    if last is None or wish.get("simulate") is False:
        return
    found = [s for s in getattr(sys, "render_node_simulations", ()) if s.helped and s.first <= last]
    if found:
        interruptible(simulate, wish, found)


sys.render_node_simulate = simulate_unbaked
