package io.rendernode.store;

import static io.rendernode.store.Sql.instant;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Frames that count, in the store. */
@ApplicationScoped
public class FrameStore {
    private static final String FILE =
            " AS output, stored.view_suffix, stored.position, stored.attempt, stored.path, stored.size_bytes,"
                    + " stored.modified_at, stored.inode, stored.seconds, stored.stored_at FROM ";

    private static final String COLUMNS = select(" WHERE stored.job_id = ?");

    static final String AVERAGE_SECONDS =
            "SELECT frame_seconds / timed_frames FROM job WHERE id = ? AND timed_frames > 0";

    private final Sql sql;

    FrameStore(Sql sql) {
        this.sql = sql;
    }

    /** All files of frames; the condition stands twice in it, with the table's name {@code stored}. */
    public static String select(String condition) {
        return "SELECT * FROM (SELECT stored.job_id, stored.number, ''" + FILE + "frame AS stored" + condition
                + " UNION ALL SELECT stored.job_id, stored.number, stored.output" + FILE + "frame_output AS stored"
                + condition + ") AS file ";
    }

    /**
     * Writes one frame, which counts from now on: all its files at once. The job's count of frames goes up by one and
     * the task's failures begin anew. A frame that counts already stays as it is; one that was to be rendered anew goes. Call it inside a transaction that holds
     * the task's claim.
     */
    public void insert(List<FrameFile> files) {
        forgetStale(files.get(0).task().job(), files.get(0).number());
        int written = 0;
        for (FrameFile file : files) {
            if (file.output().isEmpty()) {
                written += insert("frame", "", file);
            }
        }
        if (written == 0) {
            return;
        }
        for (FrameFile file : files) {
            if (!file.output().isEmpty()) {
                insert("frame_output", ", output", file, file.output());
            }
        }
        TaskId task = files.get(0).task();
        Double seconds = files.get(0).seconds();
        sql.update(
                "UPDATE job SET frames_done = frames_done + 1, timed_frames = timed_frames + ?,"
                        + " frame_seconds = frame_seconds + ? WHERE id = ?",
                seconds == null ? 0 : 1,
                seconds == null ? 0.0 : seconds,
                task.job());
        sql.update("UPDATE task SET failures = 0 WHERE job_id = ? AND position = ? AND failures <> 0", task);
    }

    private void forgetStale(long job, int number) {
        if (sql.update("DELETE FROM frame WHERE job_id = ? AND number = ? AND stale = 1", job, number) > 0) {
            sql.update("DELETE FROM frame_output WHERE job_id = ? AND number = ?", job, number);
        }
    }

    /** Whether that frame counts: one that is to be rendered anew is there and does not. */
    public boolean counts(long job, int number) {
        return sql.first("SELECT 1 FROM frame WHERE job_id = ? AND number = ? AND stale = 0", row -> 1, job, number)
                .isPresent();
    }

    /** The task's frames that are to be rendered anew. */
    public List<Integer> stale(TaskId task) {
        return sql.list(
                "SELECT DISTINCT number FROM frame WHERE job_id = ? AND position = ? AND stale = 1",
                row -> row.getInt(1),
                task);
    }

    private int insert(String table, String moreColumns, FrameFile file, Object... more) {
        List<Object> values = new ArrayList<>(List.of(file.task(), file.number(), file.viewSuffix(), file.attempt()));
        values.addAll(List.of(
                file.path(),
                file.sizeBytes(),
                ChronoUnit.MICROS.between(Instant.EPOCH, file.modifiedAt()),
                file.inode()));
        values.add(file.seconds());
        values.add(file.storedAt());
        values.addAll(List.of(more));
        return sql.update(
                "INSERT INTO " + table
                        + " (job_id, position, number, view_suffix, attempt, path, size_bytes, modified_at,"
                        + " inode, seconds, stored_at" + moreColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
                        + ", ?".repeat(more.length) + ") ON CONFLICT DO NOTHING",
                values.toArray());
    }

    /** The files of that frame, its own first, by output and view; empty where it does not count yet. */
    public List<FrameFile> find(long job, int number) {
        return sql.list(COLUMNS + "WHERE number = ? ORDER BY output, view_suffix", FrameStore::read, job, job, number);
    }

    /** All files of the job's frames from that number on, by number, output and view, of at most {@code limit} frames. */
    public List<FrameFile> ofJob(long job, int from, int limit) {
        return sql.list(
                COLUMNS
                        + "WHERE number >= ? AND number <= (SELECT MAX(number) FROM (SELECT DISTINCT number"
                        + " FROM frame WHERE job_id = ? AND number >= ? ORDER BY number LIMIT ?) AS page)"
                        + " ORDER BY number, output, view_suffix",
                FrameStore::read,
                job,
                job,
                from,
                job,
                from,
                limit);
    }

    /** How long the job's frames took on average, in seconds, as far as it is known. */
    public Optional<Double> averageSeconds(long job) {
        return sql.first(AVERAGE_SECONDS, row -> row.getDouble(1), job);
    }

    /** The file in that row of what {@link #select} gives. */
    public static FrameFile read(ResultSet row) throws SQLException {
        return new FrameFile(
                new TaskId(row.getLong("job_id"), row.getInt("position")),
                row.getInt("number"),
                row.getString("output"),
                row.getString("view_suffix"),
                row.getInt("attempt"),
                row.getString("path"),
                row.getLong("size_bytes"),
                Instant.EPOCH.plus(row.getLong("modified_at"), ChronoUnit.MICROS),
                row.getLong("inode"),
                Sql.number(row, "seconds"),
                instant(row, "stored_at"));
    }
}
