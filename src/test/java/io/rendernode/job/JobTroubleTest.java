package io.rendernode.job;

import static io.rendernode.job.JobClient.awaitEnd;
import static io.rendernode.job.JobClient.awaitRunning;
import static io.rendernode.job.JobClient.delete;
import static io.rendernode.job.JobClient.json;
import static io.rendernode.job.JobClient.kill;
import static io.rendernode.job.JobClient.post;
import static io.rendernode.job.JobClient.process;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import io.rendernode.image.TestImages;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs whose Blender misbehaves, or is stopped. */
@TimeDependent
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class JobTroubleTest {
    @AfterEach
    void openGates() {
        FakeNode.openGates();
    }

    @Test
    void aSceneThatCannotRenderFailsAtOnceInBlendersWords() {
        FakeScene scene = FakeNode.scene("no-camera", "fault=no-camera");
        long job = post(scene, 1, 2, "");
        assertThat(awaitEnd(job)).isEqualTo("Job failed: Cannot render, no camera");
        given().get("/job/" + job).then().statusCode(200);
        assertThat(json(job).getList("attempts")).hasSize(1);
        assertThat(json(job).getString("attempts[0].outcome")).isEqualTo("bad_scene");
    }

    @Test
    void exitZeroWithoutFramesIsAFailureAfterAllAttempts() {
        FakeScene scene = FakeNode.scene("liar", "fault=exit0-without-frames");
        long job = post(scene, 1, 4, "");
        assertThat(awaitEnd(job)).isEqualTo("Job failed: Blender ended without frame 1 and 3 more rendered");
        assertThat(json(job).getList("attempts.outcome"))
                .containsExactly("missing_frames", "missing_frames", "missing_frames");
    }

    /** To look at files of this size takes a sixth of a second each, at all of them longer than a test may take. */
    @Test
    void aJobThatLooksAtManyFilesThatAreThereCanBeCanceled() throws IOException {
        FakeScene scene = FakeNode.scene("many-there");
        Path folder = Files.createDirectories(FakeNode.output().resolve("many-there"));
        byte[] whole = TestImages.png(4, 4, 1);
        Files.write(folder.resolve("x_0001.png"), whole);
        Path huge = folder.resolve("x_0002.png");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            int beginning = 33;
            file.write(whole, 0, beginning);
            file.writeInt(1 << 30);
            file.writeBytes("tEXt");
            file.setLength(beginning + 12 + (1 << 30));
        }
        for (int frame = 3; frame <= 5000; frame++) {
            Files.createLink(folder.resolve(String.format("x_%04d.png", frame)), huge);
        }
        long job = post(scene, 1, 5000, ",\"output\":\"many-there/x_####\",\"skipExisting\":true");
        Await.until(() -> json(job).getInt("framesDone") == 1);
        assertThat(delete(job)).isEqualTo(204);
        assertThat(awaitEnd(job)).isEqualTo("Job canceled");
        assertThat(json(job).getList("attempts")).isEmpty();
    }

    @Test
    void halfAFrameNeverCountsNorIsSeen() {
        FakeScene scene = FakeNode.scene("half", "fault=half-file", "fault_frame=2");
        long job = post(scene, 1, 3, ",\"output\":\"half/x_####\"");
        assertThat(awaitEnd(job)).startsWith("Job failed: frame 2 is not whole");
        assertThat(json(job).getInt("framesDone")).isEqualTo(2);
        assertThat(FakeNode.output().resolve("half/x_0001.png")).exists();
        assertThat(FakeNode.output().resolve("half/x_0002.png")).doesNotExist();
        assertThat(FakeNode.output().resolve("half").toFile().list()).hasSize(2);
    }

    @Test
    void aCrashIsTriedAgainWithTheMissingFramesOnly() throws IOException {
        FakeScene scene = FakeNode.scene("crash");
        scene.behave("fault=segv", "fault_frame=3", "fault_once=" + scene.beside("once"));
        long job = post(scene, 1, 4, ",\"output\":\"crash/x_####\"");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(json(job).getList("attempts.outcome")).containsExactly("crash", "completed");
        assertThat(json(job).getString("attempts[0].signal")).isEqualTo("SIGSEGV");
        assertThat(scene.renderedNumbers()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void sigkillIsAFailedAttempt() {
        FakeScene scene = FakeNode.scene("sigkill");
        scene.behave("fault=kill-self", "fault_once=" + scene.beside("once"));
        long job = post(scene, 1, 2, "");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(json(job).getList("attempts.outcome")).containsExactly("killed", "completed");
    }

    @Test
    void sigtermToABlenderCancelsItsJob() {
        FakeScene scene = FakeNode.scene("term", "gated=yes");
        long job = post(scene, 1, 2, "");
        awaitRunning(job);
        ProcessHandle blender = process(job);
        kill("TERM", job);
        Await.until(() -> !blender.isAlive());
        assertThat(awaitEnd(job)).isEqualTo("Job canceled: stopped by SIGTERM");
        assertThat(delete(job)).isEqualTo(409);
    }

    @Test
    void sigintToABlenderCancelsItsJob() {
        FakeScene scene = FakeNode.scene("int", "gated=yes");
        long job = post(scene, 1, 2, "");
        awaitRunning(job);
        kill("INT", job);
        assertThat(awaitEnd(job)).isEqualTo("Job canceled: stopped by SIGINT");
    }

    @Test
    void aRunningJobIsCanceled() {
        FakeScene scene = FakeNode.scene("cancel", "gated=yes");
        long job = post(scene, 1, 3, ",\"output\":\"cancel/x_####\"");
        ProcessHandle blender = process(job);
        scene.open(1);
        Await.until(() -> json(job).getInt("framesDone") == 1);
        assertThat(delete(job)).isEqualTo(204);
        assertThat(delete(job)).isIn(204, 409);
        assertThat(awaitEnd(job)).isEqualTo("Job canceled");
        Await.until(() -> !blender.isAlive());
        assertThat(delete(job)).isEqualTo(409);
        assertThat(json(job).getInt("framesDone")).isEqualTo(1);
        given().get("/job/" + job + "/frame/1").then().statusCode(200);
    }

    @Test
    void aFloodOfOutputHurtsNobody() {
        FakeScene scene = FakeNode.scene("flood", "fault=many-lines", "lines=300000");
        long job = post(scene, 1, 1, "");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(given().get("/job/" + job + "/log").asString())
                .contains("bytes left out")
                .contains("Blender quit");
        FakeScene garbage = FakeNode.scene("garbage", "fault=garbage");
        assertThat(awaitEnd(post(garbage, 1, 1, ""))).isEqualTo("Job completed");
        FakeScene line = FakeNode.scene("line", "fault=long-line");
        assertThat(awaitEnd(post(line, 1, 1, ""))).isEqualTo("Job completed");
    }
}
