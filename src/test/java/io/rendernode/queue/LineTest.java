package io.rendernode.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.TaskResolver;
import com.github.kagkarlsson.scheduler.event.SchedulerListeners;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepository;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.rendernode.TestPostgres;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.QueueSql;
import io.rendernode.store.State;
import io.rendernode.store.TaskId;
import io.rendernode.store.TestStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order tasks are claimed, and what of a paused job is. */
class LineTest {
    @TempDir
    Path folder;

    private TestStore open(boolean shared) throws SQLException {
        return shared ? TestStore.postgres(TestPostgres.newDatabase("")) : TestStore.sqlite(folder);
    }

    private static List<Claim> claim(TestStore store, int limit) {
        Clock clock = Instant::now;
        TaskResolver known = new TaskResolver(
                new SchedulerListeners(List.of()),
                clock,
                List.of(Tasks.oneTime(Claims.TASK_NAME).execute((instance, context) -> {})));
        JdbcTaskRepository queue = new JdbcTaskRepository(
                store.database.dataSource(),
                false,
                new QueueSql(store.database.isShared(), () -> List.of("frames:anew")),
                "scheduled_tasks",
                known,
                new SchedulerName.Fixed("ant"),
                true,
                clock);
        return queue.lockAndGetDue(Instant.now(), limit).stream()
                .map(execution -> new Claim(
                        TaskId.of(execution.taskInstance.getId()), execution.version, execution.executionTime))
                .toList();
    }

    private static List<Long> jobs(List<Claim> claims) {
        return claims.stream().map(claim -> claim.task().job()).toList();
    }

    /** What a node of an earlier version claims. */
    private static List<String> claimAsBefore(TestStore store) throws SQLException {
        boolean shared = store.database.isShared();
        // As QueueSql had it before jobs could be paused, for one task.
        String mayClaim =
                " AND NOT EXISTS (SELECT 1 FROM job_tag WHERE job_id = CAST(SPLIT_PART(task_instance, '-', 1) AS BIGINT)"
                        + " AND tag <> ALL (?)) AND NOT EXISTS (SELECT 1 FROM task_unfit_node AS unfit"
                        + " WHERE unfit.task_instance = scheduled_tasks.task_instance AND unfit.node = ?)";
        String statement =
                "WITH due AS MATERIALIZED (SELECT task_name, task_instance FROM scheduled_tasks WHERE picked = ?"
                        + " AND execution_time <= ?" + (shared ? mayClaim : "")
                        + " ORDER BY priority DESC, COALESCE(place, execution_time), task_instance LIMIT 1"
                        + (shared ? " FOR UPDATE SKIP LOCKED" : "")
                        + ") UPDATE scheduled_tasks SET picked = ?, picked_by = ?, last_heartbeat = ?, version = version + 1,"
                        + " place = COALESCE(place, execution_time), execution_time = COALESCE(place, execution_time)"
                        + " WHERE (task_name, task_instance) IN (SELECT task_name, task_instance FROM due) RETURNING *";
        try (Connection connection = store.database.dataSource().getConnection();
                PreparedStatement claim = connection.prepareStatement(statement)) {
            int next = 1;
            claim.setBoolean(next++, false);
            claim.setTimestamp(next++, Timestamp.from(Instant.now()));
            if (shared) {
                claim.setArray(next++, connection.createArrayOf("text", new Object[] {"gpu"}));
                claim.setString(next++, "old");
            }
            claim.setBoolean(next++, true);
            claim.setString(next++, "old");
            claim.setTimestamp(next, Timestamp.from(Instant.now()));
            List<String> claimed = new ArrayList<>();
            try (ResultSet rows = claim.executeQuery()) {
                while (rows.next()) {
                    claimed.add(rows.getString("task_instance"));
                }
            }
            return claimed;
        }
    }

    private static void change(TestStore store, long job, Integer priority, Boolean paused) {
        assertThat(store.jobs.holding(job, held -> store.jobs.change(job, priority, null, paused)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoJobsOfTwentyTasksShareTwoSlotsAndEndTogether(boolean shared) throws Exception {
        try (TestStore store = open(shared)) {
            store.addJob(1, 20);
            store.addJob(2, 20);
            List<TaskId> ended = new ArrayList<>();
            Deque<Claim> running = new ArrayDeque<>(claim(store, 2));
            assertThat(running).hasSize(2);
            while (!running.isEmpty()) {
                Claim first = running.removeFirst();
                store.claims.finish(first);
                ended.add(first.task());
                running.addAll(claim(store, 1));
            }
            List<Integer> inOrder = IntStream.range(0, 20).boxed().toList();
            for (long job : new long[] {1, 2}) {
                assertThat(ended.stream().filter(task -> task.job() == job).map(TaskId::position))
                        .containsExactlyElementsOf(inOrder);
            }
            assertThat(ended.subList(38, 40).stream().map(TaskId::job)).containsExactlyInAnyOrder(1L, 2L);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void priorityThenFewestRunningThenSubmissionThenPosition(boolean shared) throws Exception {
        try (TestStore store = open(shared)) {
            store.addJob(1, 3);
            store.addJob(2, 3);
            store.addJob(3, 2);
            assertThat(jobs(claim(store, 4))).containsExactly(1L, 2L, 3L, 1L);
            change(store, 2, 60, null);
            assertThat(jobs(claim(store, 2))).containsExactly(2L, 2L);
            change(store, 3, 0, null);
            assertThat(jobs(claim(store, 5))).containsExactly(1L, 3L);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingOfAPausedJobIsClaimedByAnyVersion(boolean shared) throws Exception {
        try (TestStore store = open(shared)) {
            store.addJob(1, 4);
            store.addJob(2, 1);
            List<Claim> claimed = claim(store, 1);
            claimed = List.of(claimed.get(0), claim(store, 2).get(1));
            assertThat(jobs(claimed)).containsExactly(1L, 1L);
            change(store, 1, null, true);
            assertThat(store.tasks.waiting()).isZero();
            assertThat(claimAsBefore(store)).isEmpty();
            // Tried again after a while; its node has died; its node has started anew.
            store.claims.release(claimed.get(0), Instant.now().minusSeconds(1));
            store.sql.update(
                    "UPDATE scheduled_tasks SET picked = ?, picked_by = NULL, last_heartbeat = NULL,"
                            + " execution_time = place, version = version + 1 WHERE task_instance = ?",
                    false,
                    claimed.get(1).task().instance());
            store.claims.releaseAllOf("ant");
            assertThat(claimAsBefore(store)).containsExactly(new TaskId(2, 0).instance());
            assertThat(claimAsBefore(store)).isEmpty();
            assertThat(claim(store, 5)).isEmpty();
            assertThat(store.count("job_event WHERE kind = 'state' AND code = 'queued' AND name = 'paused'"))
                    .isEqualTo(1);
            assertThat(store.jobs.needs(List.of(1L))).isEmpty();

            change(store, 1, null, false);
            assertThat(store.tasks.waiting()).isEqualTo(4);
            assertThat(claimAsBefore(store)).containsExactly(new TaskId(1, 0).instance());
            List<Claim> rest = claim(store, 5);
            assertThat(rest.stream().map(claim -> claim.task().position())).containsExactly(1, 2, 3);
            assertThat(rest.get(0).since()).isEqualTo(claimed.get(0).since());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aJobThatIsRetriedGoesBehindThoseThatWait(boolean shared) throws Exception {
        try (TestStore store = open(shared)) {
            store.addJob(1, 2);
            store.addJob(2, 1);
            store.sql.update("UPDATE job SET state = 'canceled', cancel_requested = 1, paused = 1, reason = 'why',"
                    + " ended_at = 5 WHERE id = 1");
            store.sql.update("UPDATE task SET state = 'canceled', failures = 2 WHERE job_id = 1");
            store.sql.update("UPDATE task SET state = 'completed' WHERE job_id = 1 AND position = 0");
            store.sql.update("DELETE FROM scheduled_tasks WHERE task_instance LIKE '1-%'");
            List<TaskId> tasks = new ArrayList<>();
            store.jobs.holding(1, job -> {
                tasks.addAll(store.jobs.restart(1, null, null));
                store.jobs.place(1, Instant.now().plus(Duration.ofSeconds(1)));
            });
            assertThat(tasks).containsExactly(new TaskId(1, 1));
            assertThat(store.tasks.find(tasks.get(0)).orElseThrow().failures()).isZero();
            var job = store.jobs.find(1).orElseThrow();
            assertThat(job.state()).isEqualTo(State.QUEUED);
            assertThat(job.paused() || job.cancelRequested() || job.reason() != null || job.endedAt() != null)
                    .isFalse();
            assertThat(store.count("job_event WHERE job_id = 1 AND code = 'queued' AND name IS NULL"))
                    .isEqualTo(2);
            store.sql.update(
                    "INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version, priority)"
                            + " VALUES ('render', ?, ?, ?, 1, 50)",
                    tasks.get(0).instance(),
                    Timestamp.from(Instant.now()),
                    false);
            store.jobs.tellClaimsApart(1, Instant.now());
            List<Claim> claims = claim(store, 5);
            assertThat(jobs(claims)).containsExactly(2L, 1L);
            // Who had claimed the task in the job's life before, and was cut off, has it no more.
            assertThat(claims.get(0).version()).isEqualTo(2);
            assertThat(claims.get(1).version()).isGreaterThan(1_000_000);
        }
    }
}
