package io.rendernode.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Remembers that no connection to the store could be had: of those who can do without, one a second finds out anew. */
final class Circuit {
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final AtomicLong nextTry = new AtomicLong();
    private volatile boolean away;

    /**
     * Whether to ask the store: it answered last, or nobody has asked for a second.
     *
     * @param now by the monotonic clock, in nanoseconds
     */
    boolean mayAsk(long now) {
        if (!away) {
            return true;
        }
        long due = nextTry.get();
        return now - due >= 0 && nextTry.compareAndSet(due, now + PAUSE);
    }

    /** The store has answered. */
    void answered() {
        away = false;
    }

    /**
     * There was no connection to be had, or it broke.
     *
     * @param now by the monotonic clock, in nanoseconds
     */
    void failed(long now) {
        nextTry.set(now + PAUSE);
        away = true;
    }
}
