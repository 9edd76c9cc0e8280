package io.rendernode.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.rendernode.Await;
import io.rendernode.TestPostgres;
import io.rendernode.store.BlenderTag;
import io.rendernode.store.Claims;
import io.rendernode.store.QueueSql;
import io.rendernode.store.TaskId;
import io.rendernode.store.TestStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** In a fleet a node claims what its Blender reads, as soon as that is known. */
class BlenderClaimTest {
    private final List<Long> claimed = new CopyOnWriteArrayList<>();
    private volatile String version = "";

    @Test
    void aJobWaitsForANodeWhoseBlenderReadsItsScene() throws Exception {
        try (TestStore store = TestStore.postgres(TestPostgres.newDatabase(""))) {
            store.addJob(1, 1, BlenderTag.needed(5));
            store.addJob(2, 1, BlenderTag.needed(3));
            store.addJob(3, 1, BlenderTag.needed(2));
            // As an earlier version of the program wrote it.
            store.addJob(4, 1);
            Scheduler queue = queue(store);
            queue.start();
            try {
                Await.until(() -> store.count("scheduled_tasks") == 3);
                assertThat(claimed).as("Blender is not known yet").containsExactly(4L);
                version = "3.4.1";
                Await.until(() -> store.count("scheduled_tasks") == 1);
                assertThat(claimed).containsExactly(4L, 2L, 3L);
                version = "5.2.2";
                Await.until(() -> store.count("scheduled_tasks") == 0);
                assertThat(claimed).containsExactly(4L, 2L, 3L, 1L);
            } finally {
                queue.stop();
            }
        }
    }

    private Scheduler queue(TestStore store) {
        return RenderQueue.settings(
                        store.database.dataSource(),
                        Tasks.custom(Claims.TASK_NAME, Void.class).execute((instance, context) -> {
                            claimed.add(TaskId.of(instance.getId()).job());
                            CompletionHandler<Void> done = (complete, operations) -> operations.remove();
                            return done;
                        }),
                        new QueueSql(true, () -> BlenderTag.offered(version).toList()))
                .threads(1)
                .pollingInterval(Duration.ofMillis(50))
                .build();
    }
}
