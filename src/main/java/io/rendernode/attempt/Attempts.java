package io.rendernode.attempt;

import io.rendernode.log.CrashReport;
import io.rendernode.log.TaskLogs;
import io.rendernode.process.ChildProcess;
import io.rendernode.store.Attempt;
import io.rendernode.store.Claims.Claim;
import io.rendernode.task.Lease;
import io.rendernode.task.NodeName;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskLifecycle;
import io.rendernode.task.TaskLifecycle.Assignment;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** Makes attempts at tasks: all that one needs, brought together. */
@ApplicationScoped
public class Attempts {
    private final TaskConfig config;
    private final WaitingBlenders blenders;
    private final TaskLogs logs;
    private final Tracing tracing;
    private final WorkFolders folders;
    private final TaskLifecycle lifecycle;
    private final SceneNotes.Book scenes;

    Attempts(
            TaskConfig config,
            WaitingBlenders blenders,
            TaskLogs logs,
            Tracing tracing,
            WorkFolders folders,
            TaskLifecycle lifecycle,
            SceneNotes.Book scenes) {
        this.config = config;
        this.blenders = blenders;
        this.logs = logs;
        this.tracing = tracing;
        this.folders = folders;
        this.lifecycle = lifecycle;
        this.scenes = scenes;
    }

    /**
     * Makes an attempt at what is missing: its process holds a pid, nothing runs yet and nothing is on record.
     *
     * @throws IOException if the task's folder cannot be made, or no process can be had
     */
    public LiveAttempt open(Claim claim, Assignment assignment, Lease lease) throws IOException {
        FrameFolder folder = folders.of(claim.task());
        // What could not be moved into place is rendered again, into new files: an old one may have its final name.
        folder.delete();
        folder.create();
        // Before there is a process: what throws here leaves nothing behind.
        FrameHarvest harvest = folders.harvest(claim, assignment.number(), assignment);
        SceneNotes notes = scenes.begin(assignment.job());
        ChildProcess process = blenders.processOf(assignment.job());
        Attempt attempt = Attempt.starting(
                claim.task(),
                assignment.number(),
                NodeName.of(config),
                process.pid(),
                process.identity().startTicks());
        Rendering rendering = new Rendering(
                process,
                () -> blenders.beginning(process, assignment, folder),
                new CrashReport(folder.temporary()),
                logs.open(claim.task(), attempt.number()),
                config,
                lease);
        return new LiveAttempt(
                lifecycle,
                claim,
                attempt,
                rendering,
                new LiveAttempt.Yield(harvest, notes, logs.shipment(claim.task(), attempt.number())),
                tracing.begin(claim, attempt));
    }
}
