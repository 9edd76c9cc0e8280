"""A Blender that waits, by --python, and forks: a fork is a Blender that has started already.

    blender -b -noaudio -Y --factory-startup -t N --python-exit-code 1 --python waiting_blender.py -- JSON

JSON is {"room": path of room.py or null, "threads": N, "scripts": [paths of those that forks will run]}. A server is
this process, which is empty and never renders, or a loaded one: a process with one scene open, which a fork of the
empty one leaves behind. It holds the writing end of its forks' input and the reading end of their output until the node
has opened them in /proc/<server>/fd.

A server reads lines: "hold ID", "taken ID" (of the pipes), "ping"; it ends at end of file. It writes lines, each after
"render-node: ", among those that Blender prints:
    ready PID                  it waits, under this pid
    unfit REASON               forks would be wrong here; it ends
    held ID PID IN OUT         a fork waits, IN and OUT are the server's descriptors
    stale ID REASON            no fork was made; a loaded server then ends: one of its files may have changed
    ended PID exit|signal N    the empty one, of each process that it buries: also of the loaded ones' forks
    pong

A fork leads its own session and reads one line; it ends at end of file. {"exec": [program, argument...]} makes it that
program, with "watch": false one that reads the rest of its input itself.
{"render": {"room", "environment", "blend", "arguments", "scripts", "scene", "runs", "keep", "cold"}} makes it render:
it sets the environment, enters the room, opens the .blend, runs the scripts with the arguments as sys.argv, and renders
the runs, each [first, last], of the scene. It first says "fork of an empty Blender" or "fork of a loaded Blender". With
keep, a room or false, it adds ", keeps IN OUT", pipes of a loaded server that it makes of itself once the scene is open
(in the room keep; its own comes after that), if by then the node has opened them and written the line "kept". A fork of
a loaded one whose files have changed since becomes the program cold.
What else comes on the input is thrown away; at its end the fork is interrupted, and killed a second later.
"""

import ctypes
import gc
import json
import os
import runpy
import select
import shutil
import signal
import sys
import time
import traceback
import types

import bpy

LIBC = ctypes.CDLL(None)
LIBC.signal.restype, LIBC.signal.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
SETTINGS = json.loads(sys.argv[-1])
ROOM = runpy.run_path(SETTINGS["room"], run_name="room") if SETTINGS["room"] else None
INTERRUPT = LIBC.signal(signal.SIGINT, None)  # Blender's own handler, which ends a render.
ENVIRONMENT = dict(os.environ)
FOLDER = bpy.app.tempdir
# Of TBB since 2021: get(task_scheduler_handle&), and finalize(task_scheduler_handle&, intptr_t mode).
TBB_GET = "_ZN3tbb6detail2r13getERNS0_2d121task_scheduler_handleE"
TBB_FINALIZE = "_ZN3tbb6detail2r18finalizeERNS0_2d121task_scheduler_handleEl"
# Samples of the renders that show whether forks are fit: on a busy machine one thread may do all of a short one.
PROBES = (256, 1024, 4096)
# A file's time says nothing about a change within the file system's smallest step of time.
SETTLED_NS = 2 * 10**9


def say(line):
    """Writes a line at once and whole, behind what Blender has printed so far."""
    flush()
    os.write(1, ("render-node: " + "".join(c if c.isprintable() else "?" for c in line) + "\n").encode())


def flush():
    """Empties the buffers of Python and of C: a fork would write them as well."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass  # Whoever read it is gone.
    LIBC.fflush(None)


def leave(status):
    """Ends this process without Blender's own tidying up, which waits for threads that a fork has not."""
    if bpy.app.tempdir != FOLDER:
        shutil.rmtree(bpy.app.tempdir, ignore_errors=True)
    flush()
    os._exit(status)


def end_workers():
    """Ends TBB's threads, which a fork would wait for and not have: it would render on one (3.4.1, 4.3.2, 5.2.2)."""
    with open("/proc/self/maps") as maps:
        paths = {line.split(None, 5)[5].rstrip("\n") for line in maps if "/libtbb.so" in line}
    for path in paths:
        try:
            library = ctypes.CDLL(path)
            get, finalize = library[TBB_GET], library[TBB_FINALIZE]
        except (OSError, AttributeError):
            continue  # Whether forks are fit all the same is for the probe to say.
        finalize.restype = ctypes.c_bool
        handle = ctypes.c_void_p(0)
        get(ctypes.byref(handle))
        if not finalize(ctypes.byref(handle), ctypes.c_long(1)):
            return False
    return True


def exr_threads(count):
    """Sets how many threads OpenEXR has, by the function setGlobalThreadCount of each version; answers how many it had.

    It starts them with Blender, and a fork would wait for them for ever when it writes (3.4.1). Where they cannot be
    reached forks may be fit all the same: the probe writes such a file.
    """
    with open("/proc/self/maps") as maps:
        paths = {line.split(None, 5)[5].rstrip("\n") for line in maps if "/libOpenEXR" in line}
    for path in paths:
        library = ctypes.CDLL(path)
        for version in ("%d_%d" % (major, minor) for major in (2, 3, 4) for minor in range(10)):
            try:
                had = library["_ZN7Imf_%s17globalThreadCountEv" % version]()
                library["_ZN7Imf_%s20setGlobalThreadCountEi" % version](count)
                return had
            except AttributeError:
                continue
    return 0


def fork(work, *arguments):
    """Makes a process that does some work, and ends; answers its pid."""
    flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        work(*arguments)
        status = 0
    except SystemExit as end:
        status = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        if status is not None and not isinstance(status, int):
            print(status, file=sys.stderr)
            status = 1
        leave((status or 0) & 0xFF)


def take_pipes(*ends):
    """Makes these the descriptors 0, 1 and 2, and closes all others."""
    for number, end in enumerate(ends):
        os.dup2(end, number)
    close_all_but(range(len(ends)))


def close_all_but(kept):
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in kept:
            try:
                os.close(int(name))
            except OSError:
                pass  # It was the listing's own.


def probe(samples):
    """Answers, as exit status less 1, how many threads a render in a fork kept busy: they ran a twentieth of the busiest.

    It saves the frame as an EXR, which takes threads as well.
    This one waits for them meanwhile. Cycles ends one of them, whose time is what is left of the process's.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    take_pipes(nothing, nothing, nothing)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_adaptive_sampling, scene.cycles.use_denoising = samples, False, False
    scene.render.resolution_x = scene.render.resolution_y = 64
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.filepath = os.path.join(FOLDER, "probe")
    exr_threads(EXR_THREADS)
    bpy.ops.render.render(write_still=True)
    ran = {}
    for task in os.listdir("/proc/self/task"):
        with open("/proc/self/task/%s/schedstat" % task) as schedstat:
            ran[task] = int(schedstat.read().split()[0])
    ended = time.process_time_ns() - sum(ran.values())
    ran[str(os.getpid())] = ended
    sys.exit(1 + min(sum(20 * each >= max(ran.values()) for each in ran.values()), 100))


def unfit(threads):
    """Answers why forks would be wrong here, or None."""
    if LIBC.prctl(36, ctypes.c_long(1), ctypes.c_long(0), ctypes.c_long(0), ctypes.c_long(0)):
        return "no subreaper"
    if not end_workers():
        return "its threads do not end"
    wanted = min(threads, max(2, min(threads, len(os.sched_getaffinity(0)), 100) // 2))
    for samples in PROBES:
        busy = busy_threads(samples)
        if busy is None:
            return "a fork did not render in 20 seconds"
        if busy >= wanted:
            return None
    return "a fork kept %d of %d threads busy" % (busy, threads)


def busy_threads(samples):
    """Renders in a fork; answers how many threads it kept busy, None if it did not end.

    Where it cannot render, for want of room on the disk say, that is no word about forks: this server ends.
    """
    pid = fork(probe, samples)
    late = time.monotonic() + 20
    ended, status = os.waitpid(pid, os.WNOHANG)
    while not ended:
        if time.monotonic() > late:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return None
        time.sleep(0.01)
        ended, status = os.waitpid(pid, os.WNOHANG)
    if not os.WIFEXITED(status) or os.WEXITSTATUS(status) < 2:
        raise RuntimeError("a fork could not render: %d" % status)
    return os.WEXITSTATUS(status) - 1


EXR_THREADS = exr_threads(0)
# The scripts that forks run, by path.
CODE = {}


class Server:
    """The loop of a server. Its forks leave it by ending; seen is what a loaded one knows of its files."""

    def __init__(self, seen=None):
        self.seen = seen
        self.pipes = {}

    def serve(self):
        """Answers lines until their end. It sleeps in between: SIGCHLD wakes it through a pipe."""
        waiting = select.poll()
        waiting.register(0, select.POLLIN)
        if self.seen is None:
            woken, waker = os.pipe()
            os.set_blocking(woken, False)
            os.set_blocking(waker, False)
            signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
            signal.signal(signal.SIGCHLD, lambda *unused: None)
            waiting.register(woken, select.POLLIN)
        say("ready %d" % os.getpid())
        begun = b""
        while True:
            ready = {number for number, _ in waiting.poll()}
            if self.seen is None and woken in ready:
                os.read(woken, 4096)
                self.bury()
            if 0 in ready:
                read = os.read(0, 65536)
                if not read:
                    return
                *lines, begun = (begun + read).split(b"\n")
                for line in lines:
                    self.answer(*line.decode("ascii", "replace").partition(" ")[::2])

    def bury(self):
        """Tells of each process that has ended."""
        while True:
            try:
                pid, status, _ = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            how = ("signal", os.WTERMSIG(status)) if os.WIFSIGNALED(status) else ("exit", os.WEXITSTATUS(status))
            say("ended %d %s %d" % (pid, *how))

    def answer(self, word, fork_id):
        if word == "ping":
            say("pong")
        elif word == "taken":
            for end in self.pipes.pop(fork_id, ()):
                os.close(end)
        elif word == "hold" and fork_id.isdigit():
            try:
                unable = self.unable()
                if not unable:
                    return self.hold(fork_id)
            except OSError as cannot:
                unable = cannot.strerror
            say("stale %s %s" % (fork_id, unable))
            if self.seen is not None:
                leave(0)

    def unable(self):
        """Answers why no fork is to be made, or None."""
        if self.stale():
            return "changed: " + self.stale()
        return None if end_workers() else "its threads do not end"

    def stale(self):
        """Answers which file has changed since the scene was loaded, or None."""
        return next((path for path, before in (self.seen or {}).items() if look(path) != before), None)

    def hold(self, fork_id):
        """Makes a fork that waits. One of a loaded server becomes the empty one's child, which tells how it ends."""
        own_input, its_input = os.pipe()
        its_output, own_output = os.pipe()
        middle = None
        try:
            if self.seen is None:
                pid = fork(self.wait, own_input, own_output)
            else:
                told, teller = os.pipe()
                middle = fork(lambda: os.write(teller, b"%d" % fork(self.wait, own_input, own_output)))
                os.close(teller)
                pid = int(os.read(told, 32) or -1)
                os.close(told)
        except OSError:
            os.close(its_input)
            os.close(its_output)
            raise
        finally:
            os.close(own_input)
            os.close(own_output)
        self.pipes[fork_id] = (its_input, its_output)
        say("held %s %d %d %d" % (fork_id, pid, its_input, its_output))
        if middle:
            os.waitpid(middle, 0)  # Its end takes as long as a fork of a large scene: nobody is to wait for that.

    def wait(self, own_input, own_output):
        """What a fork does: it holds its pid until its turn comes. Behind its line the node writes no other as yet."""
        os.setsid()
        take_pipes(own_input, own_output, own_output)
        line = b""
        while not line.endswith(b"\n"):
            read = os.read(0, 65536)
            if not read:
                os._exit(0)
            line += read
        wish = json.loads(line)
        if "exec" in wish:
            become(wish["exec"], wish.get("watch", True))
        elif self.stale():
            say("a cold Blender, since a file has changed")
            become(wish["render"]["cold"])
        else:
            render(wish["render"], self.seen is not None)


def watch(kept=None):
    """Ends the group at the end of this process's input. It is a process: a scene can hold Python's lock for ever.

    It is no fork: that would copy the page tables of a loaded scene. Lines go to kept, as long as somebody reads there.
    """
    line = ":" if kept is None else "echo \"$line\" >&3"
    script = "trap '' INT; while read -r line; do %s; done; kill -INT 0; sleep 1; kill -KILL 0" % line
    actions = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_DUP2, 1, 2)]
    if kept is not None:
        actions.append((os.POSIX_SPAWN_DUP2, kept, 3))
    # A SIGINT meanwhile is this process's alone.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        os.posix_spawn("/bin/sh", ("sh", "-c", script), os.environ, file_actions=actions)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT,))


def become(program, watched=True):
    """Makes this process the program; Python ignores two signals, and exec would keep that."""
    if watched:
        watch()
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(program[0], program)
    except OSError as cannot:
        say("%s: %s" % (program[0], cannot.strerror))
        sys.exit(127)


def render(wish, loaded):
    """Does what a cold Blender does from opening its file on."""
    if loaded:
        say("fork of a loaded Blender")
        watch()
    elif wish.get("keep") is None:
        say("fork of an empty Blender")
        watch()
    else:
        pipes = os.pipe() + os.pipe()
        say("fork of an empty Blender, keeps %d %d" % (pipes[1], pipes[2]))
        kept, teller = os.pipe()
        watch(teller)
        os.close(teller)
    set_environment(wish["environment"])
    if loaded:
        enter(wish["room"], wish.get("cold"))
    elif wish.get("keep") is None:
        enter(wish["room"], wish.get("cold"))
        open_scene(wish["blend"])
    else:
        enter(wish["keep"], wish.get("cold"))
        keep(wish["blend"], kept, pipes)
        enter(wish["room"], wish.get("cold"))
    exr_threads(EXR_THREADS)
    # At a second SIGINT Blender calls exit, which would wait for threads, and abort (3.4.1).
    LIBC.on_exit(LIBC._exit, None)
    LIBC.signal(signal.SIGINT, INTERRUPT)
    for script in wish["scripts"]:
        run(script, wish["arguments"])
    scene = choose_scene(wish["scene"])
    for first, last in wish["runs"]:
        render_run(scene, first, last)


def set_environment(environment):
    os.environ.update(environment)
    if "TMPDIR" in environment:
        bpy.context.preferences.filepaths.temporary_directory = environment["TMPDIR"]


def enter(policy, cold):
    """Adds a layer to the room that this process is in; where it cannot, it becomes the cold command, or ends as one does.

    A room holds the thread that enters it, and those that it makes from then on: there must be no other.
    """
    if policy:
        try:
            end_workers()
            late = time.monotonic() + 1
            while len(os.listdir("/proc/self/task")) > 1:
                if time.monotonic() > late:
                    raise RuntimeError("other threads would stay outside")
                time.sleep(0.001)
            ROOM["enter"](policy)
        except Exception as cannot:
            say("room: %s: %s" % (type(cannot).__name__, cannot))
            if cold:
                become(cold, watched=False)  # It is watched already.
            sys.exit(125)


def open_scene(path):
    """Opens the .blend; an error, which Blender has printed, does not mean that it is not open."""
    try:
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=False)
    except RuntimeError:
        if bpy.data.filepath != path:
            sys.exit(1)


def keep(path, kept, pipes):
    """Opens the scene, and leaves a loaded server behind if the node has its pipes and no file may have changed."""
    began, before = time.time_ns(), look(path)
    open_scene(path)
    ready, _, _ = select.select([kept], [], [], 1)
    if ready and os.read(kept, 8) == b"kept\n":
        paths = {path, *bpy.utils.blend_paths(absolute=True, packed=False, local=False)}
        seen = {each: look(each) for each in paths}
        settled = all(each is None or each[1] < began - SETTLED_NS for each in seen.values())
        if settled and seen[path] == before and end_workers():
            fork(stay, seen, pipes)
    for end in (kept, *pipes):
        os.close(end)


def look(path):
    """Answers what a file that has not changed has still; None of one that is not there."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def stay(seen, pipes):
    """What a loaded server does. Nothing of the task that loaded it is to stay."""
    os.setsid()
    take_pipes(pipes[0], pipes[3], pipes[3])
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    bpy.context.preferences.filepaths.temporary_directory = ""
    sys.render_node_users = bpy.data.user_map()  # For scene_report.py, which would take as long as for a render's start.
    Server(seen).serve()


def compiled(path):
    with open(path, "rb") as script:
        return compile(script.read(), path, "exec")


def prepare_colours():
    """Lets OpenColorIO read the tables of the usual view, 0.15 s (Filmic in 3.4.1), and keep them for all forks.

    An image is saved as a frame would be; nothing is rendered.
    """
    path = os.path.join(FOLDER, "colours.png")
    image = bpy.data.images.new("colours", 8, 8, float_buffer=True)
    image.save_render(path, scene=bpy.context.scene)
    bpy.data.images.remove(image)
    os.remove(path)


def run(path, arguments):
    """Runs a script as --python does."""
    sys.argv = list(arguments)
    module = types.ModuleType("__main__")
    module.__file__ = path
    sys.modules["__main__"] = module
    try:
        exec(CODE.get(path) or compiled(path), module.__dict__)
    except Exception:
        kind, value, trace = sys.exc_info()
        traceback.print_exception(kind, value, trace.tb_next)
        print("Error: script failed, file: '%s', exiting." % path)
        sys.exit(1)


def choose_scene(name):
    """Answers the scene that was saved as the active one, or the one that -S names."""
    scene = bpy.data.scenes.get(name) if name else bpy.context.scene
    if scene is None:
        print("Can't find scene: '%s' in file: '%s'" % (name, bpy.data.filepath))
        sys.exit(1)
    return scene


def render_run(scene, first, last):
    """Renders frames one after the other.

    Once Blender knows which, the scene gets its own range back: drivers and stamps see it in a cold one. After a SIGINT
    Blender answers as if all were well, and after errors that it has printed, not all of which end a render, it raises.
    """
    own = scene.frame_start, scene.frame_end, scene.frame_step
    completed = []

    def restore(*unused):
        scene.frame_start, scene.frame_end, scene.frame_step = own

    def complete(*unused):
        completed.append(True)

    scene.frame_start, scene.frame_end, scene.frame_step = first, last, 1
    bpy.app.handlers.render_init.append(restore)
    bpy.app.handlers.render_complete.append(complete)
    try:
        bpy.ops.render.render(animation=True, scene=scene.name)
    except RuntimeError:
        pass
    bpy.app.handlers.render_init.remove(restore)
    bpy.app.handlers.render_complete.remove(complete)
    if not completed:
        sys.exit(1)


def main():
    CODE.update((path, compiled(path)) for path in SETTINGS.get("scripts", ()))
    try:
        prepare_colours()
    except (OSError, RuntimeError) as cannot:
        print(cannot)  # Each fork does it by itself.
    reason = unfit(SETTINGS["threads"])
    if reason:
        say("unfit " + reason)
    else:
        gc.freeze()
        Server().serve()


status = 1
try:
    main()
    status = 0
except BaseException:
    traceback.print_exc()
finally:
    leave(status)
