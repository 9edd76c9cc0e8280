package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.Await;
import io.rendernode.TimeDependent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@TimeDependent
class HoldTest {
    private final Children children = new Children();
    private final Lines lines = new Lines();

    @AfterEach
    void endAll() {
        children.close();
    }

    @Test
    void aHeldProcessBecomesTheProgramUnderTheSamePid() throws Exception {
        ChildProcess child = children.hold();
        assertThat(child.exit()).isNotDone();

        Process own = new ProcessBuilder("nice", "-n", "10", "nice").start();
        String nicer = new String(own.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();

        child.start(List.of("sh", "-c", "echo pid=$$; nice"), lines);

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(lines.all()).containsExactly("pid=" + child.pid(), nicer);
    }

    @Test
    void aHeldProcessLeadsItsOwnGroupAndIsTiny() throws Exception {
        ChildProcess child = children.hold();
        awaitHeld(child.pid());

        assertThat(ProcessState.of(child.pid()).orElseThrow().group()).isEqualTo(child.pid());
        // 1.7 MB; VmRSS is counted in steps and some hundred kilobytes wrong at times, see proc(5).
        Await.until("its memory is told", () -> child.residentBytes() > 0);
        assertThat(child.residentBytes()).isLessThan(3L * 1024 * 1024);
    }

    @Test
    void whereMemoryRunsOutTheProgramGoesBeforeTheNode() throws Exception {
        int own = Integer.parseInt(
                Files.readString(Path.of("/proc/self/oom_score_adj")).strip());

        ChildProcess child = children.shell("cat /proc/self/oom_score_adj", lines);

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(lines.all()).containsExactly(Integer.toString(Math.min(1000, own + 500)));
    }

    @Test
    void holdingCostsNoThreadOfOurs() throws Exception {
        ChildProcess child = children.hold();
        awaitHeld(child.pid());

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("process-output-" + child.pid());
    }

    @Test
    void argumentsArriveAsTheyAre() throws Exception {
        List<String> odd = List.of(
                "",
                " ",
                ".",
                "-n",
                "--",
                "$(id)",
                "`id`",
                "a b\tc",
                "\\n",
                "'\"",
                "*",
                "\r",
                "äöü āăą 漢字 🐒",
                "\u0081\u0088");
        ChildProcess child = children.hold();

        child.start(
                Stream.concat(List.of("printf", "<%s>\\n").stream(), odd.stream())
                        .toList(),
                lines);

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        // A carriage return ends a line of output too.
        assertThat(String.join("\n", lines.all()))
                .isEqualTo(odd.stream()
                        .map(text -> "<" + text + ">")
                        .collect(Collectors.joining("\n"))
                        .replace('\r', '\n'));
    }

    @Test
    void aLongCommandLineArrives() throws Exception {
        String frames = IntStream.range(0, 15_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        ChildProcess child = children.hold();

        child.start(List.of("sh", "-c", "echo ${#1}", "sh", frames), lines);

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(lines.all()).containsExactly(Integer.toString(frames.length()));
    }

    @Test
    void argumentsThatCannotBePassedAreRefusedAndTheProcessStaysHeld() throws Exception {
        ChildProcess child = children.hold();

        assertThatThrownBy(() -> child.start(List.of("echo", "a\nb"), lines))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> child.start(List.of("echo", "a\0b"), lines))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> child.start(List.of(), lines)).isInstanceOf(IllegalArgumentException.class);

        child.start(List.of("echo", "Ready"), lines);
        assertThatThrownBy(() -> child.start(List.of("echo"), lines)).isInstanceOf(IllegalStateException.class);
        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(lines.all()).containsExactly("Ready");
    }

    @Test
    void aProgramThatCannotBeRunIsTold() throws Exception {
        ChildProcess missing = children.hold();
        missing.start(List.of("/no/such/blender"), lines);
        assertThat(Children.exitOf(missing)).isEqualTo(ProcessExit.ofStatus(127));

        ChildProcess folder = children.hold();
        folder.start(List.of("/"), lines);
        assertThat(Children.exitOf(folder)).isEqualTo(ProcessExit.ofStatus(126));

        assertThat(lines.all()).hasSize(2);
        assertThat(lines.all().get(0)).contains("/no/such/blender").contains("No such file");
        assertThat(lines.all().get(1)).contains("Permission denied");
    }

    @Test
    void theEnvironmentIsTheGivenOneAndNoMore() throws Exception {
        ChildLauncher manager = new ChildLauncher(0, Map.of("PATH", System.getenv("PATH"), "OCIO", "/a b/config"));
        ChildProcess child = manager.hold();
        child.start(List.of("env"), lines);

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        // Shells may add these of their own.
        assertThat(lines.all())
                .filteredOn(line -> !line.startsWith("PWD=") && !line.startsWith("_=") && !line.startsWith("SHLVL="))
                .containsExactlyInAnyOrder("PATH=" + System.getenv("PATH"), "OCIO=/a b/config");
    }

    @Test
    void aHeldProcessDiesAtOnceWhenStopped() throws Exception {
        ChildProcess child = children.hold();

        child.stop(Duration.ofHours(1));

        assertThat(Children.exitOf(child).isBy("SIGKILL")).isTrue();
        assertThat(child.identity().isAlive()).isFalse();
        child.start(List.of("echo", "never"), lines);
        assertThat(lines.all()).isEmpty();
    }

    @Test
    void aPersonsSignalEndsAHeldProcess() throws Exception {
        for (String signal : List.of("TERM", "INT", "HUP")) {
            ChildProcess child = children.hold();
            awaitHeld(child.pid());

            assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid()))
                            .start()
                            .waitFor())
                    .isZero();

            assertThat(Children.exitOf(child).isBy("SIG" + signal)).isTrue();
        }
    }

    @Test
    void signalsThatTheNodeIgnoresAreNotIgnoredByItsChildren() throws Exception {
        // A script that starts the node with & leaves it, and all it starts, deaf to SIGINT. Not sh: that is what
        // holds.
        List<String> deaf = Stream.concat(
                        Stream.of("bash", "-c", "trap '' INT QUIT; exec \"$@\"", "sh"),
                        ChildLauncher.command(0).stream())
                .toList();
        Process held = new ProcessBuilder(deaf).start();
        try {
            awaitHeld(held.pid());
            long ignored = Files.readAllLines(Path.of("/proc", Long.toString(held.pid()), "status")).stream()
                    .filter(line -> line.startsWith("SigIgn:"))
                    .mapToLong(line ->
                            Long.parseLong(line.substring("SigIgn:".length()).trim(), 16))
                    .sum();
            // Signals 1 to 31; the C library keeps 32 and 33 to itself.
            assertThat(ignored & 0x7FFF_FFFF).isZero();
        } finally {
            held.destroyForcibly();
        }
    }

    @Test
    void nothingHeldOrWatchingSurvivesTheNodesSuddenDeath() throws Exception {
        Process node = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        classPathOf(ChildLauncher.class, NodeThatDies.class, org.jboss.logging.Logger.class),
                        NodeThatDies.class.getName())
                .redirectErrorStream(true)
                .start();
        List<ProcessIdentity> children;
        try (var output = node.inputReader(StandardCharsets.UTF_8)) {
            children = Arrays.stream(output.readLine().split(" "))
                    .map(pid -> Children.living(Long.parseLong(pid)))
                    .toList();
            assertThat(children).hasSize(4);
        } finally {
            node.destroyForcibly();
        }
        node.waitFor();

        Await.until(
                "all children of the dead node are gone",
                () -> children.stream().noneMatch(ProcessIdentity::isAlive));
    }

    private static void awaitHeld(long pid) {
        Path arguments = Path.of("/proc", Long.toString(pid), "cmdline");
        Await.until("the shell holds the pid", () -> {
            try {
                return Files.readString(arguments).startsWith("sh\0");
            } catch (IOException gone) {
                return false;
            }
        });
    }

    private static String classPathOf(Class<?>... types) {
        return Arrays.stream(types)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .distinct()
                .collect(Collectors.joining(":"));
    }
}
