package io.rendernode.queue;

import io.rendernode.store.Database;
import io.rendernode.task.RunningTasks;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Stops every Blender from running whose claim is nearly over. On a thread of its own, which never waits for the store:
 * it is there for the time when the store does not answer.
 */
@ApplicationScoped
public class LeaseWatch {
    private static final Logger LOG = Logger.getLogger(LeaseWatch.class);
    private static final int LOOK_MILLIS = 250;

    private final RunningTasks running;
    private final Database database;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lease-watch");
        thread.setDaemon(true);
        return thread;
    });

    LeaseWatch(RunningTasks running, Database database) {
        this.running = running;
        this.database = database;
    }

    /** Begins to watch, where another node could take a task. */
    public void start() {
        if (database.isShared()) {
            var unused = timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends watching. */
    public void stop() {
        timer.shutdownNow();
    }

    private void look() {
        try {
            running.pauseWhereLeaseIsNearlyOver();
        } catch (RuntimeException failure) {
            LOG.error("The leases could not be watched", failure);
        }
    }
}
