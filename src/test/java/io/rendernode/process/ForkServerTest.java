package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.TimeDependent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server of forks says, and what of it is believed. */
@TimeDependent
class ForkServerTest {
    private static final Duration PLENTY = Await.LONGEST;

    /** Makes forks as it is asked to, which say and end as they are told; asked for a sign of life it waits for the last one's end. */
    private static final String HONEST = """
            import json, os, sys

            def say(line):
                os.write(1, ("render-node: %s\\n" % line).encode())

            say("ready %d" % os.getpid())
            for line in sys.stdin:
                word, *rest = line.split()
                if word == "hold":
                    (a, b), (c, d) = os.pipe(), os.pipe()
                    pid = os.fork()
                    if not pid:
                        os.setsid()
                        os.dup2(a, 0), os.dup2(d, 1), os.closerange(3, 99)
                        told = json.loads(open(0, "rb", 0).readline() or b'{"end": 0}')
                        os.write(1, (told.get("say", "") + "\\n").encode())
                        if told.get("kill"):
                            os.kill(os.getpid(), told["kill"])
                        os._exit(told["end"])
                    os.close(a), os.close(d)
                    say("held %s %d %d %d" % (rest[0], pid, b, c))
                elif word == "ping":
                    pid, status = os.waitpid(pid, 0)
                    if os.WIFSIGNALED(status):
                        say("ended %d signal %d" % (pid, os.WTERMSIG(status)))
                    else:
                        say("ended %d exit %d" % (pid, os.WEXITSTATUS(status)))
            """;

    private ChildProcess process;

    @AfterEach
    void stop() {
        process.stop(Duration.ZERO);
    }

    private ForkServer start(String script) throws Exception {
        process = new ChildLauncher(0, Map.of("PATH", "/usr/bin:/bin")).hold();
        // A line end does not pass the way that arguments go.
        String lines =
                "exec('\\n'.join(" + script.lines().map(ForkServerTest::quoted).toList() + "))";
        return ForkServer.start(process, List.of("/usr/bin/python3", "-u", "-c", lines));
    }

    private static String quoted(String line) {
        return "'" + line.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static ProcessExit obeyed(ForkServer server, String order, List<String> said) {
        ChildProcess fork = server.hold(PLENTY).orElseThrow();
        fork.obey(order, said::add);
        // Asked once, it waits for the end; asked twice in a row it would have lost the fork.
        server.ping();
        Await.until("its end is told", () -> fork.exit().isDone());
        return fork.exit().join();
    }

    @Test
    void aForkDoesAsItIsToldAndItsEndIsToldExactly() throws Exception {
        ForkServer server = start(HONEST);
        server.ready().join();
        List<String> said = new CopyOnWriteArrayList<>();
        assertThat(obeyed(server, "{\"say\":\"hi\",\"end\":137}", said).code()).hasValue(137);
        assertThat(said).containsExactly("hi");
        assertThat(obeyed(server, "{\"kill\":9,\"end\":0}", said).signal()).hasValue(9);
    }

    @Test
    void withTheServerItsForksEndAndNobodysFaultItIs() throws Exception {
        ForkServer server = start(HONEST);
        server.ready().join();
        ChildProcess fork = server.hold(PLENTY).orElseThrow();
        assertThat(fork.identity().isAlive()).isTrue();
        process.stop(Duration.ZERO);
        fork.exit().join();
        assertThat(fork.isLost()).isTrue();
        assertThat(fork.identity().isAlive()).isFalse();
        assertThat(server.isReady()).isFalse();
        assertThat(server.hold(PLENTY)).isEmpty();
    }

    @Test
    void oneForkThatCannotBeMadeIsNotTheEndOfTheOthers() throws Exception {
        ForkServer server = start(HONEST.replace(
                "if word == \"hold\":",
                "if word == \"hold\" and int(rest[0]) > 1:\n        say(\"stale %s no more processes\" % rest[0])\n"
                        + "    elif word == \"hold\":"));
        server.ready().join();
        ChildProcess fork = server.hold(PLENTY).orElseThrow();
        assertThat(server.hold(PLENTY)).isEmpty();
        assertThat(server.isClosed()).isFalse();
        assertThat(fork.identity().isAlive()).isTrue();
    }

    @Test
    void aFileInsteadOfAPipeIsNotOpened(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("scene.blend"), "BLENDER");
        ForkServer server =
                start(HONEST.replace("pid = os.fork()", "pid, b = os.fork(), os.open(\"" + file + "\", os.O_RDWR)"));
        server.ready().join();
        assertThat(server.hold(PLENTY)).isEmpty();
        assertThat(file).hasContent("BLENDER");
    }

    @Test
    void anothersPidIsNotBelieved() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "1000").start();
        try {
            ForkServer server = start("""
                    import os, sys
                    print("render-node: ready %d" % os.getpid())
                    for line in sys.stdin:
                        print("render-node: held %s STRANGER 0 1" % line.split()[1])
                    """.replace("STRANGER", Long.toString(stranger.pid())));
            server.ready().join();
            assertThat(server.hold(PLENTY)).isEmpty();
            process.stop(Duration.ZERO);

            ForkServer liar = start("""
                    import sys
                    print("render-node: ready STRANGER")
                    sys.stdin.read()
                    """.replace("STRANGER", Long.toString(stranger.pid())));
            assertThat(liar.ready().handle((ready, failure) -> failure).join()).isNotNull();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void nonsenseEndsIt() throws Exception {
        ForkServer server = start("""
                import os, sys
                print("what others print is not meant")
                print("render-node: ready %d" % os.getpid())
                sys.stdin.readline()
                print("render-node: held a b c")
                sys.stdin.read()
                """);
        server.ready().join();
        server.ping();
        Await.until("it is closed", server::isClosed);
    }

    @Test
    void oneThatDoesNotAnswerIsNotAskedAgain() throws Exception {
        ForkServer server = start("""
                import os, sys
                print("render-node: ready %d" % os.getpid())
                sys.stdin.readline()
                sys.stdin.readline()
                print("render-node: pong")
                sys.stdin.read()
                """);
        server.ready().join();
        assertThat(server.isReady()).isTrue();
        assertThat(server.hold(Duration.ofMillis(10))).isEmpty();
        assertThat(server.isReady()).isFalse();
        server.ping();
        Await.until("it is heard again", server::isReady);
    }
}
