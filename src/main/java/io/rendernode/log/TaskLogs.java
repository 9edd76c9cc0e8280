package io.rendernode.log;

import io.rendernode.problem.Numbers;
import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Database;
import io.rendernode.store.JobStore;
import io.rendernode.store.Task;
import io.rendernode.store.TaskId;
import io.rendernode.store.TaskStore;
import io.rendernode.task.KnownFolders;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The logs of attempts, in the data folder, and a job's log made of them. */
@ApplicationScoped
public class TaskLogs {
    private static final Logger LOG = Logger.getLogger(TaskLogs.class);

    private final TaskConfig config;
    private final JobStore jobs;
    private final TaskStore tasks;
    private final AttemptStore attempts;
    private final LogStore store;
    private final Database database;
    private final KnownFolders folders;

    TaskLogs(
            TaskConfig config,
            JobStore jobs,
            TaskStore tasks,
            AttemptStore attempts,
            LogStore store,
            Database database,
            KnownFolders folders) {
        this.config = config;
        this.jobs = jobs;
        this.store = store;
        this.database = database;
        this.tasks = tasks;
        this.attempts = attempts;
        this.folders = folders;
    }

    /** What brings an attempt's log to those who ask another node; it throws where the store does not answer. */
    public Runnable shipment(TaskId task, int attempt) {
        return database.isShared() ? store.shipment(file(task, attempt), task, attempt, config.logBytes()) : () -> {};
    }

    /** Opens the log of an attempt for writing; where the node's folders are on the machine does not get into it. */
    public TaskLog open(TaskId task, int attempt) {
        return new TaskLog(file(task, attempt), config.logBytes()) {
            @Override
            public void line(String text) {
                super.line(folders.hide(text));
            }
        };
    }

    /**
     * Reads a job's log: its tasks' logs in order, each attempt's under a line that names task, attempt and node.
     *
     * @param follow whether the reader waits for what a task that has not ended may still say
     */
    public Reader reader(long job, boolean follow) {
        return new Reader(job, follow);
    }

    /** Reads a job's log from its beginning, piece by piece. For one thread at a time. */
    public final class Reader {
        private final long job;
        private final boolean follow;
        private int position;
        private int number = 1;
        private long offset = -1;
        private boolean atEnd;

        private Reader(long job, boolean follow) {
            this.job = job;
            this.follow = follow;
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
            try {
                TaskLog.Part part = TaskLogs.this.read(attempt, Math.max(0, offset));
                String title = "=== task " + position + ", attempt " + number + ", node " + attempt.node() + ", pid "
                        + attempt.pid() + ", " + attempt.startedAt() + "\n";
                String text = offset < 0 ? title + part.text() : part.text();
                offset = part.nextOffset();
                return text;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** Reads a piece of an attempt's log: in a fleet from the store, where every node's are. */
    private TaskLog.Part read(Attempt attempt, long offset) throws IOException {
        if (!database.isShared()) {
            return new TaskLogFiles(file(attempt.task(), attempt.number())).read(offset);
        }
        StringBuilder text = new StringBuilder();
        long next = offset;
        for (LogStore.Part part : store.from(attempt.task(), attempt.number(), offset)) {
            if (part.offset() > next) {
                text.append("… ").append(part.offset() - next).append(" bytes left out …\n");
            }
            text.append(part.text());
            next = part.nextOffset();
        }
        return new TaskLog.Part(text.toString(), next);
    }

    /** Removes the logs on this node of jobs that are remembered no more, whichever node forgot them. */
    public void removeForgotten() {
        Path root = Path.of(config.dataDir(), "log");
        try (Stream<Path> folders = Files.isDirectory(root) ? Files.list(root) : Stream.empty()) {
            List<Long> here = folders.flatMap(
                            folder -> Numbers.tryId(folder.getFileName().toString()).stream())
                    .toList();
            Set<Long> remembered = jobs.remembered(here);
            here.stream().filter(job -> !remembered.contains(job)).forEach(this::remove);
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.warnf("DATA_DIR cannot be searched for logs of forgotten jobs: %s", unreadable.getMessage());
        }
    }

    private void remove(long job) {
        try (Stream<Path> found = Files.walk(folder(job))) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException left) {
            LOG.warnf("the logs of job %d cannot be removed: %s", job, left.getMessage());
        }
    }

    private Path folder(long job) {
        return Path.of(config.dataDir(), "log", Long.toString(job));
    }

    private Path file(TaskId task, int attempt) {
        return folder(task.job()).resolve(task.position() + "-" + attempt + ".log");
    }
}
