package io.rendernode.log;

import io.rendernode.store.Sql;
import io.rendernode.store.TaskId;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** Attempts' logs in the store, of bounded size: the first and the last part of a long one. */
@ApplicationScoped
public class LogStore {
    private static final Logger LOG = Logger.getLogger(LogStore.class);
    private static final int AT_ONCE = 100;

    private final Sql sql;

    LogStore(Sql sql) {
        this.sql = sql;
    }

    /** A part of a log, from the place in it of its first byte to the place after its last one. */
    public record Part(long offset, long nextOffset, String text) {}

    /**
     * Adds a part to an attempt's log, and drops what is neither in its first nor in its last half. The same part may
     * come twice: its first word may have been cut off.
     *
     * @param maxBytes how much of the log is kept, in bytes; a part is kept or dropped whole
     */
    public void append(TaskId task, int number, Part part, long maxBytes) {
        sql.transaction(() -> {
            sql.update(
                    "INSERT INTO log_part (job_id, position, number, log_offset, next_offset, text)"
                            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    task,
                    number,
                    part.offset(),
                    part.nextOffset(),
                    // PostgreSQL's text takes every character but this one.
                    part.text().replace('\0', '\uFFFD'));
            sql.update(
                    "DELETE FROM log_part WHERE job_id = ? AND position = ? AND number = ? AND log_offset >= ?"
                            + " AND next_offset < ?",
                    task,
                    number,
                    maxBytes / 2,
                    part.nextOffset() - maxBytes / 2);
        });
    }

    /**
     * What brings an attempt's log into the store, for whoever asks another node: at each run what the log has grown
     * by. Where the store does not answer it throws, and the same is shipped at the next run.
     *
     * @param file the log's first part
     * @param maxBytes how much of it is kept in the store, in bytes
     */
    Runnable shipment(Path file, TaskId task, int number, long maxBytes) {
        TaskLogFiles log = new TaskLogFiles(file);
        AtomicLong shipped = new AtomicLong();
        return () -> {
            try {
                // Blender may write faster than this ships: what comes meanwhile is for the next run.
                for (long end = log.last().end(); shipped.get() < end; ) {
                    TaskLog.Part part = log.read(shipped.get());
                    if (part.text().isEmpty()) {
                        return;
                    }
                    append(task, number, new Part(shipped.get(), part.nextOffset(), part.text()), maxBytes);
                    shipped.set(part.nextOffset());
                }
            } catch (IOException unreadable) {
                LOG.warnf("the log of task %s cannot be read: %s", task, unreadable.getMessage());
            }
        };
    }

    /** The next parts of an attempt's log from that place on, in order: about a piece's worth, however long the log is. */
    public List<Part> from(TaskId task, int number, long offset) {
        return sql.list(
                "SELECT log_offset, next_offset, text FROM log_part WHERE job_id = ? AND position = ? AND number = ?"
                        + " AND log_offset >= ? AND log_offset < ? + (SELECT MIN(log_offset) FROM log_part"
                        + " WHERE job_id = ? AND position = ? AND number = ? AND log_offset >= ?) ORDER BY log_offset",
                row -> new Part(row.getLong(1), row.getLong(2), row.getString(3)),
                task,
                number,
                offset,
                TaskLogFiles.PIECE_BYTES,
                task,
                number,
                offset);
    }

    /** Deletes the logs of a job, some parts at a time: there may be more than a transaction can delete before it is cut off. */
    public void delete(long job) {
        int deleted;
        do {
            deleted = sql.update(
                    "DELETE FROM log_part WHERE job_id = ? AND (position, number, log_offset) IN"
                            + " (SELECT position, number, log_offset FROM log_part WHERE job_id = ?"
                            + " ORDER BY position, number, log_offset LIMIT ?)",
                    job,
                    job,
                    AT_ONCE);
        } while (deleted == AT_ONCE);
    }
}
