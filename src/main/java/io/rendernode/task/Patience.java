package io.rendernode.task;

import io.rendernode.store.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Waits for a store that is away: what a slot has to write is written when the store is back. */
@ApplicationScoped
public class Patience {
    private static final Logger LOG = Logger.getLogger(Patience.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final RunningTasks running;

    Patience(RunningTasks running) {
        this.running = running;
    }

    /**
     * Does the work, again and again until the store answers.
     *
     * @throws StoreException if trying again is of no use, or the store is still away when the node stops; the claim is
     *     then found at the next start
     */
    public <T> T until(Supplier<T> work) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return work.get();
            } catch (StoreException away) {
                if (!away.isTransient()) {
                    throw away;
                }
                LOG.warnf("the store does not answer, trying again: %s", away.getMessage());
                if (running.isOver(pause)) {
                    throw away;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    /** The same for work that gives nothing. */
    public void run(Runnable work) {
        until(() -> {
            work.run();
            return true;
        });
    }
}
