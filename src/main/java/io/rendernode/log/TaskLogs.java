package io.rendernode.log;

import io.rendernode.problem.Numbers;
import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Database;
import io.rendernode.store.JobStore;
import io.rendernode.store.TaskId;
import io.rendernode.store.TaskStore;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
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

    TaskLogs(
            TaskConfig config,
            JobStore jobs,
            TaskStore tasks,
            AttemptStore attempts,
            LogStore store,
            Database database) {
        this.config = config;
        this.jobs = jobs;
        this.store = store;
        this.database = database;
        this.tasks = tasks;
        this.attempts = attempts;
    }

    /** What brings an attempt's log to those who ask another node. */
    public LogShipment shipment(TaskId task, int attempt) {
        return new LogShipment(file(task, attempt), task, attempt, config.logBytes(), store, database.isShared());
    }

    /** Opens the log of an attempt for writing. */
    public TaskLog open(TaskId task, int attempt) {
        return new TaskLog(file(task, attempt), config.logBytes());
    }

    /**
     * Reads a job's log: its tasks' logs in order, each attempt's under a line that names task, attempt and node.
     *
     * @param follow whether the reader waits for what a task that has not ended may still say
     */
    public JobLogReader reader(long job, boolean follow) {
        return new JobLogReader(job, follow, tasks, attempts, this);
    }

    /**
     * Reads a piece of an attempt's log: in a fleet from the store, where every node's are.
     *
     * @throws IOException if it is there and cannot be read
     */
    TaskLog.Part read(Attempt attempt, long offset) throws IOException {
        if (!database.isShared()) {
            return TaskLog.read(file(attempt.task(), attempt.number()), offset);
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
