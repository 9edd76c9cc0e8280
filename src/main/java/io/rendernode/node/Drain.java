package io.rendernode.node;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.rendernode.queue.RenderQueue;
import io.rendernode.store.StoreException;
import io.rendernode.task.DataFolder;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * How the node goes down: it takes no new work, lets each Blender finish its frame within the grace, and hands back what
 * is missing. HTTP goes on answering meanwhile.
 */
@ApplicationScoped
public class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class);

    private final RenderQueue queue;
    private final RunningTasks running;
    private final HeldProcesses held;
    private final TaskConfig config;
    private final Housekeeping housekeeping;
    private final NodeRegistry registry;
    private final DataFolder dataFolder;

    Drain(
            RenderQueue queue,
            RunningTasks running,
            HeldProcesses held,
            TaskConfig config,
            Housekeeping housekeeping,
            NodeRegistry registry,
            DataFolder dataFolder) {
        this.queue = queue;
        this.running = running;
        this.held = held;
        this.config = config;
        this.housekeeping = housekeeping;
        this.registry = registry;
        this.dataFolder = dataFolder;
    }

    /** Called by SIGTERM, before HTTP closes; returns when nothing runs any more or the grace is over. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        takeNothingMore();
        awaitEnd();
    }

    /** Ends what is left, when HTTP is closed. */
    void stop(@Observes ShutdownEvent event) {
        housekeeping.stop();
        running.end();
        queue.stop();
        held.releaseAll();
        try {
            registry.leave();
        } catch (StoreException away) {
            LOG.debugf("no good-bye: %s", away.getMessage());
        }
        dataFolder.release();
    }

    /** Drains without ending the node. */
    void begin() {
        takeNothingMore();
        new Daemon("drain", this::awaitEnd).start();
    }

    private void takeNothingMore() {
        running.drain();
        queue.pause();
        held.releaseAll();
    }

    private void awaitEnd() throws InterruptedException {
        // Blender gets SIGINT in time to be gone, and its verdict written, within the grace.
        Duration reserve = config.stopGrace().plusSeconds(1);
        if (running.awaitNone(config.shutdownGrace().minus(reserve))) {
            return;
        }
        LOG.info("the grace is nearly over: stopping Blender in the middle of its frame");
        running.stopAll();
        if (!running.awaitNone(reserve)) {
            LOG.warn("a task did not end in time; the next start finds it");
        }
    }
}
