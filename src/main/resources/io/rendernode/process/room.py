"""The room of a program that renders what strangers made: it locks itself in, then becomes the program.

    python3 -I -S -E -B room.py POLICY PROGRAM ARG...
    python3 -I -S -E -B room.py probe

POLICY is one line of JSON: {"read": [...], "write": [...], "devices": [...], "landlock": 7, "seccomp": true}.
With "forks": true it is the room of a program that makes others and has each of them enter a room of its own inside of
this one: processes, sessions, signals and limits are theirs to settle, and "read" should have all of /proc.
Landlock says which files are reached, seccomp which system calls are made. exec keeps both, nothing takes
them off again, and exec keeps the pid, so whoever started this holds the program itself. Where something
that the policy asks for cannot be had, nothing runs: exit 125.

Rights of nested paths add up: "write" inside of "read" can be executed, too. Nor does Landlock keep a
program from mapping code that it wrote: whatever runs, runs in this room.
"""

import ctypes
import errno
import fcntl
import json
import os
import signal
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)

# linux/landlock.h, and what an ABI handles by landlock(7): 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV, 4, 6 and 7 no files.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL_DEV = 1, 2, 4, 8, 1 << 14, 1 << 15
MAKE_CHAR, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 10, 1 << 11
HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
READ = EXECUTE | READ_FILE | READ_DIR
WRITE = HANDLED[3] & ~(EXECUTE | MAKE_CHAR | MAKE_SOCK | MAKE_FIFO | MAKE_BLOCK)
DEVICE = READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | IOCTL_DEV

# What Blender, its Python and Mesa open and would miss, by strace of 3.4.1 with each engine. Nothing of other
# processes (/proc/self leads to the pid, which stays), of users or of the network. Links may be followed through
# anything (/etc/alternatives): only what they lead to counts.
SYSTEM = """/usr /lib /lib64 /lib32 /bin
    /etc/ld.so.cache /etc/localtime /etc/fonts /var/cache/fontconfig
    /etc/glvnd /etc/egl /etc/vulkan /etc/OpenCL /etc/drirc
    /proc/cpuinfo /proc/meminfo /proc/sys/vm/overcommit_memory
    /sys/devices/system/cpu /sys/devices/system/node /sys/kernel/mm/transparent_hugepage
    /dev/urandom /dev/random""".split()
SINKS = ["/dev/null", "/dev/zero", "/dev/full"]

# Calls that answer EPERM, x86_64/aarch64 (- where there is none): asm/unistd_64.h and asm-generic/unistd.h.
REFUSED = [
    # No network, nor other ways to talk: Landlock knows TCP alone, since ABI 4. System V's are had by id without get.
    "socket 41/198 socketpair 53/199 mq_open 240/180 mq_unlink 241/181 shmget 29/194 shmat 30/196 shmctl 31/195",
    "msgget 68/186 msgsnd 69/189 msgrcv 70/188 msgctl 71/187 semget 64/190 semop 65/193 semctl 66/191",
    "semtimedop 220/192",
    # No look and no hand into other processes.
    "ptrace 101/117 process_vm_readv 310/270 process_vm_writev 311/271 process_madvise 440/440 kcmp 312/272",
    "process_mrelease 448/448 pidfd_open 434/434 pidfd_getfd 438/438 pidfd_send_signal 424/424 tkill 200/130",
    "migrate_pages 256/238 move_pages 279/239 setpriority 141/140 ioprio_set 251/30 sched_setparam 142/118",
    "sched_setscheduler 144/119 sched_setattr 314/274",
    # What Landlock does not cover of a file, see landlock(7): mode, owner, times, attributes, watching it.
    "chmod 90/- fchmod 91/52 fchmodat 268/53 fchmodat2 452/452 chown 92/- fchown 93/55 lchown 94/- fchownat 260/54",
    "utime 132/- utimes 235/- futimesat 261/- utimensat 280/88 truncate 76/45 setxattr 188/5 lsetxattr 189/6",
    "fsetxattr 190/7 removexattr 197/14 lremovexattr 198/15 fremovexattr 199/16 setxattrat 463/463",
    "removexattrat 466/466 file_setattr 469/469 inotify_init 253/- inotify_init1 294/26 fanotify_init 300/262",
    "name_to_handle_at 303/264 open_by_handle_at 304/265 quotactl 179/60 quotactl_fd 443/443",
    # No other view of the files.
    "mount 165/40 umount2 166/39 pivot_root 155/41 chroot 161/51 open_tree 428/428 open_tree_attr 467/467",
    "move_mount 429/429 fsopen 430/430 fsconfig 431/431 fsmount 432/432 fspick 433/433 mount_setattr 442/442",
    "unshare 272/97 setns 308/268",
    # Nothing of the machine and no other user, also where the node is root.
    "kexec_load 246/104 kexec_file_load 320/294 init_module 175/105 finit_module 313/273 delete_module 176/106",
    "swapon 167/224 swapoff 168/225 reboot 169/142 sethostname 170/161 setdomainname 171/162 settimeofday 164/170",
    "clock_settime 227/112 clock_adjtime 305/266 adjtimex 159/171 acct 163/89 syslog 103/116 vhangup 153/58",
    "iopl 172/- ioperm 173/- modify_ldt 154/- setuid 105/146 setgid 106/144 setreuid 113/145 setregid 114/143",
    "setresuid 117/147 setresgid 119/149 setfsuid 122/151 setfsgid 123/152 setgroups 116/159 capset 126/91",
    # What no renderer needs of the kernel, and what was often the way out.
    "bpf 321/280 perf_event_open 298/241 userfaultfd 323/282 keyctl 250/219 add_key 248/217 request_key 249/218",
]
# One process, in the group that is killed when its time is over, within the limits that it was given.
ALONE = ["fork 57/- vfork 58/- setsid 112/157 setpgid 109/154 setrlimit 160/164"]
# What answers ENOSYS, like an older kernel: the C library falls back on clone, whose flags a filter can see.
ABSENT = ["clone3 435/435 io_uring_setup 425/425 io_uring_enter 426/426 io_uring_register 427/427"]
NODES = ["mknod 133/- mknodat 259/33"]  # Landlock, where there is one, knows better.
WEIGHED = ["clone 56/220 fcntl 72/25 ioctl 16/29"]
WEIGHED_ALONE = ["kill 62/129 tgkill 234/131 rt_sigqueueinfo 129/138 rt_tgsigqueueinfo 297/240 prlimit64 302/261"]
# The last call of Linux 6.18: what came later is unknown here. x86_64's x32 calls are above it, too.
LAST_CALL = 469
# The column in the tables, and AUDIT_ARCH_* of linux/audit.h.
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
CLONE_THREAD, CLONE_NEW = 0x10000, 0x7E020000  # linux/sched.h; all namespaces
SIGNAL_OWNER = (8, 15)  # F_SETOWN, F_SETOWN_EX: send a signal to anybody when a pipe is ready
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: type into the terminal of the node's user


class Unavailable(Exception):
    """Something that the policy asks for is not to be had here."""


def call(function, *arguments):
    """Calls the C library, numbers as wide as a register."""
    result = function(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def landlock_abi():
    """Answers the kernel's ABI of Landlock; 0 where there is none. Calls 444 to 446 are the same on all machines."""
    try:
        return call(LIBC.syscall, 444, None, 0, 1)
    except OSError:
        return 0


def apply_landlock(abi, read, write, devices):
    """Leaves of files what is listed, of TCP nothing (ABI 4), of abstract sockets and signals its own (ABI 6)."""
    handled = HANDLED[max(known for known in HANDLED if known <= abi)]
    # One that is longer than the kernel's is fine as long as the rest is zeros.
    attributes = struct.pack("=QQQ", handled, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    ruleset = call(LIBC.syscall, 444, attributes, len(attributes), 0)

    def allow(path, rights):
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
        if not os.path.isdir(path):
            rights &= OF_FILES  # The others are EINVAL on a file.
        call(LIBC.syscall, 445, ruleset, 1, struct.pack("=Qi", rights & handled, parent), 0)
        if path.startswith("/proc/"):
            # A rule is about an inode, and proc makes a new one whenever memory was short. An open path pins it,
            # also after exec. (os.set_inheritable cannot do it: Python 3.7's refuses a path.)
            fcntl.fcntl(parent, fcntl.F_SETFD, 0)
        else:
            os.close(parent)

    for path in write:
        allow(path, WRITE)
    own = "/proc/%d" % os.getpid()
    for paths, rights in ((SYSTEM + [own] + read, READ), (SINKS + devices, DEVICE)):
        for path in filter(os.path.exists, paths):
            allow(path, rights)
    call(LIBC.syscall, 446, ruleset, 0)
    os.close(ruleset)


def numbers(table, column):
    """Answers {name: number} of one machine."""
    words = " ".join(table).split()
    pairs = zip(words[::2], (pair.split("/")[column] for pair in words[1::2]))
    return {name: int(number) for name, number in pairs if number != "-"}


def seccomp_filter(column, arch, with_nodes, with_forks):
    """Answers the filter: classic BPF over struct seccomp_data, see seccomp(2).

    An instruction is (code, steps if true, steps if not, value). Of an argument it loads the lower half,
    which is all that the kernel reads of a pid, a command and clone's flags.
    """
    allowed, killed, refused, absent = (
        (0x06, 0, 0, answer) for answer in (0x7FFF0000, 0x80000000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS)
    )

    def load(offset):
        return [(0x20, 0, 0, offset)]

    def argument(index):
        return load(16 + 8 * index)

    def when(value, steps):
        return [(0x15, 0, len(steps), value)] + steps

    own = when(os.getpid(), [allowed]) + [refused]
    unset = when(0, argument(0) + when(0, [allowed]) + own) + [refused]
    weighed, made = (CLONE_NEW, 0) if with_forks else (CLONE_THREAD | CLONE_NEW, CLONE_THREAD)
    rules = {
        "clone": argument(0) + [(0x54, 0, 0, weighed)] + when(made, [allowed]) + [refused],
        "kill": argument(0) + own,  # Not 0 either, the group: others may be in it.
        "tgkill": argument(0) + own,
        "rt_sigqueueinfo": argument(0) + own,
        "rt_tgsigqueueinfo": argument(0) + own,
        "prlimit64": argument(2) + when(0, load(16 + 8 * 2 + 4) + unset) + [refused],  # a pointer: both its halves
        "fcntl": argument(1) + [step for c in SIGNAL_OWNER for step in when(c, [refused])] + [allowed],
        "ioctl": argument(1) + [step for c in TERMINAL_INPUT for step in when(c, [refused])] + [allowed],
    }
    steps = load(4) + [(0x15, 1, 0, arch), killed] + load(0) + [(0x25, 0, 1, LAST_CALL), absent]
    for name, number in numbers(WEIGHED + ([] if with_forks else WEIGHED_ALONE), column).items():
        steps += when(number, rules[name])
    others = (NODES if with_nodes else []) + ([] if with_forks else ALONE)
    for table, answer in ((REFUSED, refused), (ABSENT, absent), (others, refused)):
        for number in numbers(table, column).values():
            steps += when(number, [answer])
    return b"".join(struct.pack("=HBBI", *step) for step in steps + [allowed])


def apply_seccomp(with_nodes, with_forks=False):
    """Refuses what a renderer has no use for, by prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER)."""
    machine = os.uname().machine
    if machine not in MACHINES or struct.calcsize("P") != 8:
        raise Unavailable("no seccomp filter for this machine")
    steps = seccomp_filter(*MACHINES[machine], with_nodes=with_nodes, with_forks=with_forks)
    text = ctypes.create_string_buffer(steps, len(steps))
    call(LIBC.prctl, 22, 2, struct.pack("@HP", len(steps) // 8, ctypes.addressof(text)), 0, 0)


def give_up_privileges():
    """Keeps of root's capabilities only those about files' modes (2 to 8: capabilities(7)), so that root reads
    others' scenes but freezes no file system. PR_SET_NO_NEW_PRIVS keeps exec from giving them back. In a room that
    this process is in already they are given up, and capset is refused."""
    call(LIBC.prctl, 38, 1, 0, 0, 0)
    header, held = struct.pack("=Ii", 0x20080522, 0), ctypes.create_string_buffer(24)
    call(LIBC.capget, header, held)
    effective, permitted = struct.unpack("=II", held.raw[:8])
    kept = struct.pack("=6I", effective & 0b1110, permitted & 0b1110, 0, 0, 0, 0)
    if held.raw != kept:
        call(LIBC.capset, header, kept)


def enter(policy):
    """Locks this process in; raises OSError or Unavailable where that cannot be done as the policy says."""
    give_up_privileges()
    abi = landlock_abi()
    if policy["landlock"] > abi:
        raise Unavailable("Landlock's ABI is %d here, not %d" % (abi, policy["landlock"]))
    if policy["landlock"]:
        apply_landlock(policy["landlock"], policy["read"], policy["write"], policy["devices"])
    if policy["seccomp"]:
        apply_seccomp(with_nodes=not policy["landlock"], with_forks=policy.get("forks", False))


def holds(apply, *attempts):
    """Answers whether it can be applied and then refuses all that is attempted."""
    try:
        apply()
    except (OSError, Unavailable):
        return False
    for attempt in attempts:
        try:
            attempt()
            return False
        except PermissionError:
            continue
        except OSError:
            return False
    return True


def probe():
    """Says what can be had here, tried out: a kernel may offer what a container then does not let through."""
    give_up_privileges()
    abi = landlock_abi()
    landlock = abi > 0 and holds(lambda: apply_landlock(abi, [], [], []), lambda: os.listdir("/"))
    seccomp = holds(
        lambda: apply_seccomp(with_nodes=True),
        lambda: call(LIBC.socket, 1, 1, 0),
        lambda: os.kill(os.getppid(), 0),
    )
    print("render-node: room landlock=%d seccomp=%d" % (abi if landlock else 0, seccomp))


def end(status, message):
    """Ends with one line that says why."""
    line = "".join(c if c.isprintable() else "?" for c in "render-node: room: %s" % message)
    os.write(2, line.encode("utf-8", "replace") + b"\n")
    os._exit(status)


def main(arguments):
    # Python ignores two of them, and whoever started this may ignore the third; exec keeps that.
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            try:
                os.close(int(name))
            except OSError:
                pass  # It was the listing's own.
    if arguments == ["probe"]:
        return probe()
    try:
        policy, program = json.loads(arguments[0]), arguments[1:]
        if not program:
            raise ValueError("no program")
        enter(policy)
    except Exception as cannot:
        end(125, "%s: %s" % (type(cannot).__name__, cannot))
    try:
        os.execvp(program[0], program)
    except OSError as cannot:
        end(127, "%s: %s" % (program[0], cannot.strerror))


if __name__ == "__main__":
    main(sys.argv[1:])
