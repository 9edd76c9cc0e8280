package io.rendernode.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.FakeNode;
import io.rendernode.StoredJobs;
import io.rendernode.log.LogStore;
import io.rendernode.store.JobStore;
import io.rendernode.store.Sql;
import io.rendernode.store.TaskId;
import io.rendernode.task.TaskConfig;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What ended long ago is forgotten, with its logs in the store and on this node, and nothing else is. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class RetentionTest {
    @Inject
    Retention retention;

    @Inject
    JobStore jobs;

    @Inject
    Sql sql;

    @Inject
    LogStore logs;

    @Inject
    StoredJobs stored;

    @Inject
    TaskConfig config;

    @Test
    void anOldJobIsForgottenWithManyPartsOfItsLog() throws IOException {
        TaskId old = stored.running(1);
        TaskId fresh = stored.running(1);
        TaskId running = stored.running(1);
        for (int part = 0; part < 250; part++) {
            logs.append(old, 1, new LogStore.Part(part, part + 1, "x"), 1 << 20);
        }
        logs.append(fresh, 1, new LogStore.Part(0, 1, "x"), 1 << 20);
        stored.end(old.job(), Duration.ofDays(31));
        stored.end(fresh.job(), Duration.ofDays(29));
        Path oldLog = log(old.job());
        Path freshLog = log(fresh.job());
        Path runningLog = log(running.job());

        retention.forget();

        assertThat(jobs.find(old.job())).isEmpty();
        assertThat(logs.from(old, 1, 0)).isEmpty();
        assertThat(oldLog.getParent()).doesNotExist();
        assertThat(jobs.find(fresh.job())).isPresent();
        assertThat(logs.from(fresh, 1, 0)).hasSize(1);
        assertThat(freshLog).exists();
        assertThat(runningLog).exists();
        sql.update("DELETE FROM job WHERE id = ?", fresh.job());
        sql.update("DELETE FROM job WHERE id = ?", running.job());
    }

    @Test
    void logsOfAJobThatAnotherNodeHasForgottenAreRemoved() throws IOException {
        TaskId forgotten = stored.running(1);
        Path log = log(forgotten.job());
        Path strange = Files.createDirectories(Path.of(config.dataDir(), "log", "not ours"));
        retention.forget();
        assertThat(log).exists();

        sql.update("DELETE FROM job WHERE id = ?", forgotten.job());
        retention.forget();

        assertThat(log.getParent()).doesNotExist();
        assertThat(strange).exists();
        Files.delete(strange);
    }

    private Path log(long job) throws IOException {
        Path tail = Path.of(config.dataDir(), "log", Long.toString(job), "0-1.log.tail");
        Files.writeString(Files.createDirectories(tail).resolve("4096"), "what Blender said last");
        return Files.writeString(tail.resolveSibling("0-1.log"), "what Blender said");
    }
}
