package io.rendernode.attempt;

import static io.rendernode.job.JobClient.awaitEnd;
import static io.rendernode.job.JobClient.delete;
import static io.rendernode.job.JobClient.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.scene.BlendFolder;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.TaskConfig;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a node knows of its Blender and its blend folder, over starts and outages. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class BlenderSetupTest {
    @Inject
    TaskConfig config;

    @Inject
    HeldProcesses processes;

    @Inject
    BlendFolder scenes;

    @Inject
    Rooms rooms;

    @Test
    void aBlenderThatIsTheSameAsBeforeIsNotAskedAgain() throws Exception {
        Path memory = Path.of(config.dataDir(), "blender");
        BlenderSetup first = found();
        first.recall();
        first.ask();
        first.compile();
        BlenderSetup again = found();
        assertThat(again.recall()).isTrue();
        assertThat(again.version()).isEqualTo("3.4.1");

        Files.writeString(memory, Files.readString(memory).replaceFirst(" [0-9]+ ", " 1 "));
        BlenderSetup replaced = found();
        assertThat(replaced.recall()).as("a binary of another size is the same").isFalse();
        assertThat(replaced.problem()).contains("Blender has not told its version yet");
        replaced.ask();
        assertThat(found().recall()).as("what another binary compiled is kept").isFalse();
        replaced.ask();
        replaced.compile();
        assertThat(found().recall()).isTrue();
    }

    @Test
    void aBlendFolderThatIsAwayBurnsNoJobAndTheNodeIsNotReady() throws Exception {
        FakeScene slot = FakeNode.scene("holds-the-slot", "fault=hang");
        FakeScene scene = FakeNode.scene("comes-back");
        long holding = post(slot, 1, 1, "");
        long job = post(scene, 1, 2, "");
        Path folder = Path.of(config.blendFilePath()).getParent();
        Path away = folder.resolveSibling("away");
        Files.move(folder, away);
        Await.until(() -> given().get("/health/ready").asString().contains("is gone"));
        assertThat(given().get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(delete(holding)).isEqualTo(204);
        assertThat(awaitEnd(holding)).isEqualTo("Job canceled");

        // A volume that is not mounted leaves an empty folder: ready, but nothing to begin with.
        Files.createDirectory(folder);
        Await.until(() -> given().get("/health/ready").statusCode() == 200);
        assertThat(given().get("/job/" + job).asString()).isEqualTo("Job still running");
        Files.delete(folder);
        Files.move(away, folder);
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(given().accept(ContentType.JSON)
                        .get("/job/" + job)
                        .jsonPath()
                        .getList("attempts.outcome"))
                .containsExactly("completed");
    }

    private BlenderSetup found() throws Exception {
        BlenderSetup setup = new BlenderSetup(config, processes, scenes, rooms);
        setup.find();
        return setup;
    }
}
