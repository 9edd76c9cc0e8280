package io.rendernode.log;

import io.rendernode.store.Sql;
import io.rendernode.store.TaskId;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

    /**
     * A part of a log.
     *
     * @param offset the place in the log of its first byte
     * @param nextOffset the place after its last one
     * @param text what it says
     */
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
                    task.job(),
                    task.position(),
                    number,
                    part.offset(),
                    part.nextOffset(),
                    // PostgreSQL's text takes every character but this one.
                    part.text().replace('\0', '\uFFFD'));
            sql.update(
                    "DELETE FROM log_part WHERE job_id = ? AND position = ? AND number = ? AND log_offset >= ?"
                            + " AND next_offset < ?",
                    task.job(),
                    task.position(),
                    number,
                    maxBytes / 2,
                    part.nextOffset() - maxBytes / 2);
        });
    }

    /** Brings what a log in files has grown by since the last time into the store, for whoever asks another node. */
    private final class Shipment implements Runnable {
        private final TaskLogFiles log;
        private final TaskId task;
        private final int number;
        private final long maxBytes;
        private long shipped;

        Shipment(TaskLogFiles log, TaskId task, int number, long maxBytes) {
            this.log = log;
            this.task = task;
            this.number = number;
            this.maxBytes = maxBytes;
        }

        /** Where the store does not answer it throws, and the same is shipped at the next call. */
        @Override
        public void run() {
            try {
                // Blender may write faster than this ships: what comes meanwhile is for the next call.
                for (long end = log.end(); shipped < end; ) {
                    TaskLog.Part part = log.read(shipped);
                    if (part.text().isEmpty()) {
                        return;
                    }
                    append(task, number, new Part(shipped, part.nextOffset(), part.text()), maxBytes);
                    shipped = part.nextOffset();
                }
            } catch (IOException unreadable) {
                LOG.warnf("the log of task %s cannot be read: %s", task, unreadable.getMessage());
            }
        }
    }

    /** What ships an attempt's log, each time that it is run; the store keeps so many bytes of it. */
    Runnable shipment(Path file, TaskId task, int number, long maxBytes) {
        return new Shipment(new TaskLogFiles(file), task, number, maxBytes);
    }

    /** The next parts of an attempt's log from that place on, in order: about a piece's worth, however long the log is. */
    public List<Part> from(TaskId task, int number, long offset) {
        return sql.list(
                "SELECT log_offset, next_offset, text FROM log_part WHERE job_id = ? AND position = ? AND number = ?"
                        + " AND log_offset >= ? AND log_offset < ? + (SELECT MIN(log_offset) FROM log_part"
                        + " WHERE job_id = ? AND position = ? AND number = ? AND log_offset >= ?) ORDER BY log_offset",
                row -> new Part(row.getLong(1), row.getLong(2), row.getString(3)),
                task.job(),
                task.position(),
                number,
                offset,
                TaskLogFiles.PIECE_BYTES,
                task.job(),
                task.position(),
                number,
                offset);
    }

    /** Deletes the logs of a job, some parts at a time: there may be more than a transaction can delete before it is cut off. */
    public void delete(long job) {
        while (sql.first("SELECT 1 FROM log_part WHERE job_id = ? LIMIT 1", row -> 1, job)
                .isPresent()) {
            sql.update(
                    "DELETE FROM log_part WHERE job_id = ? AND (position, number, log_offset) IN"
                            + " (SELECT position, number, log_offset FROM log_part WHERE job_id = ?"
                            + " ORDER BY position, number, log_offset LIMIT ?)",
                    job,
                    job,
                    AT_ONCE);
        }
    }
}
