package io.rendernode.task;

import com.github.kagkarlsson.scheduler.CurrentlyExecuting;

/**
 * How long a claim still holds without a word from this node. While the node cannot reach the store it cannot tell its
 * own cut from the store's absence; so before another node may take the task, its Blender must stand still.
 *
 * @param execution what the queue knows of its heartbeats
 */
public record Lease(CurrentlyExecuting execution) {
    /** Three heartbeats of four: detection comes at the fourth at the earliest. */
    private static final double NEARLY_OVER = 0.75;

    /** Whether another node may soon take the task. */
    public boolean isNearlyOver() {
        return execution.getHeartbeatState().getFractionDead() >= NEARLY_OVER;
    }
}
