package io.rendernode;

import io.quarkus.arc.Arc;
import io.rendernode.job.JobClient;
import io.rendernode.queue.RenderQueue;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Sql;
import io.rendernode.store.TaskId;
import java.time.Instant;

/** A task of a new job that the test has claimed, while the shared node claims nothing: no Blender runs for it. */
public final class ClaimedTask implements AutoCloseable {
    private final RenderQueue queue = bean(RenderQueue.class);
    private final Sql sql = bean(Sql.class);
    private final Claim claim;

    /** Posts frames of the scene and claims the job's one task; {@code more} is further JSON. */
    public ClaimedTask(FakeScene scene, int from, int to, String more) {
        queue.pause();
        TaskId task = new TaskId(JobClient.post(scene, from, to, more), 0);
        sql.update(
                "UPDATE scheduled_tasks SET picked = ?, picked_by = 'the test' WHERE task_instance = ?",
                true,
                task.instance());
        claim = new Claim(
                task,
                sql.one(
                        "SELECT version FROM scheduled_tasks WHERE task_instance = ?",
                        row -> row.getLong(1),
                        task.instance()),
                Instant.now());
    }

    /** The claim, which holds until this is closed or {@link #lose}. */
    public Claim claim() {
        return claim;
    }

    /** Another claim takes the task. */
    public void lose() {
        sql.update(
                "UPDATE scheduled_tasks SET version = version + 1 WHERE task_instance = ?",
                claim.task().instance());
    }

    /** A bean of the shared node. */
    public static <T> T bean(Class<T> type) {
        return Arc.container().instance(type).get();
    }

    @Override
    public void close() {
        sql.update(
                "UPDATE scheduled_tasks SET picked = ?, picked_by = NULL WHERE task_name = ? AND task_instance = ?",
                false,
                Claims.TASK_NAME,
                claim.task().instance());
        JobClient.delete(claim.task().job());
        queue.resume();
        JobClient.awaitEnd(claim.task().job());
    }
}
