package io.rendernode.log;

import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Task;
import io.rendernode.store.TaskId;
import io.rendernode.store.TaskStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Reads a job's log from its beginning, piece by piece. For one thread at a time. */
public final class JobLogReader {
    private final long job;
    private final boolean follow;
    private final TaskStore tasks;
    private final AttemptStore attempts;
    private final TaskLogs logs;
    private int position;
    private int number = 1;
    private long offset = -1;
    private boolean atEnd;

    JobLogReader(long job, boolean follow, TaskStore tasks, AttemptStore attempts, TaskLogs logs) {
        this.job = job;
        this.follow = follow;
        this.tasks = tasks;
        this.attempts = attempts;
        this.logs = logs;
    }

    /**
     * The next piece.
     *
     * @return empty text where there is nothing more now: see {@link #isAtEnd}
     * @throws UncheckedIOException if a log is there and cannot be read
     */
    public String read() {
        while (!atEnd) {
            TaskId id = new TaskId(job, position);
            // The task is looked at before its log: what a task says comes before its end.
            Optional<Task> task = tasks.find(id);
            Optional<Attempt> attempt = attempts.find(id, number);
            if (task.isEmpty()) {
                atEnd = true;
            } else if (attempt.isPresent()) {
                String text = read(attempt.get());
                if (!text.isEmpty()) {
                    return text;
                }
                if (attempt.get().result() == null && follow) {
                    return "";
                }
                number++;
                offset = -1;
            } else if (follow && !task.get().state().isFinal()) {
                return "";
            } else {
                position++;
                number = 1;
            }
        }
        return "";
    }

    /** Whether nothing can follow any more. */
    public boolean isAtEnd() {
        return atEnd;
    }

    private String read(Attempt attempt) {
        String title = "";
        if (offset < 0) {
            title = "=== task " + position + ", attempt " + number + ", node " + attempt.node() + ", pid "
                    + attempt.pid() + ", " + attempt.startedAt() + "\n";
            offset = 0;
        }
        try {
            TaskLog.Part part = logs.read(attempt, offset);
            offset = part.nextOffset();
            return title + part.text();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
