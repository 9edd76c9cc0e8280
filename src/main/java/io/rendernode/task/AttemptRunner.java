package io.rendernode.task;

import io.rendernode.blender.BlenderCommand;
import io.rendernode.frame.FrameIntake;
import io.rendernode.frame.FramePattern;
import io.rendernode.process.ManagedProcess;
import io.rendernode.process.OutOfMemoryKills;
import io.rendernode.process.ProcessExit;
import io.rendernode.process.ProcessManager;
import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Claims.LostClaimException;
import io.rendernode.store.JobStore;
import io.rendernode.store.Outcome;
import io.rendernode.store.State;
import io.rendernode.task.TaskLifecycle.Assignment;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Makes one attempt at a task: a Blender, from its start on record to the verdict on its end. */
@ApplicationScoped
public class AttemptRunner {
    private static final Logger LOG = Logger.getLogger(AttemptRunner.class);

    private final TaskConfig config;
    private final NodeName nodeName;
    private final BlenderSetup blender;
    private final ProcessManager processes;
    private final HeldProcesses held;
    private final RunningTasks running;
    private final TaskLifecycle lifecycle;
    private final Claims claims;
    private final JobStore jobs;
    private final AttemptStore attempts;
    private final FrameIntake intake;
    private final Patience patience;
    private final Draining draining;
    private final TaskLogs logs;
    private final Tracing tracing;
    private final Event<TaskEvents.ProcessEnded> processEnded;
    private final Event<TaskEvents.FrameRefused> frameRefused;
    private final Event<TaskEvents.DiskFull> diskFull;

    @Inject
    AttemptRunner(
            TaskConfig config,
            NodeName nodeName,
            BlenderSetup blender,
            ProcessManager processes,
            HeldProcesses held,
            RunningTasks running,
            TaskLifecycle lifecycle,
            Claims claims,
            JobStore jobs,
            AttemptStore attempts,
            FrameIntake intake,
            Patience patience,
            Draining draining,
            TaskLogs logs,
            Tracing tracing,
            Event<TaskEvents.ProcessEnded> processEnded,
            Event<TaskEvents.FrameRefused> frameRefused,
            Event<TaskEvents.DiskFull> diskFull) {
        this.config = config;
        this.nodeName = nodeName;
        this.blender = blender;
        this.processes = processes;
        this.held = held;
        this.running = running;
        this.lifecycle = lifecycle;
        this.claims = claims;
        this.jobs = jobs;
        this.attempts = attempts;
        this.intake = intake;
        this.patience = patience;
        this.draining = draining;
        this.logs = logs;
        this.tracing = tracing;
        this.processEnded = processEnded;
        this.frameRefused = frameRefused;
        this.diskFull = diskFull;
    }

    /** Renders what is missing, as far as it goes, and ends the claim. */
    void run(Claim claim, Assignment assignment, Lease lease) throws IOException, InterruptedException {
        FrameFolder folder = FrameFolder.of(Path.of(config.dataDir()), claim.task());
        // What could not be taken over is rendered again, into new files: an old one may have its final name already.
        folder.delete();
        folder.create();
        ManagedProcess process = held.take(claim.task().job()).orElse(null);
        if (process == null) {
            process = processes.hold();
        }
        Attempt attempt = newAttempt(claim, assignment, process);
        try {
            patience.run(() -> lifecycle.start(claim, attempt));
        } catch (RuntimeException failure) {
            process.stop(Duration.ZERO);
            throw failure;
        }
        FramePattern pattern = FramePattern.parse(assignment.job().spec().output());
        FrameHarvest harvest = new FrameHarvest(claim, attempt.number(), pattern, folder, intake, assignment.missing());
        try (AttemptSpan span = tracing.begin(claim, attempt);
                TaskLog log = logs.open(claim.task(), attempt.number())) {
            Watchdog watchdog = new Watchdog(config.taskTimeout(), config.stallTimeout(), System.nanoTime());
            Rendering rendering = new Rendering(process, log, watchdog, config.stopGrace(), lease);
            BlenderCommand command = blender.command(assignment, folder.path());
            long outOfMemoryKills = OutOfMemoryKills.count();
            LOG.infof("task %s: attempt %d, pid %d", claim.task(), attempt.number(), attempt.pid());
            LogShipment shipment = logs.shipment(claim.task(), attempt.number());
            ProcessExit exit;
            running.add(claim.task(), rendering);
            try {
                rendering.start(command.arguments());
                exit = new AttemptRun(claim, attempt, rendering, folder, harvest, claims, jobs, attempts, shipment)
                        .follow();
            } finally {
                running.remove(claim.task());
            }
            try {
                conclude(claim, attempt, rendering, harvest, span, exit, OutOfMemoryKills.count() > outOfMemoryKills);
            } catch (LostClaimException lost) {
                patience.run(() -> attempts.excuse(claim.task(), attempt.number(), Instant.now()));
                throw lost;
            } finally {
                log.flush();
                patience.run(shipment::ship);
            }
        }
    }

    private Attempt newAttempt(Claim claim, Assignment assignment, ManagedProcess process) {
        return new Attempt(
                claim.task(),
                assignment.number(),
                nodeName.value(),
                process.pid(),
                process.identity().startTicks(),
                null,
                null,
                null,
                null,
                0,
                null,
                0,
                null,
                Instant.now(),
                null);
    }

    private void conclude(
            Claim claim,
            Attempt attempt,
            Rendering rendering,
            FrameHarvest harvest,
            AttemptSpan span,
            ProcessExit exit,
            boolean memoryRanOut) {
        if (rendering.stopCause() == StopCause.LOST_CLAIM) {
            throw new LostClaimException(claim);
        }
        patience.run(harvest::all);
        processEnded.fire(new TaskEvents.ProcessEnded(
                exit.signal().isPresent()
                        ? ProcessExit.nameOf(exit.signal().getAsInt())
                        : exit.isSuccess() ? "success" : "error"));
        harvest.problem().ifPresent(problem -> frameRefused.fire(new TaskEvents.FrameRefused(problem.outcome())));
        Verdict verdict = Verdict.of(new Verdict.Evidence(
                exit,
                stopCause(rendering, exit),
                rendering.isBreakRequested(),
                memoryRanOut,
                rendering.failure(),
                harvest.problem(),
                harvest.missing()));
        span.conclude(verdict);
        if (verdict.outcome() == Outcome.DISK_FULL) {
            diskFull.fire(new TaskEvents.DiskFull());
        }
        LOG.infof(
                "task %s: attempt %d ended: %s%s (%s)",
                claim.task(),
                attempt.number(),
                verdict.outcome().label(),
                verdict.reason() == null ? "" : ", " + verdict.reason(),
                exit.describe());
        State next = patience.until(() -> lifecycle.end(claim, attempt, verdict, rendering.peakMemoryBytes()));
        if (next.isFinal()) {
            FrameFolder.of(Path.of(config.dataDir()), claim.task()).delete();
        }
    }

    /** A machine that shuts down signals Blender and the node alike: that is no person's stop. */
    private StopCause stopCause(Rendering rendering, ProcessExit exit) {
        boolean fromOutside = rendering.stopCause() == StopCause.NONE
                && (rendering.isBreakRequested() || exit.isBy("SIGTERM") || exit.isBy("SIGINT"));
        return fromOutside && draining.beginsSoon() ? StopCause.DRAIN : rendering.stopCause();
    }
}
