package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.TimeDependent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be done in the room, tried by little Python programs in it. */
@TimeDependent
class RoomScriptTest {
    private static final String SCRIPT = Path.of("src/main/resources/io/rendernode/process/room.py")
            .toAbsolutePath()
            .toString();

    /** Each program's first lines: attempt() prints "done", or the name of the error. */
    private static final String PRELUDE = """
            import ctypes, errno, fcntl, os, socket, struct, sys, threading
            write, read, outside = sys.argv[1:4]
            parent = os.getppid()
            def attempt(function, *arguments):
                try:
                    function(*arguments)
                    print("done")
                except OSError as error:
                    print(errno.errorcode[error.errno])
            def call(name, *arguments):
                if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) == -1:
                    raise OSError(ctypes.get_errno(), name)
            """;

    private static String python;
    private static String pythonsFolder;
    private static int landlock;

    @TempDir
    Path folder;

    private Path write;
    private Path read;
    private Path outside;

    private record Ended(long pid, int status, List<String> lines) {}

    @BeforeAll
    static void findPythonAndTheKernelsOffer() throws Exception {
        // The one in PATH may be a script that starts the real one.
        List<String> found = run(
                        "python3",
                        "-c",
                        "import os, sys; print(os.path.realpath(sys.executable)); print(sys.base_prefix)")
                .lines();
        python = found.get(0);
        pythonsFolder = found.get(1);
        String abi = run(python, "-c", "import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))")
                .lines()
                .get(0);
        landlock = Integer.parseInt(abi);
        assertThat(landlock)
                .as("this kernel's Landlock, without which there is no room to try (Linux 5.13, lsm=landlock)")
                .isPositive();
    }

    @BeforeEach
    void makeFolders() throws Exception {
        write = Files.createDirectory(folder.resolve("write"));
        read = Files.createDirectory(folder.resolve("read"));
        outside = Files.createDirectory(folder.resolve("outside"));
        for (Path one : List.of(write, read, outside)) {
            Files.writeString(one.resolve("file"), "text");
        }
    }

    @Test
    void aProbeTellsWhatTheKernelOffers() throws Exception {
        assertThat(lines(room("probe"))).containsExactly("render-node: room landlock=" + landlock + " seccomp=1");
    }

    @Test
    void whatTheKernelOffersButDoesNotGiveIsNotThere() throws Exception {
        // Landlock ends at 16 layers.
        String full = """
                import ctypes, os, struct, sys
                libc = ctypes.CDLL(None)
                libc.prctl(38, 1, 0, 0, 0)
                ruleset = libc.syscall(444, struct.pack("=Q", 1 << 9), 8, 0)
                for layer in range(16):
                    libc.syscall(446, ruleset, 0)
                os.execv(sys.argv[1], sys.argv[1:])
                """;

        Ended probe = run(Stream.concat(Stream.of(python, "-c", full), roomCommand("probe"))
                .toArray(String[]::new));
        assertThat(lines(probe)).containsExactly("render-node: room landlock=0 seccomp=1");

        Ended ended = run(Stream.concat(Stream.of(python, "-c", full), roomCommand(policy(), "echo", "ran"))
                .toArray(String[]::new));
        assertThat(ended.status()).isEqualTo(125);
        assertThat(ended.lines()).hasSize(1);
    }

    @Test
    void onlyWhatIsListedCanBeRead() throws Exception {
        assertThat(inRoom("""
                        attempt(open, read + "/file")
                        attempt(open, write + "/file")
                        attempt(os.listdir, read)
                        attempt(open, outside + "/file")
                        attempt(os.listdir, outside)
                        attempt(os.listdir, "/")
                        """)).containsExactly("done", "done", "done", "EACCES", "EACCES", "EACCES");
    }

    @Test
    void aSingleFileOrDeviceCanBeListedAndWhatIsMissingIsSkipped() throws Exception {
        String policy = policy(landlock, List.of(pythonsFolder, outside + "/file", "/no/such"), List.of("/dev/ptmx"));

        assertThat(lines(room(
                        policy, python, "-c", PRELUDE + """
                                attempt(open, outside + "/file")
                                attempt(os.listdir, outside)
                                attempt(os.open, "/dev/ptmx", os.O_RDWR)
                                attempt(os.open, "/dev/null", os.O_RDWR)
                                """, write.toString(), read.toString(), outside.toString())))
                .containsExactly("done", "EACCES", "done", "done");
    }

    @Test
    void onlyWhereItIsAllowedCanBeWritten() throws Exception {
        assertThat(inRoom("""
                        attempt(os.mkdir, write + "/new")
                        attempt(open, write + "/new/file", "w")
                        attempt(os.rename, write + "/new/file", write + "/new/moved")
                        attempt(os.remove, write + "/new/moved")
                        for place in read, outside:
                            attempt(open, place + "/new", "w")
                            attempt(open, place + "/file", "w")
                            attempt(os.remove, place + "/file")
                            attempt(os.mkdir, place + "/new")
                        """))
                .startsWith("done", "done", "done", "done")
                .endsWith("EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "EACCES")
                .hasSize(12);
        assertThat(outside.resolve("file")).hasContent("text");
        assertThat(read.resolve("file")).hasContent("text");
    }

    @Test
    void whatWasWrittenCannotBeExecuted() throws Exception {
        Path program = Files.copy(Path.of("/bin/echo"), write.resolve("echo"));
        assertThat(program.toFile().setExecutable(true)).isTrue();

        assertThat(inRoom("attempt(os.execv, write + '/echo', ['echo', 'ran'])"))
                .containsExactly("EACCES");
    }

    @Test
    void noLinkLeadsOutOrIn() throws Exception {
        Files.createSymbolicLink(write.resolve("prepared"), outside);

        assertThat(inRoom("""
                        attempt(os.link, outside + "/file", write + "/in")
                        attempt(os.link, read + "/file", write + "/in")
                        attempt(os.link, write + "/file", outside + "/out")
                        attempt(os.rename, write + "/file", outside + "/out")
                        os.symlink(outside + "/file", write + "/made")
                        attempt(open, write + "/made")
                        attempt(open, write + "/prepared/file")
                        """)).hasSize(6).isSubsetOf("EACCES", "EXDEV");
    }

    @Test
    void nothingSpecialCanBeMade() throws Exception {
        assertThat(inRoom("""
                        attempt(os.mkfifo, write + "/fifo")
                        attempt(os.mknod, write + "/null", 0o020600, os.makedev(1, 3))
                        """)).hasSize(2).isSubsetOf("EACCES", "EPERM");
    }

    @Test
    void modesTimesAndLengthsStayAsTheyAre() throws Exception {
        assertThat(inRoom("""
                        for place in read, outside:
                            attempt(os.chmod, place + "/file", 0o777)
                            attempt(os.utime, place + "/file")
                            attempt(os.truncate, place + "/file", 0)
                            attempt(os.chown, place + "/file", os.getuid(), os.getgid())
                            attempt(os.setxattr, place + "/file", "user.a", b"b")
                        attempt(os.fchmod, os.open(read + "/file", os.O_RDONLY), 0o777)
                        """)).hasSize(11).containsOnly("EPERM");
    }

    @Test
    void noSocketsAreHad() throws Exception {
        assertThat(inRoom("""
                        attempt(socket.socket, socket.AF_INET, socket.SOCK_STREAM)
                        attempt(socket.socket, socket.AF_INET6, socket.SOCK_DGRAM)
                        attempt(socket.socket, socket.AF_UNIX)
                        attempt(socket.socketpair)
                        """)).containsExactly("EPERM", "EPERM", "EPERM", "EPERM");
    }

    @Test
    void threadsCanBeHadButNoProcesses() throws Exception {
        assertThat(inRoom("""
                        thread = threading.Thread(target=print, args=("thread",))
                        thread.start()
                        thread.join()
                        attempt(os.fork)
                        attempt(os.posix_spawn, "/bin/true", ["true"], {})
                        attempt(os.setsid)
                        """)).containsExactly("thread", "EPERM", "EPERM", "EPERM");
    }

    @Test
    void otherProcessesAreOutOfReach() throws Exception {
        assertThat(inRoom("""
                        attempt(os.kill, parent, 0)
                        attempt(os.kill, 0, 0)
                        attempt(os.kill, -1, 0)
                        attempt(fcntl.fcntl, 0, fcntl.F_SETOWN, parent)
                        attempt(call, "ptrace", 16, parent, None, None)
                        attempt(call, "prlimit", parent, 7, None, ctypes.create_string_buffer(16))
                        attempt(open, "/proc/%d/environ" % parent)
                        attempt(os.listdir, "/proc")
                        """))
                .containsExactly("EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EACCES", "EACCES");
    }

    @Test
    void itsOwnProcessIsItsOwn() throws Exception {
        assertThat(inRoom("""
                        attempt(os.kill, os.getpid(), 0)
                        attempt(open, "/proc/self/status")
                        attempt(open, "/proc/self/task/%d/comm" % threading.get_native_id())
                        """)).containsExactly("done", "done", "done");
    }

    @Test
    void anotherProgramIsInTheSameRoom() throws Exception {
        Ended cat = room(
                policy(),
                python,
                "-c",
                "import os, sys; os.execvp('cat', ['cat'] + sys.argv[1:])",
                read + "/file",
                outside + "/file");

        assertThat(cat.status()).isEqualTo(1);
        assertThat(cat.lines()).hasSize(1);
        assertThat(cat.lines().get(0)).contains(outside + "/file", "Permission denied");
    }

    @Test
    void rootIsNotMuchMoreThanOthers() throws Exception {
        List<String> capabilities = lines(room(policy(), "grep", "^Cap[EP]", "/proc/self/status"));

        // Reading what is others' is all that is left: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER.
        assertThat(capabilities).hasSize(2).allMatch(line -> line.matches("Cap\\w+:\\t0{15}[0e]"));
    }

    @Test
    void thePidStaysAndArgumentsAndEnvironmentArriveAsTheyAre() throws Exception {
        Ended ended = room(
                policy(),
                python,
                "-c",
                "import os, sys; print(os.getpid()); print(sys.argv[1:]); print(sorted(os.environ))",
                "",
                "a b",
                "ä漢",
                "probe");

        assertThat(lines(ended))
                .containsExactly(
                        Long.toString(ended.pid()), "['', 'a b', 'ä漢', 'probe']", "['LANG', 'LC_ALL', 'PATH']");
    }

    @Test
    void signalsAreNotIgnored() throws Exception {
        // A shell's & leaves what it starts deaf to SIGINT, and Python ignores the two others.
        Ended ended = run(Stream.concat(
                        Stream.of("bash", "-c", "trap '' INT PIPE XFSZ; exec \"$@\"", "bash"),
                        roomCommand(policy(), "grep", "SigIgn", "/proc/self/status"))
                .toArray(String[]::new));

        long ignored =
                Long.parseLong(lines(ended).get(0).substring("SigIgn:".length()).strip(), 16);
        for (int signal : new int[] {2, 13, 25}) {
            assertThat(ignored & 1L << (signal - 1)).as("signal %d", signal).isZero();
        }
    }

    @Test
    void openFilesAreNotHandedOn() throws Exception {
        Ended ended = run(Stream.concat(
                        Stream.of("bash", "-c", "exec 7<\"$0\" 8>&1; exec \"$@\"", outside + "/file"),
                        roomCommand(policy(), "ls", "-l", "/proc/self/fd"))
                .toArray(String[]::new));

        // The room holds what it may read of /proc, and the listing itself.
        assertThat(lines(ended))
                .filteredOn(line -> line.matches(".* ([3-9]|\\d\\d+) -> .*"))
                .anyMatch(line -> line.endsWith(" -> /proc/" + ended.pid()))
                .allMatch(line -> line.contains(" -> /proc/"));
    }

    @Test
    void aProgramThatCannotBeRunIsTold() throws Exception {
        Ended missing = room(policy(), "/no/such/blender", "-b");
        assertThat(missing.status()).isEqualTo(127);
        assertThat(missing.lines()).containsExactly("render-node: room: /no/such/blender: No such file or directory");

        Ended forbidden = room(policy(), outside + "/file");
        assertThat(forbidden.status()).isEqualTo(127);
        assertThat(forbidden.lines()).containsExactly("render-node: room: " + outside + "/file: Permission denied");
    }

    @Test
    void nothingRunsWhereThePolicyCannotBeApplied() throws Exception {
        List<String> policies = List.of(
                policy(99, List.of(), List.of()),
                policy().replace(write.toString(), write + "/no/such"),
                policy().replace("\"seccomp\"", "\"other\""),
                "{}",
                "no policy");

        for (String policy : policies) {
            Ended ended = room(policy, "echo", "ran");
            assertThat(ended.status()).as(policy).isEqualTo(125);
            assertThat(ended.lines()).as(policy).hasSize(1);
            assertThat(ended.lines().get(0)).startsWith("render-node: room: ");
        }
    }

    @Test
    void whatTheKernelDoesNotOfferIsNotAppliedAndTheRestIs() throws Exception {
        String attempts = PRELUDE + "attempt(os.listdir, outside); attempt(socket.socket)";
        String[] program = {python, "-c", attempts, write.toString(), read.toString(), outside.toString()};

        String noLandlock = policy(0, List.of(), List.of());
        assertThat(lines(room(noLandlock, program))).containsExactly("done", "EPERM");
        assertThat(lines(room(policy().replace("true", "false"), program))).containsExactly("EACCES", "done");
        assertThat(lines(room(noLandlock.replace("true", "false"), program))).containsExactly("done", "done");
    }

    @Test
    void aRoomForForksHasProcessesAndNothingElseThatOthersLack() throws Exception {
        assertThat(lines(room(
                        forksPolicy(),
                        python,
                        "-c",
                        PRELUDE + """
                                child = os.fork()
                                if child == 0:
                                    os.setsid()
                                    threading.Event().wait(60)
                                attempt(os.kill, child, 9)
                                attempt(os.waitpid, child, 0)
                                attempt(os.listdir, "/proc")
                                attempt(call, "prlimit", 0, 7, struct.pack("QQ", 100, 100), None)
                                number = 56 if os.uname().machine == "x86_64" else 220
                                attempt(call, "syscall", number, 0x10000000 | 17, None, None, None, None)
                                attempt(call, "unshare", 0x10000000)
                                attempt(os.setpriority, os.PRIO_PROCESS, 0, 5)
                                attempt(os.kill, parent, 0)
                                attempt(socket.socket)
                                attempt(open, outside + "/file")
                                """,
                        write.toString(),
                        read.toString(),
                        outside.toString())))
                .startsWith("done", "done", "done", "done", "EPERM", "EPERM", "EPERM")
                .endsWith("EPERM", "EACCES")
                .hasSize(10);
    }

    @Test
    void aForkEntersRoomsInsideOfARoom() throws Exception {
        String narrow = policy(landlock, List.of(pythonsFolder), List.of());

        assertThat(lines(room(
                        forksPolicy(),
                        python,
                        "-c",
                        PRELUDE + """
                                import json, runpy
                                enter = runpy.run_path(sys.argv[4], run_name="room")["enter"]
                                def child():
                                    enter(json.loads(sys.argv[5]))
                                    attempt(os.setsid)
                                    attempt(open, read + "/file")
                                    enter(json.loads(sys.argv[6]))
                                    attempt(os.fork)
                                    attempt(os.kill, os.getpid(), 0)
                                    attempt(os.kill, os.getppid(), 0)
                                    attempt(open, read + "/file")
                                    attempt(open, write + "/file")
                                    attempt(os.listdir, "/proc")
                                if os.fork() == 0:
                                    child()
                                    sys.stdout.flush()
                                    os._exit(0)
                                os.wait()
                                attempt(open, read + "/file")
                                """,
                        write.toString(),
                        read.toString(),
                        outside.toString(),
                        SCRIPT,
                        forksPolicy(),
                        narrow)))
                .containsExactly("done", "done", "EPERM", "done", "EPERM", "EACCES", "done", "EACCES", "done");
    }

    @Test
    void aCommandLineWithARoomOfItsOwnRunsInARoomForForks() throws Exception {
        List<String> inner = roomCommand(policy(), "sh", "-c", "ulimit -n; exec cat \"$0\"", outside + "/file")
                .toList();

        Ended ended = room(
                forksPolicy(),
                Stream.concat(Stream.of("prlimit", "--nofile=99", "env", "A=b"), inner.stream())
                        .toArray(String[]::new));

        assertThat(ended.lines()).hasSize(2).first().isEqualTo("99");
        assertThat(ended.lines().get(1)).contains("Permission denied");
    }

    private String forksPolicy() {
        return policy(landlock, List.of(pythonsFolder, read.toString(), "/proc", SCRIPT), List.of())
                .replace("\"seccomp\"", "\"forks\": true, \"seccomp\"");
    }

    private List<String> inRoom(String program) throws Exception {
        return lines(
                room(policy(), python, "-c", PRELUDE + program, write.toString(), read.toString(), outside.toString()));
    }

    private String policy() {
        return policy(landlock, List.of(pythonsFolder, read.toString()), List.of());
    }

    private String policy(int abi, List<String> readable, List<String> devices) {
        return "{\"read\": [%s], \"write\": [\"%s\"], \"devices\": [%s], \"landlock\": %d, \"seccomp\": true}"
                .formatted(quoted(readable), write, quoted(devices), abi);
    }

    private static String quoted(List<String> paths) {
        return paths.isEmpty() ? "" : "\"" + String.join("\", \"", paths) + "\"";
    }

    private static List<String> lines(Ended ended) {
        assertThat(ended.status()).as(String.join("\n", ended.lines())).isZero();
        return ended.lines();
    }

    private static Ended room(String policy, String... program) throws Exception {
        return run(roomCommand(policy, program).toArray(String[]::new));
    }

    private static Stream<String> roomCommand(String policy, String... program) {
        return Stream.concat(Stream.of(python, "-I", "-S", "-E", "-B", SCRIPT, policy), Stream.of(program));
    }

    private static Ended run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", System.getenv("PATH"), "LANG", "C", "LC_ALL", "C"));
        Process process = builder.start();
        process.getOutputStream().close();
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = output.lines().toList();
            return new Ended(process.pid(), process.waitFor(), lines);
        } finally {
            process.destroyForcibly();
        }
    }
}
