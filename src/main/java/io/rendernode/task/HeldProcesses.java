package io.rendernode.task;

import io.rendernode.process.ChildEnvironment;
import io.rendernode.process.ChildLauncher;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ForkServer;
import io.rendernode.process.MarkedProcesses;
import io.rendernode.process.ProcessExit;
import io.rendernode.store.JobStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The processes that hold a pid on this node: for a job that waits, or for a program that is about to start. */
@ApplicationScoped
public class HeldProcesses {
    private static final int PIDS_TO_TRY = 4;

    private final TaskConfig config;
    private final DataFolder folder;
    private final JobStore jobs;
    private final Map<Long, Held> byJob = new ConcurrentHashMap<>();
    private ChildLauncher launcher;
    private volatile Forks forks = scene -> Optional.empty();

    /** Makes processes that are Blender already. */
    public interface Forks {
        /**
         * Makes one that holds a pid.
         *
         * @param scene what it is to render, a path below the blend folder
         * @return empty where there is none to be had at once
         */
        Optional<ChildProcess> fork(String scene);
    }

    /** A job's process, and when all is done that its end brings about. */
    private record Held(ChildProcess process, CompletableFuture<Void> endTold) {}

    HeldProcesses(TaskConfig config, DataFolder folder, JobStore jobs) {
        this.config = config;
        this.folder = folder;
        this.jobs = jobs;
    }

    /** Prefers such processes from now on. */
    public void use(Forks from) {
        forks = from;
    }

    /**
     * Makes a process that holds whatever pid it gets; it carries the mark of this node's data folder.
     *
     * @throws IOException if no process can be had
     */
    public ChildProcess hold() throws IOException {
        return launcher().hold();
    }

    /** Made when first used, since the data folder has its identity once it is taken. */
    private synchronized ChildLauncher launcher() {
        if (launcher == null) {
            Map<String, String> environment = new HashMap<>(ChildEnvironment.of(System.getenv()));
            environment.put(MarkedProcesses.VARIABLE, folder.identity());
            launcher = new ChildLauncher(config.nice(), environment);
        }
        return launcher;
    }

    /**
     * Makes a process whose pid names no remembered job, if one comes within a few tries: {@code kill} by a job's number
     * must not reach another's Blender.
     *
     * @param scene tells the job's scene, in the state that it renders, from others
     * @throws IOException if no process can be had
     */
    public ChildProcess holdForJob(String scene) throws IOException {
        ChildProcess process = hold(scene);
        try {
            for (int tries = 1; tries < PIDS_TO_TRY && jobs.isNamedBy(process.pid()); tries++) {
                ChildProcess next = hold(scene);
                process.stop(Duration.ZERO);
                process = next;
            }
            return process;
        } catch (IOException | RuntimeException failure) {
            process.stop(Duration.ZERO);
            throw failure;
        }
    }

    private ChildProcess hold(String scene) throws IOException {
        Optional<ChildProcess> fork = forks.fork(scene);
        return fork.isPresent() ? fork.get() : hold();
    }

    /**
     * Keeps the process for the job.
     *
     * @param stopped is told how the process ended, if it ends while it is held and not by {@link #release}
     */
    public void put(long job, ChildProcess process, Consumer<ProcessExit> stopped) {
        CompletableFuture<Void> endTold = new CompletableFuture<>();
        Held held = new Held(process, endTold);
        byJob.put(job, held);
        var unused = process.exit()
                .thenAccept(exit -> {
                    if (held.equals(byJob.get(job))) {
                        stopped.accept(exit);
                    }
                })
                .whenComplete((done, failure) -> {
                    byJob.remove(job, held);
                    endTold.complete(null);
                });
    }

    /**
     * Gives the job's process away, or a new one where none is kept that lives. The end of one that was stopped is told
     * first.
     *
     * @param scene tells the job's scene, in the state that it renders, from others
     * @throws IOException if no process can be had
     */
    public ChildProcess take(long job, String scene) throws IOException {
        Held held = byJob.get(job);
        if (held != null && held.process().identity().isAlive() && byJob.remove(job, held)) {
            return held.process();
        }
        if (held != null) {
            held.endTold().join();
        }
        return holdForJob(scene);
    }

    /** Frees the memory of those that are forks of a server which is to end; they go on holding their pids. */
    public void unload(ForkServer server) {
        byJob.keySet()
                .forEach(job -> byJob.computeIfPresent(job, (same, held) -> {
                    // In one step with what takes it: one that renders stays as it is.
                    if (held.process().server().equals(Optional.of(server))) {
                        held.process().unload();
                    }
                    return held;
                }));
    }

    /** Ends the job's process, if there is one. */
    public void release(long job) {
        Held held = byJob.remove(job);
        if (held != null) {
            held.process().stop(Duration.ZERO);
        }
    }

    /** Ends them all; their jobs stay in the store. */
    public void releaseAll() {
        byJob.keySet().forEach(this::release);
    }
}
