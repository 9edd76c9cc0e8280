package io.rendernode.node;

import io.rendernode.attempt.SceneReports;
import io.rendernode.attempt.WorkFolders;
import io.rendernode.store.StoreException;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What the node looks after at intervals. */
@ApplicationScoped
public class Housekeeping {
    private static final Logger LOG = Logger.getLogger(Housekeeping.class);

    private static final Duration LOOK = Duration.ofSeconds(5);

    /** Of what may hang where a disk does (sent scenes, reports) one each, and some for the rest. */
    private static final int THREADS = 6;

    /** Longer than any step of a copy takes to change the file. */
    private static final Duration LEFTOVER_AGE = Duration.ofMinutes(1);

    private final ScheduledExecutorService timer =
            Executors.newScheduledThreadPool(THREADS, task -> new Daemon("housekeeping", task::run));
    private final StorageWatch storage;
    private final StoreWatch store;
    private final Retention retention;
    private final NodeRegistry registry;
    private final WorkFolders folders;
    private final SceneReports scenes;
    private final TaskConfig config;

    Housekeeping(
            StorageWatch storage,
            StoreWatch store,
            Retention retention,
            NodeRegistry registry,
            WorkFolders folders,
            SceneReports scenes,
            TaskConfig config) {
        this.storage = storage;
        this.store = store;
        this.retention = retention;
        this.registry = registry;
        this.folders = folders;
        this.scenes = scenes;
        this.config = config;
    }

    /** Begins to look after things. */
    void start() {
        every(LOOK, storage::look);
        every(Duration.ofHours(1), this::removeLeftovers);
    }

    /** Begins to look after what is in the store. */
    void startWithStore() {
        every(config.heartbeatInterval(), registry::tell);
        every(LOOK, store::look);
        every(LOOK, registry::look);
        every(config.heartbeatInterval(), this::makeReports);
        every(Duration.ofMinutes(1), retention::forget);
        every(Duration.ofHours(1), retention::tidyScenes);
        every(Duration.ofMinutes(1), this::removeFolders);
    }

    /** Looks after nothing any more. */
    void stop() {
        timer.shutdownNow();
    }

    /** What a node that died in the middle of a copy has left in the output folder. */
    private void removeLeftovers() {
        try {
            folders.removeLeftovers(LEFTOVER_AGE);
        } catch (IOException failure) {
            LOG.warnf("the output folder cannot be searched for unfinished copies: %s", failure.getMessage());
        }
    }

    /** It may take long, and keeps no other thread from its work. */
    private void makeReports() {
        try {
            scenes.makeWanted();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeFolders() {
        try {
            folders.removeEnded();
        } catch (IOException failure) {
            LOG.warnf("DATA_DIR cannot be searched for the folders of ended tasks: %s", failure.getMessage());
        }
    }

    private void every(Duration interval, Runnable work) {
        var unused = timer.scheduleWithFixedDelay(() -> attempt(work), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A timer that throws runs no more: what fails now is tried again at the next interval. */
    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (StoreException away) {
            LOG.warnf("the store does not answer: %s", away.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("Housekeeping failed", failure);
        }
    }
}
