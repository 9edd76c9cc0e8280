package io.rendernode.node;

import io.rendernode.frame.FrameFiles;
import io.rendernode.store.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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

    /** Longer than any step of a copy takes to change the file. */
    private static final Duration LEFTOVER_AGE = Duration.ofMinutes(1);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "housekeeping");
        thread.setDaemon(true);
        return thread;
    });
    private final StorageWatch storage;
    private final StoreWatch store;
    private final Retention retention;
    private final FrameFiles frames;

    @Inject
    Housekeeping(StorageWatch storage, StoreWatch store, Retention retention, FrameFiles frames) {
        this.storage = storage;
        this.store = store;
        this.retention = retention;
        this.frames = frames;
    }

    protected Housekeeping() {
        this(null, null, null, null);
    }

    /** Begins to look after things. */
    void start() {
        every(5, storage::look);
        every(5, store::look);
        every(60, retention::forget);
        every(3600, this::removeLeftovers);
    }

    /** Looks after nothing any more. */
    void stop() {
        timer.shutdownNow();
    }

    /** What a node that died in the middle of a copy has left in the output folder. */
    private void removeLeftovers() {
        try {
            int removed = frames.removeLeftovers(LEFTOVER_AGE);
            if (removed > 0) {
                LOG.infof("removed %d unfinished copies of a node that died", removed);
            }
        } catch (IOException failure) {
            LOG.warnf("the output folder cannot be searched for unfinished copies: %s", failure.getMessage());
        }
    }

    private void every(int seconds, Runnable work) {
        var unused = timer.scheduleWithFixedDelay(() -> attempt(work), 0, seconds, TimeUnit.SECONDS);
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
