package io.rendernode.node;

import io.rendernode.store.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What the node looks after at intervals. */
@ApplicationScoped
public class Housekeeping {
    private static final Logger LOG = Logger.getLogger(Housekeeping.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "housekeeping");
        thread.setDaemon(true);
        return thread;
    });
    private final StorageWatch storage;
    private final StoreWatch store;
    private final Retention retention;

    @Inject
    Housekeeping(StorageWatch storage, StoreWatch store, Retention retention) {
        this.storage = storage;
        this.store = store;
        this.retention = retention;
    }

    protected Housekeeping() {
        this(null, null, null);
    }

    /** Begins to look after things. */
    void start() {
        every(5, storage::look);
        every(5, store::look);
        every(60, retention::forget);
    }

    /** Looks after nothing any more. */
    void stop() {
        timer.shutdownNow();
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
