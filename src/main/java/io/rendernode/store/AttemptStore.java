package io.rendernode.store;

import static io.rendernode.store.Sql.instant;
import static io.rendernode.store.Sql.integer;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Attempts in the store. */
@ApplicationScoped
public class AttemptStore {
    private static final String COLUMNS =
            "SELECT job_id, position, number, node, pid, process_started, outcome, reason,"
                    + " exit_code, signal, peak_memory_bytes, simulating_frame, current_frame, current_frame_progress,"
                    + " current_frame_seconds_left, started_at, ended_at"
                    + " FROM attempt ";

    private final Sql sql;

    AttemptStore(Sql sql) {
        this.sql = sql;
    }

    /** The number of the task's next attempt, from 1. */
    public int nextNumber(TaskId task) {
        return sql.one(
                "SELECT COALESCE(MAX(number), 0) + 1 FROM attempt WHERE job_id = ? AND position = ?",
                row -> row.getInt(1),
                task);
    }

    /** Writes an attempt that starts at that moment; once, however often the same claim says so: its first word may have been cut off. */
    public void insert(Attempt attempt, Instant now) {
        sql.update(
                "INSERT INTO attempt (job_id, position, number, node, pid, process_started, started_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job_id, position, number) DO NOTHING",
                attempt.task(),
                attempt.number(),
                attempt.node(),
                attempt.pid(),
                attempt.processStarted(),
                now);
    }

    /** Notes how far the attempt is. */
    public void progress(TaskId task, int number, Attempt.Progress progress) {
        sql.update(
                "UPDATE attempt SET simulating_frame = ?, current_frame = ?, current_frame_progress = ?, current_frame_seconds_left = ?,"
                        + " peak_memory_bytes = ?"
                        + " WHERE job_id = ? AND position = ? AND number = ? AND outcome IS NULL",
                progress.simulatingFrame(),
                progress.frame(),
                progress.frameProgress(),
                progress.secondsLeft(),
                progress.peakMemoryBytes(),
                task,
                number);
    }

    /**
     * Writes how the attempt ended.
     *
     * @param peakMemoryBytes the most memory it had resident, as far as is known here
     * @return false if that was on record already
     */
    public boolean end(Attempt attempt, Attempt.Result result, long peakMemoryBytes, Instant now) {
        return sql.update(
                        "UPDATE attempt SET outcome = ?, reason = ?, exit_code = ?, signal = ?, peak_memory_bytes = ?,"
                                + " ended_at = ? WHERE job_id = ? AND position = ? AND number = ? AND outcome IS NULL",
                        result.outcome(),
                        result.reason(),
                        result.exitCode(),
                        result.signal(),
                        Math.max(peakMemoryBytes, attempt.progress().peakMemoryBytes()),
                        now,
                        attempt.task(),
                        attempt.number())
                == 1;
    }

    /**
     * Says of an attempt whose claim was lost that its node was only cut off from the store: it does not count. Where
     * the task's next owner has written it down as lost with its node, that is taken back.
     */
    public void excuse(TaskId task, int number, String node, Instant now) {
        sql.transaction(() -> {
            // In this order: the next owner may write it down between the two.
            if (!excuse(task, number, node, now, "outcome IS NULL")
                    && excuse(task, number, node, now, "outcome = '" + Outcome.NODE_LOST.label() + "'")) {
                sql.update(
                        "UPDATE task SET failures = failures - 1 WHERE job_id = ? AND position = ? AND failures > 0",
                        task);
            }
        });
    }

    private boolean excuse(TaskId task, int number, String node, Instant now, String condition) {
        return sql.update(
                        "UPDATE attempt SET outcome = ?, reason = ?, ended_at = COALESCE(ended_at, ?)"
                                + " WHERE job_id = ? AND position = ? AND number = ? AND node = ? AND " + condition,
                        Outcome.CUT_OFF,
                        "the node was cut off from the store",
                        now,
                        task,
                        number,
                        node)
                == 1;
    }

    /** The attempt of that number, if it was made. */
    public Optional<Attempt> find(TaskId task, int number) {
        return sql.first(
                COLUMNS + "WHERE job_id = ? AND position = ? AND number = ?", AttemptStore::read, task, number);
    }

    /** The task's attempts, in order. */
    public List<Attempt> ofTask(TaskId task) {
        return sql.list(COLUMNS + "WHERE job_id = ? AND position = ? ORDER BY number", AttemptStore::read, task);
    }

    /** The number of that node's newest attempt at the task; 0 if it has made none. */
    public int newestNumber(TaskId task, String node) {
        return sql.one(
                "SELECT COALESCE(MAX(number), 0) FROM attempt WHERE job_id = ? AND position = ? AND node = ?",
                row -> row.getInt(1),
                task,
                node);
    }

    /** The frames that are to be rendered anew since a time after the beginning of the task's attempt of that number. */
    public List<Integer> toRenderAnewAfter(TaskId task, int number) {
        return sql.list(
                "SELECT DISTINCT number FROM frame WHERE job_id = ? AND position = ? AND stale = 1 AND EXISTS"
                        + " (SELECT 1 FROM attempt JOIN job ON job.id = attempt.job_id"
                        + " WHERE attempt.job_id = frame.job_id AND attempt.position = frame.position"
                        + " AND attempt.number = ? AND attempt.started_at < job.queued_at)",
                row -> row.getInt(1),
                task,
                number);
    }

    /** The job's newest attempts, the oldest of them first, at most {@code limit}. */
    public List<Attempt> newestOfJob(long job, int limit) {
        List<Attempt> newest = sql.list(
                COLUMNS + "WHERE job_id = ? ORDER BY started_at DESC, position DESC, number DESC LIMIT ?",
                AttemptStore::read,
                job,
                limit);
        Collections.reverse(newest);
        return newest;
    }

    /** The job's attempts that run now. */
    public List<Attempt> runningOfJob(long job) {
        return sql.list(COLUMNS + "WHERE job_id = ? AND outcome IS NULL", AttemptStore::read, job);
    }

    /** The attempts of all jobs that run now, by job: as many as the fleet has slots, about. */
    public List<Attempt> running() {
        return sql.list(COLUMNS + "WHERE outcome IS NULL ORDER BY job_id, position", AttemptStore::read);
    }

    /** The attempts that the store believes to run on that node. */
    public List<Attempt> runningOn(String node) {
        return sql.list(COLUMNS + "WHERE node = ? AND outcome IS NULL", AttemptStore::read, node);
    }

    private static Attempt read(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        return new Attempt(
                new TaskId(row.getLong("job_id"), row.getInt("position")),
                row.getInt("number"),
                row.getString("node"),
                row.getLong("pid"),
                row.getLong("process_started"),
                instant(row, "started_at"),
                new Attempt.Progress(
                        integer(row, "simulating_frame"),
                        integer(row, "current_frame"),
                        row.getDouble("current_frame_progress"),
                        Sql.number(row, "current_frame_seconds_left"),
                        row.getLong("peak_memory_bytes")),
                outcome == null
                        ? null
                        : new Attempt.Result(
                                Outcome.of(outcome),
                                row.getString("reason"),
                                integer(row, "exit_code"),
                                row.getString("signal")),
                instant(row, "ended_at"));
    }
}
