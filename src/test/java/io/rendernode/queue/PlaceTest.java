package io.rendernode.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.rendernode.Await;
import io.rendernode.TestPostgres;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.QueueSql;
import io.rendernode.store.TaskId;
import io.rendernode.store.TestStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that is tried again goes before all that came after it. */
class PlaceTest {

    @Test
    void onSqlite(@TempDir Path folder) throws Exception {
        try (TestStore store = TestStore.sqlite(folder)) {
            keepsPlaces(store);
        }
    }

    @Test
    void onPostgresql() throws Exception {
        try (TestStore store = TestStore.postgres(TestPostgres.newDatabase(""))) {
            keepsPlaces(store);
        }
    }

    private static void keepsPlaces(TestStore store) {
        // Their places are the first milliseconds of 1970.
        store.addJob(1, 1);
        store.addJob(2, 2);
        List<Claim> claimed = new CopyOnWriteArrayList<>();
        Scheduler queue = RenderQueue.settings(
                        store.database.dataSource(),
                        Tasks.custom(Claims.TASK_NAME, Void.class).execute((instance, context) -> {
                            Execution execution = context.getExecution();
                            Claim claim =
                                    new Claim(TaskId.of(instance.getId()), execution.version, execution.executionTime);
                            claimed.add(claim);
                            if (claim.version() == 2 && claim.task().position() == 0) {
                                store.claims.release(claim, Instant.now());
                            } else {
                                store.claims.finish(claim);
                            }
                            CompletionHandler<Void> done = (complete, operations) -> {};
                            return done;
                        }),
                        new QueueSql(store.database.isShared(), List::of))
                .threads(1)
                .pollingInterval(Duration.ofMillis(50))
                .build();
        queue.start();
        try {
            Await.until(() -> store.count("scheduled_tasks") == 0);
        } finally {
            queue.stop();
        }

        assertThat(claimed)
                .extracting(Claim::task)
                .containsExactly(
                        new TaskId(1, 0), new TaskId(1, 0), new TaskId(2, 0), new TaskId(2, 0), new TaskId(2, 1));
        assertThat(claimed).extracting(claim -> claim.since().toEpochMilli()).containsExactly(1L, 1L, 2L, 2L, 2L);
    }
}
