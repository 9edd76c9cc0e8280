package io.rendernode.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.TestPostgres;
import io.rendernode.store.Attempt;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Outcome;
import io.rendernode.store.State;
import io.rendernode.store.TaskId;
import io.rendernode.store.TestStore;
import jakarta.enterprise.event.Event;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskLifecycleTest {
    private static final TaskId TASK = new TaskId(5, 0);
    private static final Claim CLAIM = new Claim(TASK, 2, Instant.EPOCH);
    private static final Attempt ATTEMPT = Attempt.starting(TASK, 1, "ant", 77, 1);
    private static final Attempt.Result CRASH = new Attempt.Result(Outcome.CRASH, "it crashed", null, "SIGSEGV");

    @Test
    void aCanceledJobOfALostNodeEndsWithoutASlot(@TempDir Path folder) throws Exception {
        try (TestStore store = TestStore.sqlite(folder)) {
            TaskLifecycle lifecycle = lifecycle(store);
            claimAndStart(store, lifecycle);
            lifecycle.cancel(TASK.job(), null);
            lifecycle.endCanceled();
            assertThat(state(store)).isEqualTo(State.RUNNING);

            store.claims.releaseAllOf("ant");
            lifecycle.endCanceled();

            assertThat(state(store)).isEqualTo(State.CANCELED);
            assertThat(store.tasks.waiting()).isZero();
            assertThat(store.attempts.find(TASK, 1).orElseThrow().result().outcome())
                    .isEqualTo(Outcome.NODE_LOST);
            assertThat(store.jobs.toEnd()).isEmpty();
        }
    }

    @Test
    void aCancelThatMeetsTheEndOfAnAttemptEndsTheJob() throws Exception {
        try (TestStore store = TestStore.postgres(TestPostgres.newDatabase(""))) {
            TaskLifecycle lifecycle = lifecycle(store);
            claimAndStart(store, lifecycle);
            CompletableFuture<Void> cancel = store.sql.transaction(() -> {
                // It goes back into the line, which nobody sees yet.
                assertThat(lifecycle.end(CLAIM, ATTEMPT, CRASH, 0)).isEqualTo(State.QUEUED);
                CompletableFuture<Void> other = CompletableFuture.runAsync(() -> lifecycle.cancel(TASK.job(), null));
                Await.until(() -> other.isDone() || store.count("pg_stat_activity WHERE wait_event_type = 'Lock'") > 0);
                return other;
            });
            cancel.join();

            assertThat(state(store)).isEqualTo(State.CANCELED);
            assertThat(store.tasks.waiting()).isZero();
        }
    }

    /** Attempts are lost with their nodes, one after the other, and none of them gave a reason that is known. */
    @Test
    void aTaskFailsWhereNoAttemptGaveAReason(@TempDir Path folder) throws Exception {
        try (TestStore store = TestStore.sqlite(folder)) {
            TaskLifecycle lifecycle = lifecycle(store);
            claimAndStart(store, lifecycle);
            store.sql.update("UPDATE attempt SET outcome = 'crash'");
            store.sql.update("UPDATE task SET failures = 3");

            assertThat(lifecycle.assign(CLAIM)).isEmpty();

            assertThat(state(store)).isEqualTo(State.FAILED);
        }
    }

    private static State state(TestStore store) {
        return store.jobs.status(TASK.job()).orElseThrow().state();
    }

    private static void claimAndStart(TestStore store, TaskLifecycle lifecycle) {
        store.addJob(TASK.job(), 1);
        store.sql.update(
                "UPDATE scheduled_tasks SET picked = ?, picked_by = 'ant', version = ?", true, CLAIM.version());
        assertThat(lifecycle.assign(CLAIM)).isPresent();
        assertThat(lifecycle.start(CLAIM, ATTEMPT)).isTrue();
    }

    private static TaskLifecycle lifecycle(TestStore store) {
        TaskConfig config = Settings.of("attempts", 3, "retryDelay", Duration.ofSeconds(2));
        StoreClock clock = new StoreClock(false, InstantSource.system(), System::nanoTime);
        return new TaskLifecycle(store.claims, store.jobs, store.tasks, store.attempts, config, clock, nobody());
    }

    @SuppressWarnings("unchecked")
    private static Event<TaskEvents> nobody() {
        return (Event<TaskEvents>) Proxy.newProxyInstance(
                Event.class.getClassLoader(), new Class<?>[] {Event.class}, (self, method, arguments) -> null);
    }
}
