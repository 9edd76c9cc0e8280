package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import io.rendernode.process.ProcessIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged program: how it comes up, goes down, and what it finds when it comes up again. */
@TimeDependent
@ParameterizedClass(name = "RENDER_WARM={0}")
@ValueSource(strings = {"on", "off"})
class NodeIT {
    @Parameter
    String warm;

    @TempDir
    Path folder;

    private FakeScene scene;
    private NodeProcess node;

    @BeforeEach
    void scene() {
        scene = new FakeScene(folder.resolve("blend"));
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    private Map<String, String> variables(String... more) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "BLENDER_PATH",
                FakeScene.blender().toString(),
                "RENDER_SANDBOX",
                "off",
                "BLEND_FILE_PATH",
                scene.file().toString(),
                "RENDER_NICE",
                "0",
                "RENDER_WARM",
                warm,
                "RENDER_SHUTDOWN_GRACE",
                "60s"));
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return variables;
    }

    @Test
    void aValueThatCannotWorkStopsTheStartInOneLine() throws Exception {
        assertRefused(variables("RENDER_SLOTS", "many"), "RENDER_SLOTS: 'many' cannot be used: ");
        assertRefused(variables("RENDER_NICE", "20"), "RENDER_NICE: must be less than or equal to 19");
        assertRefused(
                variables("RENDER_SANDBOX", "maybe"), "RENDER_SANDBOX: 'maybe' cannot be used: it may be auto,off,on");
        assertRefused(variables("RENDER_MEMORY_LIMIT", "10M"), "RENDER_MEMORY_LIMIT: must be at least 256M");
        assertRefused(variables("RENDER_SCENE_PATHS", "/"), "RENDER_SCENE_PATHS: '/' holds DATA_DIR");
        assertRefused(variables("BLENDER_PATH", "/nowhere/blender"), "BLENDER_PATH: there is no Blender at");
        try (ServerSocket taken = new ServerSocket(0)) {
            assertRefused(variables("PORT", Integer.toString(taken.getLocalPort())), "PORT: ");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    /** What the node answers on ::1. */
    private String bySix(String path) throws IOException {
        byte[] address = new byte[16];
        address[15] = 1;
        try (Socket six = new Socket(InetAddress.getByAddress(address), node.port())) {
            six.getOutputStream()
                    .write(("GET " + path + " HTTP/1.0\r\nHost: [::1]\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(six.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void withoutTokensOnlyThisMachineCanCallUnlessTheNodeIsOpen() throws Exception {
        node = NodeProcess.start(folder, variables());
        Await.until(() -> listening(node.port()).contains("::1"));
        assertThat(listening(node.port())).containsExactlyInAnyOrder("127.0.0.1", "::1");
        assertThat(node.log()).contains("No tokens are set: only this machine can call");
        assertThat(bySix("/job")).startsWith("HTTP/1.0 200 ");
        assertThat(bySix("/%")).startsWith("HTTP/1.0 400 ").endsWith("the path or the query is malformed");
        node.stop();

        node = NodeProcess.start(folder, variables("RENDER_OPEN", "true"));
        assertThat(listening(node.port())).containsExactly("all");
        assertThat(node.log()).containsOnlyOnce("RENDER_OPEN=true: everybody who reaches this port");
        node.stop();

        Path tokens = Files.writeString(folder.resolve("tokens"), "ann render the-token-of-ann");
        node = NodeProcess.start(folder, variables("RENDER_API_TOKEN_FILE", tokens.toString()));
        assertThat(listening(node.port())).containsExactly("all");
        assertThat(node.call("GET", "/job", null, null).statusCode()).isEqualTo(401);
        assertThat(node.send("GET", "/job", null, Map.of("Authorization", "Bearer the-token-of-ann"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(node.log()).doesNotContain("the-token-of-ann", "everybody");
    }

    @Test
    void tokensThatCannotWorkStopTheStartInOneLine() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "ann render secret\n");
        assertRefused(variables("RENDER_API_TOKEN", "secret"), "RENDER_API_TOKEN: the token must have 16 to 512");
        assertRefused(variables("RENDER_API_TOKEN_FILE", "/nowhere"), "RENDER_API_TOKEN_FILE: /nowhere cannot be read");
        assertRefused(
                variables("RENDER_API_TOKEN_FILE", tokens.toString()),
                "RENDER_API_TOKEN_FILE: " + tokens + ": the token must have 16 to 512");
        Files.writeString(tokens, "# none\n");
        assertRefused(
                variables("RENDER_API_TOKEN_FILE", tokens.toString()),
                "RENDER_API_TOKEN_FILE: " + tokens + " has no token");
    }

    /** The addresses that a port is listened to on (proc(5), net/tcp: state 0A); those of IPv4 in IPv6 sockets too. */
    private static List<String> listening(int port) throws IOException {
        String end = String.format(Locale.ROOT, ":%04X", port);
        List<String> found = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields[1].endsWith(end) && fields[3].equals("0A")) {
                    found.add(
                            fields[1].matches("0+" + end)
                                    ? "all"
                                    : fields[1].contains("0100007F")
                                            ? "127.0.0.1"
                                            : fields[1].matches("0{24}01000000" + end) ? "::1" : fields[1]);
                }
            }
        }
        return found;
    }

    private void assertRefused(Map<String, String> variables, String reason) throws Exception {
        NodeProcess refused = NodeProcess.launch(folder, variables);
        assertThat(refused.awaitExit()).isEqualTo(1);
        assertThat(refused.log().lines()).hasSize(1);
        assertThat(refused.log()).startsWith("render-node cannot start: " + reason);
    }

    /** It is asked for its version beside the start, which ends what an earlier run has left. */
    @Test
    void aBlenderThatTakesItsTimeToAnswerIsWaitedFor() throws Exception {
        Path answer = folder.resolve("answer");
        Path slow = folder.resolve("slow-blender");
        Files.writeString(
                slow,
                "#!/bin/sh\nuntil [ -e " + answer + " ]; do sleep 0.1; done\nexec " + FakeScene.blender()
                        + " \"$@\"\n");
        assertThat(slow.toFile().setExecutable(true)).isTrue();
        node = NodeProcess.start(folder, variables("BLENDER_PATH", slow.toString()));
        node.await(() -> node.call("GET", "/health/ready", null, null).statusCode() == 503);
        Files.createFile(answer);
        node.await(() -> node.call("GET", "/health/ready", null, null).statusCode() == 200);
    }

    @Test
    void aSecondNodeOnOneDataFolderDoesNotStartAndTouchesNothing() throws Exception {
        scene.behave("gated=yes");
        node = NodeProcess.start(folder, variables());
        long job = node.post("{\"from\":1,\"to\":2}");
        node.awaitLog(job, "Fra:1 ");
        assertRefused(variables(), "DATA_DIR: another node uses ");
        assertThat(node.status(job)).isEqualTo("Job still running");
        assertThat(ProcessIdentity.of(job)).isPresent();
    }

    @Test
    void nothingSurvivesTheNodesDeathAndTheJobGoesOnWithTheMissingFrames() throws Exception {
        scene.behave("gated=yes");
        IntStream.rangeClosed(1, 2).forEach(scene::open);
        node = NodeProcess.start(folder, variables());
        List<Long> jobs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            jobs.add(node.post("{\"from\":1,\"to\":6,\"output\":\"" + i + "/f_####\"}"));
        }
        node.await(() -> Files.exists(folder.resolve("output/0/f_0002.png")));
        List<ProcessIdentity> processes = jobs.stream().map(NodeIT::living).toList();
        node.killHard();
        node.await(() -> processes.stream().noneMatch(ProcessIdentity::isAlive));
        scene.openAll();

        node = NodeProcess.start(folder, variables());
        for (long job : jobs) {
            assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
        }
        assertThat(node.json(jobs.get(0))).contains("\"outcome\":\"node_lost\"");
        assertThat(node.json(jobs.get(1))).doesNotContain("node_lost");
        assertThat(rendersOf("1"))
                .as("frame 1, stored before the death, of four jobs")
                .isEqualTo(4);
        assertThat(rendersOf("6")).isEqualTo(4);
    }

    private long rendersOf(String frame) {
        return scene.renderedFrames().stream()
                .filter(line -> line.endsWith(" " + frame))
                .count();
    }

    @Test
    void sigtermLetsBlenderFinishItsFrameAndTheNextStartGoesOn() throws Exception {
        scene.behave("gated=yes");
        scene.open(1);
        node = NodeProcess.start(folder, variables());
        long job = node.post("{\"from\":1,\"to\":3}");
        long waiting = node.post("{\"from\":4,\"to\":4}");
        node.awaitLog(job, "Fra:2 ");
        List<ProcessIdentity> processes = List.of(living(job), living(waiting));
        node.process().destroy();
        node.awaitStatus("/health/ready", 503);
        assertThat(node.call("POST", "/job", "{\"from\":1,\"to\":1}", null).statusCode())
                .isEqualTo(503);
        assertThat(node.status(job)).isEqualTo("Job still running");
        assertThat(processes.get(0).isAlive()).isTrue();
        scene.open(2);
        assertThat(node.awaitExit()).isIn(0, 143);
        assertThat(processes.get(0).isAlive()).isFalse();
        node.await(() -> !processes.get(1).isAlive());
        scene.openAll();
        assertThat(folder.resolve("output/blender-render_0002.png")).exists();
        assertThat(folder.resolve("output/blender-render_0003.png")).doesNotExist();

        node = NodeProcess.start(folder, variables("RENDER_ATTEMPTS", "1"));
        assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
        assertThat(node.awaitEnd(waiting)).isEqualTo("Job completed");
        assertThat(node.json(job)).contains("\"outcome\":\"drained\"");
        assertThat(scene.renderedFrames()).hasSize(4);
    }

    @Test
    void aBlenderThatOutlivedTheNodeIsEndedBeforeItsTaskRunsAgain() throws Exception {
        scene.behave("gated=yes");
        scene.open(1);
        node = NodeProcess.start(folder, variables());
        long job = node.post("{\"from\":1,\"to\":2}");
        node.await(() -> Files.exists(folder.resolve("output/blender-render_0001.png")));
        ProcessIdentity orphan = living(job);
        signal("STOP", job);
        node.killHard();
        assertThat(orphan.isAlive()).isTrue();

        node = NodeProcess.start(folder, variables());
        assertThat(orphan.isAlive()).isFalse();
        assertThat(node.call("DELETE", "/job/" + job, null, null).statusCode()).isEqualTo(204);
        assertThat(node.awaitEnd(job)).isEqualTo("Job canceled");
    }

    @Test
    void framesThatFindNoRoomWaitAndAreNotRenderedAgain() throws Exception {
        scene.behave("gated=yes");
        try (SmallDisk small = SmallDisk.mount(folder.resolve("small"), 3)) {
            Map<String, String> variables = variables(
                    "OUTPUT_DIR", small.folder().toString(), "RENDER_ATTEMPTS", "1", "RENDER_RETRY_DELAY", "50ms");
            node = NodeProcess.start(folder, variables);
            long job = node.post("{\"from\":1,\"to\":4}");
            scene.open(1);
            node.await(() -> Files.exists(small.folder().resolve("blender-render_0001.png")));
            small.fill();
            scene.openAll();
            node.await(() -> node.json(job).contains("\"outcome\":\"unplaced\""));
            node.awaitStatus("/health/ready", 503);

            node.killHard();
            node = NodeProcess.start(folder, variables);
            node.awaitStatus("/health/ready", 503);
            assertThat(node.status(job)).isEqualTo("Job still running");
            assertThat(small.folder()).isDirectoryNotContaining("glob:**/blender-render_000[2-4].png");

            small.free();
            assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
            assertThat(scene.renderedNumbers()).as("none twice").containsExactly(1, 2, 3, 4);
            node.awaitStatus("/health/ready", 200);
            node.close();
        }
    }

    private static ProcessIdentity living(long pid) {
        return ProcessIdentity.of(pid).orElseThrow(() -> new AssertionError("nothing lives that has pid " + pid));
    }

    private static void signal(String name, long pid) throws Exception {
        run("kill", "-s", name, Long.toString(pid));
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
