package io.rendernode.node;

/** How much of a node is in use. */
final class Load {
    private Load() {}

    /**
     * Busy slots over slots, 0 to 1. A node without slots takes nothing, so its load is 1.
     *
     * @param busy slots in use
     * @param slots slots that there are
     */
    static double of(int busy, int slots) {
        return slots == 0 ? 1 : Math.min(1, (double) busy / slots);
    }
}
