package io.rendernode.task;

import io.rendernode.store.TaskId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tasks that this node has claimed, and the Blenders that run for them. */
@ApplicationScoped
public class RunningTasks {

    /** A task while its Blender runs; what is asked of it here is done by the thread that runs it. */
    public interface LiveTask {

        /** What Blender has resident now, in bytes. */
        long residentBytes();

        /** Looks at the store now, not at the next look. */
        void wake();

        /** Stands still if another node may soon take the task. */
        void pauseIfLeaseIsNearlyOver();

        /** Ends when the frame under way is done. */
        void drain();

        /** Hands back now what is missing. */
        void stopForDrain();
    }

    private final Set<TaskId> entered = new HashSet<>();
    private final Map<TaskId, LiveTask> renderings = new HashMap<>();
    private boolean draining;

    /**
     * Enters a claimed task. Where an earlier claim of this node on it has not ended yet, waits until it has: after a
     * pause of the whole program the queue may give it a task that it runs still.
     */
    public synchronized void enter(TaskId task) throws InterruptedException {
        while (entered.contains(task)) {
            wait();
        }
        entered.add(task);
    }

    /** The task's claim has ended. */
    public synchronized void leave(TaskId task) {
        entered.remove(task);
        notifyAll();
    }

    /** A Blender runs for the task now. */
    public synchronized void add(TaskId task, LiveTask rendering) {
        renderings.put(task, rendering);
        if (draining) {
            rendering.drain();
        }
    }

    /** The task's Blender is gone. */
    public synchronized void remove(TaskId task) {
        renderings.remove(task);
    }

    /** Whether this node has claimed the task. */
    public synchronized boolean contains(TaskId task) {
        return entered.contains(task);
    }

    /** How many slots are in use: claimed tasks. */
    public synchronized int busy() {
        return entered.size();
    }

    /** What the Blenders of this node have resident together, in bytes. */
    public long residentBytes() {
        return copy().stream().mapToLong(LiveTask::residentBytes).sum();
    }

    /** The job's renderings here look at the store now, not at their next look. */
    public synchronized void wake(long job) {
        renderings.forEach((task, rendering) -> {
            if (task.job() == job) {
                rendering.wake();
            }
        });
    }

    /** Lets every Blender stand still whose task another node may soon take. */
    public void pauseWhereLeaseIsNearlyOver() {
        copy().forEach(LiveTask::pauseIfLeaseIsNearlyOver);
    }

    /** Each Blender is stopped when its frame is done. */
    public synchronized void drain() {
        draining = true;
        renderings.values().forEach(LiveTask::drain);
    }

    /** Every Blender is stopped now. */
    public void stopAll() {
        copy().forEach(LiveTask::stopForDrain);
    }

    /** Waits until no task is claimed any more, at most that long. */
    public synchronized boolean awaitNone(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!entered.isEmpty()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private synchronized Collection<LiveTask> copy() {
        return List.copyOf(renderings.values());
    }
}
