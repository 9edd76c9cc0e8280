package io.rendernode.task;

import io.rendernode.process.ManagedProcess;
import io.rendernode.process.ProcessExit;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The tiny processes that hold the pids of jobs that wait on this node. */
@ApplicationScoped
public class HeldProcesses {
    private final Map<Long, ManagedProcess> byJob = new ConcurrentHashMap<>();

    /**
     * Keeps the process for the job.
     *
     * @param stopped is told how the process ended, if it ends while it is held and not by {@link #release}
     */
    public void put(long job, ManagedProcess process, Consumer<ProcessExit> stopped) {
        byJob.put(job, process);
        var unused = process.exit().thenAccept(exit -> {
            if (byJob.remove(job, process)) {
                stopped.accept(exit);
            }
        });
    }

    /** Gives the job's process away, if there is one that lives. */
    public Optional<ManagedProcess> take(long job) {
        return Optional.ofNullable(byJob.remove(job))
                .filter(process -> process.identity().isAlive());
    }

    /** Ends the job's process, if there is one. */
    public void release(long job) {
        ManagedProcess process = byJob.remove(job);
        if (process != null) {
            process.stop(Duration.ZERO);
        }
    }

    /** Ends them all; their jobs stay in the store. */
    public void releaseAll() {
        byJob.keySet().forEach(this::release);
    }
}
