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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The tasks that this node has claimed, the Blenders that run for them, and whether the node takes more. */
@ApplicationScoped
public class RunningTasks {
    /** How long after a signal from outside to Blender the node's own may come: a service manager signals one by one. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Set<TaskId> entered = new HashSet<>();
    private final Set<TaskId> tidied = new HashSet<>();
    private final Map<TaskId, LiveTask> live = new HashMap<>();
    private final CountDownLatch draining = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

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

    /**
     * Enters a claimed task. Where an earlier claim of this node on it has not ended yet, waits until it has: after a
     * pause of the whole program the queue may give it a task that it runs still.
     */
    public synchronized void enter(TaskId task) throws InterruptedException {
        while (entered.contains(task) || tidied.contains(task)) {
            wait();
        }
        entered.add(task);
    }

    /** Does something with what a task has left here, while it is not entered; not at all where it is. */
    public void unlessEntered(TaskId task, Runnable tidying) {
        synchronized (this) {
            if (entered.contains(task) || !tidied.add(task)) {
                return;
            }
        }
        try {
            tidying.run();
        } finally {
            synchronized (this) {
                tidied.remove(task);
                notifyAll();
            }
        }
    }

    /** The task's claim has ended. */
    public synchronized void leave(TaskId task) {
        live.remove(task);
        entered.remove(task);
        notifyAll();
    }

    /** A Blender runs for the task from now on, until it leaves. */
    public synchronized void add(TaskId task, LiveTask blender) {
        live.put(task, blender);
        if (isDraining()) {
            blender.drain();
        }
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

    /** The job's tasks here look at the store now, not at their next look. */
    public synchronized void wake(long job) {
        live.forEach((task, blender) -> {
            if (task.job() == job) {
                blender.wake();
            }
        });
    }

    /** Lets every Blender stand still whose task another node may soon take. */
    public void pauseWhereLeaseIsNearlyOver() {
        copy().forEach(LiveTask::pauseIfLeaseIsNearlyOver);
    }

    /** No new jobs and no new claims from now on; each Blender is stopped when its frame is done. */
    public synchronized void drain() {
        draining.countDown();
        live.values().forEach(LiveTask::drain);
    }

    /** Whether this node takes no new work. */
    public boolean isDraining() {
        return draining.getCount() == 0;
    }

    /** Whether this node drains, or begins to within 5 s, which it waits for: what stopped Blender may stop the node. */
    public boolean drainsSoon() {
        return await(draining, SOON);
    }

    /** The time for draining is over: nothing is waited for any more. */
    public void end() {
        over.countDown();
    }

    /** Waits that long, or until the time for draining is over, and says whether it is. */
    public boolean isOver(Duration atMost) {
        return await(over, atMost);
    }

    /** Every Blender is stopped now. */
    public void stopAll() {
        copy().forEach(LiveTask::stopForDrain);
    }

    /** Waits until no task is claimed any more, at most that long; says whether none is. */
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
        return List.copyOf(live.values());
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
