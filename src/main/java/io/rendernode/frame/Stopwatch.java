package io.rendernode.frame;

import java.time.Duration;

/**
 * How long ago something was, by both clocks: Linux's monotonic clock stands still while a machine is suspended
 * (clock_gettime(2)), and the time of day may be set back.
 */
final class Stopwatch {
    private final long nanos = System.nanoTime();
    private final long millis = System.currentTimeMillis();

    /** The time since this was made, or more where the time of day was set forward. */
    Duration elapsed() {
        Duration monotonic = Duration.ofNanos(System.nanoTime() - nanos);
        Duration ofDay = Duration.ofMillis(System.currentTimeMillis() - millis);
        return monotonic.compareTo(ofDay) > 0 ? monotonic : ofDay;
    }
}
