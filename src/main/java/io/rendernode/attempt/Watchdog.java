package io.rendernode.attempt;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.store.Outcome;
import java.time.Duration;
import java.util.Optional;

/** Says when an attempt has taken too long, or shows no sign of progress. Times are nanoseconds of one clock. */
final class Watchdog {
    private final Duration taskTimeout;
    private final Duration stallTimeout;
    private final long startedAt;
    private volatile long lastSignAt;
    private BlenderEvent lastEvent;

    Watchdog(Duration taskTimeout, Duration stallTimeout, long now) {
        this.taskTimeout = taskTimeout;
        this.stallTimeout = stallTimeout;
        this.startedAt = now;
        this.lastSignAt = now;
    }

    /** Blender said something; the same as before is no progress. */
    void saw(BlenderEvent event, long now) {
        if (!event.equals(lastEvent)) {
            lastEvent = event;
            lastSignAt = now;
        }
    }

    /** Blender stands still by our own will: that is no stall. */
    void excuse(long now) {
        lastSignAt = now;
    }

    /** What is wrong now: {@link Outcome#TIMEOUT}, {@link Outcome#STALLED}, or nothing. */
    Optional<Outcome> check(long now) {
        if (now - startedAt > taskTimeout.toNanos()) {
            return Optional.of(Outcome.TIMEOUT);
        }
        return now - lastSignAt > stallTimeout.toNanos() ? Optional.of(Outcome.STALLED) : Optional.empty();
    }
}
