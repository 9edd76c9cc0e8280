"""The Python that hostile_scenes.py puts into its scenes, behind a line that sets LOOT, PORT and ATTACK.

It prints "GOT ..." for each thing that it could do, and "no ..." with the reason for one that it could not.
"""

import os
import re
import resource
import socket
import sys
import threading
import time

import bpy

SECRET, NODE = LOOT + "/secret.txt", os.getppid()


def after(option):
    return sys.argv[sys.argv.index(option) + 1]


def output():
    """Answers the pattern of the frames' paths, whose folder Blender makes later."""
    os.makedirs(os.path.dirname(after("-o")), exist_ok=True)
    return after("-o")


def frame(number):
    return re.sub("#+", lambda run: "%0*d" % (len(run[0]), number), output()) + ".png"


def write(path, mode="w"):
    with open(path, mode) as file:
        file.write("# hostile\n")


def child(work, wait):
    pid = os.fork()
    if pid == 0:
        try:
            for stream in range(3):
                os.close(stream)
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    if wait and os.waitpid(pid, 0)[1]:
        raise OSError("the child could not")


def daemon():
    os.setsid()
    time.sleep(1)
    write(LOOT + "/daemon")


def listen():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()


def unlimit():
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def spare():
    with open("/proc/self/oom_score_adj") as file:
        score = int(file.read())
    for new in (score + 1, score):
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(str(new))


def disk():
    for number in range(48):
        with open("%s-%d.junk" % (output(), number), "wb") as file:
            for _ in range(64):
                file.write(b"x" * 2**20)


def sparse():
    with open(output() + ".junk", "wb") as file:
        file.truncate(2**40)


def forks():
    for _ in range(600):
        child(lambda: time.sleep(4), False)


def threads():
    threading.stack_size(65536)
    end = threading.Event()
    try:
        for _ in range(5000):
            threading.Thread(target=end.wait, daemon=True).start()
    finally:
        end.set()


BOMBS = {"disk": disk, "sparse": sparse, "forks": forks, "threads": threads}
ATTEMPTS = {
    "read": lambda: open(SECRET).read(),
    "write": lambda: write(LOOT + "/written"),
    "truncate": lambda: os.truncate(LOOT + "/truncated", 0),
    "rename": lambda: os.rename(LOOT + "/renamed", LOOT + "/moved"),
    "chmod": lambda: os.chmod(SECRET, 0o640),
    "utime": lambda: os.utime(SECRET, (0, 0)),
    "xattr": lambda: os.setxattr(SECRET, "user.hostile", b"1"),
    "link": lambda: os.link(LOOT + "/secret.png", frame(2)),
    "symlink": lambda: os.symlink(LOOT + "/secret.png", frame(3)),
    "script": lambda: write(after("--python"), "a"),
    "neighbour": lambda: open(os.path.dirname(bpy.data.filepath) + "/url.blend", "rb").read(),
    "environ": lambda: open("/proc/%d/environ" % NODE, "rb").read(),
    "memory": lambda: open("/proc/%d/mem" % NODE, "rb").close(),
    "signal": lambda: os.kill(NODE, 0),
    "network": lambda: socket.create_connection(("127.0.0.1", PORT), 2).close(),
    "datagram": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", PORT)),
    "listen": listen,
    "unix": lambda: socket.socket(socket.AF_UNIX).bind(b"\0hostile-%d" % os.getpid()),
    "fork": lambda: child(daemon, False),
    "session": lambda: child(os.setsid, True),
    "group": lambda: child(lambda: os.setpgid(0, 0), True),
    "rlimit": unlimit,
    "oom": spare,
    "nice": lambda: os.nice(-1),
}

print("GOT python", flush=True)
for name, attempt in ({ATTACK: BOMBS[ATTACK]} if ATTACK in BOMBS else ATTEMPTS).items():
    try:
        attempt()
        print("GOT", name, flush=True)
    except Exception as e:
        print("no", name, repr(e), flush=True)
