package io.rendernode.attempt;

import io.rendernode.blender.BlenderCommand;
import io.rendernode.frame.FrameIntake;
import io.rendernode.frame.FramePattern;
import io.rendernode.log.CrashReport;
import io.rendernode.log.LogShipment;
import io.rendernode.log.TaskLog;
import io.rendernode.log.TaskLogs;
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
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.Lease;
import io.rendernode.task.NodeName;
import io.rendernode.task.Patience;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskLifecycle;
import io.rendernode.task.TaskLifecycle.Assignment;
import jakarta.enterprise.context.ApplicationScoped;
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
    private final TaskLogs logs;
    private final Tracing tracing;
    private final AttemptEnding ending;

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
            TaskLogs logs,
            Tracing tracing,
            AttemptEnding ending) {
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
        this.logs = logs;
        this.tracing = tracing;
        this.ending = ending;
    }

    /** Renders what is missing, as far as it goes, and ends the claim. */
    public void run(Claim claim, Assignment assignment, Lease lease) throws IOException, InterruptedException {
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
        } catch (LostClaimException lost) {
            process.stop(Duration.ZERO);
            // It may be on record all the same: written, but the store's word of that was cut off.
            excuse(attempt);
            throw lost;
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
            rendering
                    .crashReport()
                    .ifPresent(report -> CrashReport.inTemporaryFolder().moveInto(log, report));
            try {
                ending.conclude(
                        claim, attempt, rendering, harvest, span, exit, OutOfMemoryKills.count() > outOfMemoryKills);
            } catch (LostClaimException lost) {
                excuse(attempt);
                throw lost;
            } finally {
                log.flush();
                patience.run(shipment::ship);
            }
        }
    }

    private void excuse(Attempt attempt) {
        patience.run(() -> attempts.excuse(attempt.task(), attempt.number(), attempt.node(), Instant.now()));
    }

    private Attempt newAttempt(Claim claim, Assignment assignment, ManagedProcess process) {
        return Attempt.starting(
                claim.task(),
                assignment.number(),
                nodeName.value(),
                process.pid(),
                process.identity().startTicks());
    }
}
