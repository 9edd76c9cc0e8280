package io.rendernode.attempt;

import static io.rendernode.job.JobClient.awaitEnd;
import static io.rendernode.job.JobClient.delete;
import static io.rendernode.job.JobClient.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import io.rendernode.task.TaskConfig;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@TimeDependent
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class WorkFoldersTest {
    @Inject
    WorkFolders folders;

    @Inject
    TaskConfig config;

    @Test
    void onlyFoldersOfTasksThatHaveEndedAreRemoved() throws Exception {
        FakeScene scene = FakeNode.scene("folders", "fault=hang");
        Path work = Path.of(config.dataDir(), "work");
        Path forgotten = Files.createDirectories(work.resolve("999999999-0"));
        Path foreign = Files.createDirectories(work.resolve("not ours"));
        long job = post(scene, 1, 1, "");
        Path running = work.resolve(job + "-0");
        Await.until(() -> Files.exists(running));

        folders.removeEnded();

        assertThat(forgotten).doesNotExist();
        assertThat(foreign).exists();
        assertThat(running).exists();
        delete(job);
        assertThat(awaitEnd(job)).isEqualTo("Job canceled");
        Files.createDirectories(running);
        Await.until(() -> {
            folders.removeEnded();
            return !Files.exists(running);
        });
        Files.delete(foreign);
    }
}
