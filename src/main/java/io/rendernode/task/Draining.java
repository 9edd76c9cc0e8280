package io.rendernode.task;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether this node still takes work. */
@ApplicationScoped
public class Draining {
    /** How long after a signal from outside to Blender the node's own may come. */
    private static final Duration SOON = Duration.ofMillis(500);

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    /** Whether the node drains: no new jobs, no new claims. */
    public boolean isDraining() {
        return begun.getCount() == 0;
    }

    /** The node drains from now on. */
    public void begin() {
        begun.countDown();
    }

    /** The time for draining is over: nothing is waited for any more. */
    public void end() {
        over.countDown();
    }

    /** Waits that long, or until the time for draining is over, and says whether it is. */
    boolean isOver(Duration atMost) {
        return await(over, atMost);
    }

    /** Whether the node drains, or begins to within a moment. */
    public boolean beginsSoon() {
        return await(begun, SOON);
    }

    private static boolean await(CountDownLatch latch, Duration atMost) {
        try {
            return latch.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
