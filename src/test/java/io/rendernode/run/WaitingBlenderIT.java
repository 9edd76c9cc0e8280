package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.TimeDependent;
import io.rendernode.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose renders are forks of a Blender that waits, the real one, in its room. */
@TimeDependent
class WaitingBlenderIT {
    private static final Path DEMO = Path.of("blend/files/demo.blend").toAbsolutePath();
    private static final String SMALL = ",\"resolution\":10,\"samples\":1}";
    private static final Pattern WAITS = Pattern.compile("a Blender waits, process (\\d+)");

    /** Half a minute and more to render, so that it is under way while something happens. */
    private static final String LONG =
            "{\"blend\":\"a.blend\",\"from\":1,\"to\":90,\"samples\":64,\"output\":\"long/####\"}";

    @TempDir
    Path folder;

    private NodeProcess node;

    @BeforeEach
    void start() throws Exception {
        for (String name : new String[] {"a", "b", "c"}) {
            Path scene = Files.copy(
                    DEMO, Files.createDirectories(folder.resolve("blend")).resolve(name + ".blend"));
            // What was just written may change within the same tick of the clock, and is not kept.
            Files.setLastModifiedTime(scene, FileTime.from(Instant.now().minusSeconds(60)));
        }
        node = NodeProcess.start(
                folder,
                Map.of(
                        "BLEND_FILE_PATH", folder.resolve("blend/a.blend").toString(),
                        "RENDER_NICE", "0",
                        "RENDER_STOP_GRACE", "3s",
                        "RENDER_RETRY_DELAY", "50ms"));
        waiting(1);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** The Blender that waits, once so many have been started. */
    private ProcessIdentity waiting(int howMany) {
        node.await(() -> WAITS.matcher(node.log()).results().count() == howMany);
        Matcher waits = WAITS.matcher(node.log());
        long pid = 0;
        while (waits.find()) {
            pid = Long.parseLong(waits.group(1));
        }
        return ProcessIdentity.of(pid).orElseThrow();
    }

    private double starts(String kind) throws Exception {
        return node.call("GET", "/metrics", null, null)
                .body()
                .lines()
                .filter(line -> line.startsWith("render_starts_total{kind=\"" + kind + "\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private long post(String scene, String output) throws Exception {
        return node.post(
                "{\"blend\":\"" + scene + ".blend\",\"from\":1,\"to\":2,\"output\":\"" + output + "####\"" + SMALL);
    }

    private static String name(long pid) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(pid), "comm")).strip();
    }

    @Test
    void theFirstRenderOfASceneOpensItAndTheNextFindsItLoaded() throws Exception {
        assertThat(node.awaitEnd(post("a", "one/"))).isEqualTo("Job completed");
        node.await(() -> node.awaitEnd(post("a", "two/")).equals("Job completed") && starts("loaded") == 1);
        assertThat(starts("cold")).isZero();
        assertThat(folder.resolve("output/two/0002.png")).exists();

        // What has changed since is opened anew.
        Files.copy(DEMO, folder.resolve("blend/new.blend"));
        Files.move(
                folder.resolve("blend/new.blend"),
                folder.resolve("blend/a.blend"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        double before = starts("empty");
        assertThat(node.awaitEnd(post("a", "three/"))).isEqualTo("Job completed");
        assertThat(starts("empty")).isEqualTo(before + 1);
        assertThat(starts("loaded")).isEqualTo(1);
    }

    @Test
    void aJobThatWaitsIsAForkAlreadyAndSignalsToItMeanTheJob() throws Exception {
        long running = node.post(LONG);
        node.awaitLog(running, "Sample");
        long held = post("b", "held/");
        assertThat(name(running)).isEqualTo("blender");
        assertThat(name(held)).isEqualTo("blender");
        assertThat(new ProcessBuilder("kill", Long.toString(held)).start().waitFor())
                .isZero();
        assertThat(node.awaitEnd(held)).isEqualTo("Job canceled: stopped by SIGTERM");

        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(running))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(node.awaitEnd(running)).isEqualTo("Job canceled: stopped by SIGINT");
        assertThat(node.json(running))
                .contains("\"exitCode\":1,\"signal\":null")
                .contains("\"outcome\":\"canceled\"");
    }

    @Test
    void theDeathOfTheBlenderThatWaitsCostsNoStoredFrame() throws Exception {
        long job = node.post(LONG);
        Path first = folder.resolve("output/long/0001.png");
        node.await(() -> node.json(job).contains("\"framesDone\":1"));
        FileTime stored = Files.getLastModifiedTime(first);
        long held = post("b", "held/");
        ProcessIdentity fork = ProcessIdentity.of(job).orElseThrow();
        assertThat(ProcessHandle.of(waiting(1).pid()).orElseThrow().destroyForcibly())
                .isTrue();

        node.await(() -> !fork.isAlive());
        node.await(() -> node.json(job).contains("\"number\":2"));
        assertThat(node.json(job))
                .contains("\"outcome\":\"drained\",\"reason\":\"the Blender that it was a fork of is gone\"")
                .contains("\"state\":\"running\"");
        waiting(2);
        assertThat(node.call("DELETE", "/job/" + job, null, null).statusCode()).isEqualTo(204);
        assertThat(node.awaitEnd(job)).isEqualTo("Job canceled");
        assertThat(Files.getLastModifiedTime(first)).isEqualTo(stored);
        assertThat(node.awaitEnd(held)).isEqualTo("Job completed");
    }

    @Test
    void oneThatDoesNotAnswerIsReplaced() throws Exception {
        ProcessIdentity waiting = waiting(1);
        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(waiting.pid()))
                        .start()
                        .waitFor())
                .isZero();
        // Meanwhile renders begin without it.
        assertThat(node.awaitEnd(post("a", "one/"))).isEqualTo("Job completed");
        assertThat(starts("cold")).isEqualTo(1);
        waiting(2);
        assertThat(waiting.isAlive()).isFalse();
        assertThat(node.awaitEnd(post("a", "two/"))).isEqualTo("Job completed");
        assertThat(starts("empty")).isEqualTo(1);
    }

    @Test
    void nothingSurvivesTheNodesDeath() throws Exception {
        long running = node.post(LONG);
        node.awaitLog(running, "Sample");
        ProcessIdentity fork = ProcessIdentity.of(running).orElseThrow();
        ProcessIdentity held = ProcessIdentity.of(post("b", "held/")).orElseThrow();
        ProcessIdentity waiting = waiting(1);
        node.killHard();
        node.await(() -> !fork.isAlive() && !held.isAlive() && !waiting.isAlive());
    }

    @Test
    void ofScenesThatAreLoadedTheLeastUsedLeavesAndWhoHoldsAPidGoesOn() throws Exception {
        assertThat(node.awaitEnd(post("b", "one/"))).isEqualTo("Job completed");
        node.await(() -> node.awaitEnd(post("b", "two/")).equals("Job completed") && starts("loaded") == 1);
        long running = node.post(LONG);
        long held = post("b", "held/");
        assertThat(name(held)).isEqualTo("blender");
        // Once the other scene is loaded this one is not: its fork only holds its pid.
        node.await(() -> name(held).equals("sh"));
        assertThat(node.call("DELETE", "/job/" + running, null, null).statusCode())
                .isEqualTo(204);
        assertThat(node.awaitEnd(held)).isEqualTo("Job completed");
        assertThat(starts("cold")).isEqualTo(1);
        assertThat(node.json(held)).contains("\"pid\":" + held + ",");
    }
}
