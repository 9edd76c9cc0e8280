package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.TimeDependent;
import io.rendernode.image.ImageCheck;
import io.rendernode.image.ImageType;
import io.rendernode.process.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the real Blender can show, on the demo scene made small. */
@TimeDependent
@ParameterizedClass(name = "RENDER_WARM={0}")
@ValueSource(strings = {"on", "off"})
class RealBlenderIT {
    /**
     * The time that the contract gives a stop, which holds on a machine that has much else to do, too. On a quiet one
     * a kill takes less than a second, and what follows the node's death less than two.
     */
    private static final Duration IN_TIME = Duration.ofSeconds(15);

    private static final String SMALL = ",\"resolution\":20,\"samples\":1";

    @TempDir
    static Path folder;

    private static NodeProcess node;

    @Parameter
    String warm;

    /** Twice: once each render is a fork of a Blender that waits, once it is started for it. */
    @BeforeParameterizedClassInvocation
    static void start(String warm) throws Exception {
        node = NodeProcess.start(
                folder.resolve(warm),
                Map.of("RENDER_SLOTS", "2", "RENDER_STOP_GRACE", "3s", "RENDER_NICE", "0", "RENDER_WARM", warm));
        node.await(() -> warm.equals("off") || node.log().contains("a Blender waits"));
    }

    @AfterParameterizedClassInvocation
    static void stop(String warm) throws Exception {
        assertThat(node.call("GET", "/metrics", null, null).body().lines())
                .noneMatch(line -> line.startsWith("render_starts_total")
                        && line.contains("cold") == warm.equals("on")
                        && !line.endsWith(" 0.0"));
        node.close();
    }

    private static long post(String fields) throws Exception {
        return node.post("{" + fields + SMALL + "}");
    }

    private Path output(String name) {
        return folder.resolve(warm).resolve("output").resolve(name);
    }

    @Test
    void aRangeIsRenderedInEachFormat() throws Exception {
        for (String format : new String[] {"PNG", "JPEG", "OPEN_EXR", "OPEN_EXR_MULTILAYER", "TIFF", "WEBP"}) {
            long job = post("\"from\":7,\"to\":8,\"output\":\"" + format + "/f_###\",\"format\":\"" + format + "\"");
            assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
            ImageType type = format.startsWith("OPEN_EXR") ? ImageType.OPEN_EXR : ImageType.valueOf(format);
            assertThat(ImageCheck.check(output(format + "/f_007." + type.extension())))
                    .isEqualTo(type);
            assertThat(ImageCheck.check(output(format + "/f_008." + type.extension())))
                    .isEqualTo(type);
        }
    }

    @Test
    void aDeviceThatBlenderDoesNotFindStopsTheStart() throws Exception {
        // No Linux has it.
        NodeProcess refused =
                NodeProcess.launch(folder.resolve(warm).resolve("metal"), Map.of("RENDER_CYCLES_DEVICE", "METAL+CPU"));
        refused.awaitExit();
        assertThat(refused.log().lines())
                .singleElement()
                .asString()
                .startsWith("render-node cannot start: RENDER_CYCLES_DEVICE: Blender ")
                .endsWith(" finds no device of the kind METAL");
    }

    @Test
    void aSceneOrCameraThatIsNotThereFailsAtOnce() throws Exception {
        long scene = post("\"from\":1,\"to\":1,\"output\":\"x_####\",\"scene\":\"NOPE\"");
        assertThat(node.awaitEnd(scene)).startsWith("Job failed: scene not found: 'NOPE'");
        long camera = post("\"from\":1,\"to\":1,\"output\":\"x_####\",\"camera\":\"NOPE\"");
        assertThat(node.awaitEnd(camera)).startsWith("Job failed: camera not found: 'NOPE'");
        assertThat(node.json(scene)).contains("\"number\":1").doesNotContain("\"number\":2");
    }

    @Test
    void killOfARunningJobEndsBlenderInMidFrameAndCancelsTheJob() throws Exception {
        long job = node.post("{\"from\":1,\"to\":50,\"output\":\"kill/f_####\"}");
        node.awaitLog(job, "Sample");
        ProcessIdentity blender = living(job);
        assertThat(new ProcessBuilder("kill", Long.toString(job))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        assertGoneInTime(blender);
        assertThat(node.awaitEnd(job)).isEqualTo("Job canceled: stopped by SIGTERM");
    }

    @Test
    void deleteEndsBlenderAndKeepsTheFrames() throws Exception {
        long job = node.post("{\"from\":1,\"to\":90,\"output\":\"delete/f_####\"" + SMALL + "}");
        node.await(() -> Files.exists(output("delete/f_0001.png")));
        ProcessIdentity blender = living(job);
        assertThat(node.call("DELETE", "/job/" + job, null, null).statusCode()).isEqualTo(204);
        assertGoneInTime(blender);
        assertThat(node.awaitEnd(job)).isEqualTo("Job canceled");
        assertThat(output("delete/f_0001.png")).exists();
    }

    @Test
    void nothingOfBlenderSurvivesTheNodesDeathForLong() throws Exception {
        Path other = Files.createDirectories(folder.resolve(warm).resolve("other"));
        try (NodeProcess mortal = NodeProcess.start(other, Map.of("RENDER_NICE", "0", "RENDER_WARM", warm))) {
            mortal.await(() -> warm.equals("off") || mortal.log().contains("a Blender waits"));
            long job = mortal.post("{\"from\":1,\"to\":50}");
            mortal.awaitLog(job, "Sample");
            ProcessIdentity blender = living(job);
            mortal.killHard();
            assertGoneInTime(blender);
        }
    }

    private static ProcessIdentity living(long job) {
        return ProcessIdentity.of(job).orElseThrow(() -> new AssertionError("nothing lives that has pid " + job));
    }

    private static void assertGoneInTime(ProcessIdentity blender) {
        long from = System.nanoTime();
        Await.until("Blender is gone", () -> !blender.isAlive());
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(IN_TIME);
    }
}
