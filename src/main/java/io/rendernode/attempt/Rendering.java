package io.rendernode.attempt;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.blender.BlenderOutput;
import io.rendernode.blender.FailureKind;
import io.rendernode.blender.FrameNames;
import io.rendernode.log.CrashReport;
import io.rendernode.log.TaskLog;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ProcessExit;
import io.rendernode.scene.SceneReport;
import io.rendernode.store.Attempt;
import io.rendernode.store.Outcome;
import io.rendernode.task.Lease;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * One Blender process while it runs: what it says, and what is asked of it. Lines arrive on the thread that reads them;
 * the thread that runs the task takes {@link Notice}s from here and decides.
 */
public final class Rendering implements RunningTasks.LiveTask, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Rendering.class);
    /** A process in uninterruptible sleep may take its time. */
    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

    /** What may be the fault of how a Blender began, and not of its scene. */
    private static final Set<Outcome> PERHAPS_ITS_BEGINNING =
            Set.of(Outcome.CRASH, Outcome.STALLED, Outcome.BLENDER_ERROR, Outcome.MISSING_FRAMES);

    private final ChildProcess process;
    private final Supplier<Beginning> beginning;
    private final CrashReport crashReports;
    private final TaskLog log;
    private final TaskConfig config;
    private final Lease lease;
    private final Watchdog watchdog;
    private final BlenderOutput output = new BlenderOutput();
    private final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
    private volatile Beginning begun;
    private volatile BlenderEvent.Failure failure;
    private volatile BlenderEvent.Progress progress;
    private long frameStartedAt = System.nanoTime();
    private volatile boolean breakRequested;
    private volatile boolean starved;
    private volatile Integer simulatingFrame;
    private volatile String crashReport;
    private volatile Outcome stopCause;
    private volatile boolean draining;
    private volatile boolean paused;
    private volatile boolean dumb;

    /** What the task's thread is to look at. */
    sealed interface Notice {
        /** Blender says that it has saved a file of that frame, so long after its first word of it. */
        record Saved(int frame, Duration time) implements Notice {}

        /** How a frame's files are called. */
        record Names(FrameNames names) implements Notice {}

        /** What Blender has loaded. */
        record Scene(SceneReport report) implements Notice {}

        /** Blender is gone. */
        record Exited(ProcessExit exit) implements Notice {}

        /** Something outside has changed: look at the store. */
        record Wake() implements Notice {}
    }

    /**
     * Takes what makes one rendering.
     *
     * @param process holds the pid; nothing else may start it
     * @param beginning gives how it becomes Blender, or throws where it cannot
     * @param crashReports where Blender leaves its reports
     */
    Rendering(
            ChildProcess process,
            Supplier<Beginning> beginning,
            CrashReport crashReports,
            TaskLog log,
            TaskConfig config,
            Lease lease) {
        this.process = process;
        this.beginning = beginning;
        this.crashReports = crashReports;
        this.log = log;
        this.config = config;
        this.lease = lease;
        this.watchdog = new Watchdog(config.taskTimeout(), config.stallTimeout(), System.nanoTime());
    }

    /** Lets the process become Blender. */
    void start() {
        begun = beginning.get();
        var unused = process.exit().thenAccept(exit -> notices.add(new Notice.Exited(exit)));
        begun.begin(process, this::line);
    }

    /** Ends the process, if it lives, and waits until it is gone; then closes the log. */
    @Override
    public void close() {
        process.stop(Duration.ZERO);
        try {
            process.exit().get(GONE_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException stuck) {
            LOG.errorf("process %d does not end", process.pid());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }

    /** The next thing to look at, or nothing within that time. */
    Optional<Notice> next(Duration atMost) throws InterruptedException {
        return Optional.ofNullable(notices.poll(atMost.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void wake() {
        notices.add(new Notice.Wake());
    }

    /** Ends Blender: SIGINT, and SIGKILL to its whole group after the grace. The first cause counts. */
    void stop(Outcome cause) {
        if (stopCause == null) {
            stopCause = cause;
        }
        process.stop(config.stopGrace());
    }

    @Override
    public synchronized void pauseIfLeaseIsNearlyOver() {
        if (!paused && lease.isNearlyOver()) {
            paused = true;
            process.pause();
            log.line("render-node: the store does not answer, Blender stands still");
        }
    }

    /** Lets Blender go on, once the lease is known to hold again. */
    synchronized void resumeIfLeaseHolds() {
        if (paused && !lease.isNearlyOver()) {
            process.resume();
            paused = false;
            log.line("render-node: the store is back, Blender goes on");
        }
    }

    @Override
    public void drain() {
        draining = true;
        wake();
    }

    @Override
    public void stopForDrain() {
        stop(Outcome.DRAINED);
    }

    boolean isDraining() {
        return draining;
    }

    /** What Blender was stopped for, CUT_OFF where the claim was lost; null where it was not. */
    Outcome stopCause() {
        return stopCause;
    }

    /** Why the attempt is no fault of anybody, if so. */
    Optional<String> excuse() {
        if (process.isLost()) {
            return Optional.of("the Blender that it was a fork of is gone");
        }
        return dumb ? Optional.of("a fork of the waiting Blender said nothing") : Optional.empty();
    }

    /** What became of it. */
    void conclude(Attempt.Result result) {
        if (dumb || PERHAPS_ITS_BEGINNING.contains(result.outcome())) {
            begun.failed();
        }
    }

    /** Ends Blender where it has taken too long, or shows no sign of progress; notes its memory. */
    void checkTime() {
        process.residentBytes();
        if (process.isStopped()) {
            begun.excuse();
        } else if (begun.isDumb()) {
            dumb = true;
            process.stop(Duration.ZERO);
        }
        if (paused) {
            watchdog.excuse(System.nanoTime());
        }
        watchdog.check(System.nanoTime()).ifPresent(this::stop);
    }

    /** The frame through which a simulation is stepped, while that is so. */
    Optional<Integer> simulatingFrame() {
        return Optional.ofNullable(simulatingFrame);
    }

    /** The newest progress line, if there was one. */
    Optional<BlenderEvent.Progress> progress() {
        return Optional.ofNullable(progress);
    }

    /** Whether Blender said that it got a SIGINT. */
    boolean isBreakRequested() {
        return breakRequested;
    }

    /** Whether Blender got no memory: it may render on, and what it saves then is whole, and wrong. */
    boolean isStarved() {
        return starved;
    }

    /** The error of Blender's that tells most, if there was one. */
    Optional<BlenderEvent.Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Moves the report of a crash, if Blender left one, into the log. */
    void keepCrashReport() {
        if (crashReport != null) {
            crashReports.moveInto(log, crashReport);
        }
    }

    /** Writes out what the log holds back. */
    void flushLog() {
        log.flush();
    }

    @Override
    public long residentBytes() {
        return process.residentBytes();
    }

    /** The most that the process had resident, in bytes. */
    long peakMemoryBytes() {
        return process.peakMemoryBytes();
    }

    private void line(String line) {
        Optional<BlenderEvent> event = output.read(line);
        if (event.isPresent() && event.get() instanceof BlenderEvent.Scene told) {
            scene(told);
        } else {
            log.line(line);
            event.ifPresent(this::event);
        }
    }

    /** In the log stands what a person reads of it. */
    private void scene(BlenderEvent.Scene told) {
        Optional<SceneReport> report = SceneReport.parse(told.report());
        report.ifPresent(whole -> notices.add(new Notice.Scene(whole)));
        report.map(SceneReport::warnings)
                .orElse(List.of())
                .forEach(warning -> log.line("render-node: warning " + warning.code() + ": " + warning.message()));
    }

    private void event(BlenderEvent event) {
        long now = System.nanoTime();
        watchdog.saw(event, now);
        if (event instanceof BlenderEvent.Progress latest) {
            if (progress == null || progress.frame() != latest.frame()) {
                frameStartedAt = now;
            }
            progress = latest;
            simulatingFrame = null;
        } else if (event instanceof BlenderEvent.Saved saved && !starved) {
            OptionalInt frame = FrameNames.frameOf(saved.path());
            frame.ifPresent(number -> notices.add(new Notice.Saved(number, Duration.ofNanos(now - frameStartedAt))));
            if (process.peakMemoryBytes() == 0) {
                process.residentBytes(); // It may be about to end.
            }
        } else if (event instanceof BlenderEvent.Names told) {
            notices.add(new Notice.Names(told.names()));
        } else if (event instanceof BlenderEvent.Simulating stepped) {
            simulatingFrame = stepped.frame();
        } else if (event instanceof BlenderEvent.BreakRequested) {
            breakRequested = true;
        } else if (event instanceof BlenderEvent.CrashReport report) {
            crashReport = report.path();
        } else if (event instanceof BlenderEvent.Failure next) {
            failure = failure == null ? next : failure.orMoreTelling(next);
            if (next.kind() == FailureKind.OUT_OF_MEMORY) {
                starved = true;
                wake();
            }
        }
    }
}
