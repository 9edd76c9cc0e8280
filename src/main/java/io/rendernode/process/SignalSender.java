package io.rendernode.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends signals one after the other on a thread of its own, so that no caller waits and none overtakes another. The
 * thread ends when there has been nothing to send for a while.
 */
class SignalSender {
    private final ScheduledThreadPoolExecutor executor;

    SignalSender() {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "process-signals");
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(10, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setRemoveOnCancelPolicy(true);
    }

    /**
     * Signals one process.
     *
     * @return completes with true when the signal was sent, false when that process is gone
     */
    CompletableFuture<Boolean> toProcess(ProcessIdentity identity, Signal signal) {
        return submit(() -> identity.isAlive() && signal.send(identity.pid()));
    }

    /**
     * Signals the group that a process leads or has led.
     *
     * @return completes with true when the signal was sent, false when nothing of the group is left
     */
    CompletableFuture<Boolean> toGroup(ProcessIdentity identity, Signal signal) {
        return submit(() -> identity.ownsNumber() && signal.send(-identity.pid()));
    }

    /**
     * Does something on the senders' thread.
     *
     * @param delay nothing or less is at once
     * @return a handle to take it back
     */
    Future<?> later(Duration delay, Runnable action) {
        return executor.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private CompletableFuture<Boolean> submit(Callable<Boolean> sending) {
        CompletableFuture<Boolean> sent = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                sent.complete(sending.call());
            } catch (Exception unsent) {
                sent.complete(false);
            }
        });
        return sent;
    }
}
