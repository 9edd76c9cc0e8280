package io.rendernode.run;

import static io.rendernode.run.NodeProcess.quietly;
import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.FakeScene;
import io.rendernode.process.ProcessIdentity;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program: how it comes up, goes down, and what it finds when it comes up again. */
class NodeIT {
    private static final Duration SOON = Duration.ofSeconds(30);

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
                "BLENDER_PATH", FakeScene.blender().toString(),
                "BLEND_FILE_PATH", scene.file().toString(),
                "RENDER_SHUTDOWN_GRACE", "10s"));
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return variables;
    }

    @Test
    void aValueThatCannotWorkStopsTheStartInOneLine() throws Exception {
        assertRefused(variables("RENDER_SLOTS", "many"), "RENDER_SLOTS: 'many' cannot be used: ");
        assertRefused(variables("RENDER_NICE", "20"), "RENDER_NICE: must be less than or equal to 19");
        assertRefused(variables("BLENDER_PATH", "/nowhere/blender"), "BLENDER_PATH: there is no Blender at");
        try (ServerSocket taken = new ServerSocket(0)) {
            assertRefused(variables("PORT", Integer.toString(taken.getLocalPort())), "PORT: ");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private void assertRefused(Map<String, String> variables, String reason) throws Exception {
        NodeProcess refused = NodeProcess.launch(folder, variables);
        refused.await(SOON, () -> !refused.process().isAlive());
        assertThat(refused.process().exitValue()).isEqualTo(1);
        assertThat(refused.log().lines()).hasSize(1);
        assertThat(refused.log()).startsWith("render-node cannot start: " + reason);
    }

    @Test
    void aSecondNodeOnOneDataFolderDoesNotStartAndTouchesNothing() throws Exception {
        scene.behave("frame_seconds=20");
        node = NodeProcess.start(folder, variables());
        long job = node.post("{\"from\":1,\"to\":2}");
        node.await(SOON, () -> quietly(() -> node.json(job)).contains("\"state\":\"running\""));
        assertRefused(variables(), "DATA_DIR: another node uses ");
        assertThat(node.status(job)).isEqualTo("Job still running");
        assertThat(isAlive(job)).isTrue();
    }

    @Test
    void nothingSurvivesTheNodesDeathAndTheJobGoesOnWithTheMissingFrames() throws Exception {
        scene.behave("frame_seconds=0.3");
        node = NodeProcess.start(folder, variables());
        List<Long> jobs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            jobs.add(node.post("{\"from\":1,\"to\":6,\"output\":\"" + i + "/f_####\"}"));
        }
        node.await(SOON, () -> Files.exists(folder.resolve("output/0/f_0002.png")));
        node.killHard();
        long killedAt = System.nanoTime();
        node.await(Duration.ofSeconds(2), () -> jobs.stream().noneMatch(NodeIT::isAlive));
        assertThat(Duration.ofNanos(System.nanoTime() - killedAt)).isLessThan(Duration.ofSeconds(2));

        node = NodeProcess.start(folder, variables());
        for (long job : jobs) {
            assertThat(node.awaitEnd(job, Duration.ofSeconds(60))).isEqualTo("Job completed");
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
        scene.behave("frame_seconds=3");
        node = NodeProcess.start(folder, variables());
        long job = node.post("{\"from\":1,\"to\":3}");
        long waiting = node.post("{\"from\":4,\"to\":4}");
        node.await(
                SOON,
                () -> quietly(() -> node.call("GET", "/job/" + job + "/log", null, null))
                        .body()
                        .contains("Fra:2 "));
        node.process().destroy();
        node.await(
                SOON,
                () -> quietly(() -> node.call("GET", "/health/ready", null, null))
                                .statusCode()
                        == 503);
        assertThat(node.call("POST", "/job", "{\"from\":1,\"to\":1}", null).statusCode())
                .isEqualTo(503);
        assertThat(node.status(job)).isEqualTo("Job still running");
        assertThat(node.stop(SOON)).isIn(0, 143);
        assertThat(isAlive(job)).isFalse();
        assertThat(isAlive(waiting)).isFalse();
        assertThat(folder.resolve("output/blender-render_0002.png")).exists();
        assertThat(folder.resolve("output/blender-render_0003.png")).doesNotExist();

        node = NodeProcess.start(folder, variables("RENDER_ATTEMPTS", "1"));
        assertThat(node.awaitEnd(job, SOON)).isEqualTo("Job completed");
        assertThat(node.awaitEnd(waiting, SOON)).isEqualTo("Job completed");
        assertThat(node.json(job)).contains("\"outcome\":\"drained\"");
        assertThat(scene.renderedFrames()).hasSize(4);
    }

    @Test
    void aBlenderThatOutlivedTheNodeIsEndedBeforeItsTaskRunsAgain() throws Exception {
        scene.behave("frame_seconds=0.5");
        node = NodeProcess.start(folder, variables());
        long job = node.post("{\"from\":1,\"to\":40}");
        node.await(SOON, () -> Files.exists(folder.resolve("output/blender-render_0001.png")));
        signal("STOP", job);
        node.killHard();
        assertThat(isAlive(job)).isTrue();
        ProcessIdentity orphan = ProcessIdentity.of(job).orElseThrow();

        node = NodeProcess.start(folder, variables());
        assertThat(orphan.isAlive()).isFalse();
        assertThat(node.call("DELETE", "/job/" + job, null, null).statusCode()).isEqualTo(204);
        assertThat(node.awaitEnd(job, SOON)).isEqualTo("Job canceled");
    }

    @Test
    void aFullDiskLeavesNoHalfFrameAndTheNodeGoesOnWhenThereIsRoom() throws Exception {
        Path small = Files.createDirectories(folder.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small.toString());
        try {
            node = NodeProcess.start(folder, variables("OUTPUT_DIR", small.toString()));
            Path ballast = small.resolve("ballast");
            fill(ballast);
            node.await(
                    SOON,
                    () -> quietly(() -> node.call("GET", "/health/ready", null, null))
                                    .statusCode()
                            == 503);
            long job = node.post("{\"from\":1,\"to\":2}");
            assertThat(node.status(job)).isEqualTo("Job still running");
            try (var left = Files.list(small)) {
                assertThat(left).containsExactly(ballast);
            }
            Files.delete(ballast);
            assertThat(node.awaitEnd(job, SOON)).isEqualTo("Job completed");
            assertThat(node.json(job)).doesNotContain("disk_full");
        } finally {
            node.close();
            run("umount", small.toString());
        }
    }

    private static void fill(Path file) {
        try {
            Files.write(file, new byte[4 << 20]);
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessIdentity.of(pid).isPresent();
    }

    private static void signal(String name, long pid) throws Exception {
        run("kill", "-s", name, Long.toString(pid));
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
