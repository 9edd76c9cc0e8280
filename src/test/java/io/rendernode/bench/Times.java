package io.rendernode.bench;

import java.util.Arrays;

/**
 * How long something took, many times over; in milliseconds.
 *
 * @param count how often it was done
 * @param median half of them took no longer
 * @param percentile99 99 of 100 took no longer
 * @param longest the longest
 */
record Times(int count, double median, double percentile99, double longest) {

    /** Sums up, from nanoseconds in any order. */
    static Times of(long[] nanos) {
        long[] ascending = nanos.clone();
        Arrays.sort(ascending);
        return new Times(ascending.length, millis(ascending, 0.5), millis(ascending, 0.99), millis(ascending, 1));
    }

    private static double millis(long[] ascending, double share) {
        int count = ascending.length;
        return count == 0 ? 0 : ascending[(int) Math.min(count - 1, count * share)] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                "%d times, median %.1f ms, 99th percentile %.1f ms, longest %.1f ms",
                count, median, percentile99, longest);
    }
}
