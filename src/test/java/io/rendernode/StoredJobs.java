package io.rendernode;

import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.FrameList;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.RenderSpec;
import io.rendernode.store.Sql;
import io.rendernode.store.State;
import io.rendernode.store.TaskId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Writes jobs into the store past the queue: nobody renders them. */
@ApplicationScoped
public class StoredJobs {
    /** Far above every pid. */
    private final AtomicLong nextId = new AtomicLong(1_000_000_000_000L);

    private final Sql sql;
    private final JobStore jobs;
    private final AttemptStore attempts;

    StoredJobs(Sql sql, JobStore jobs, AttemptStore attempts) {
        this.sql = sql;
        this.jobs = jobs;
        this.attempts = attempts;
    }

    /** A job of one task with the frames from 1 on, which runs, and whose first attempt does. */
    public TaskId running(int frames) {
        long id = nextId.getAndIncrement();
        RenderSpec spec = new RenderSpec(
                "scene.blend",
                "stored/" + id + "/f_####",
                null,
                "CYCLES",
                null,
                null,
                null,
                null,
                0,
                "stored " + id,
                false,
                List.of(),
                null,
                false,
                false,
                null);
        FrameList range = FrameList.range(1, frames);
        Instant now = Instant.now();
        sql.transaction(() -> {
            jobs.insert(
                    new Job(
                            id,
                            State.QUEUED,
                            null,
                            spec,
                            range,
                            0,
                            50,
                            null,
                            null,
                            null,
                            false,
                            false,
                            now,
                            null,
                            null),
                    List.of(),
                    null,
                    null,
                    tasks -> {});
            jobs.start(id, now);
            sql.update("UPDATE task SET state = 'running' WHERE job_id = ?", id);
            attempts.insert(attempt(new TaskId(id, 0), 1), now);
        });
        return new TaskId(id, 0);
    }

    /** An attempt at the task on a node that is not there. */
    public Attempt attempt(TaskId task, int number) {
        return Attempt.starting(task, number, "nobody", 1, 1);
    }

    /** The job has ended so long ago. */
    public void end(long job, Duration ago) {
        sql.transaction(() -> {
            sql.update("UPDATE attempt SET outcome = 'completed', ended_at = started_at WHERE job_id = ?", job);
            sql.update("UPDATE task SET state = 'completed' WHERE job_id = ?", job);
            sql.update(
                    "UPDATE job SET state = 'completed', ended_at = ? WHERE id = ?",
                    Instant.now().minus(ago).toEpochMilli(),
                    job);
        });
    }
}
