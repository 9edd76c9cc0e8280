package io.rendernode.queue;

import io.rendernode.attempt.AttemptRunner;
import io.rendernode.attempt.BlenderSetup;
import io.rendernode.attempt.FrameFolder;
import io.rendernode.attempt.FrameHarvest;
import io.rendernode.frame.ExistingFrames;
import io.rendernode.frame.FrameIntake;
import io.rendernode.frame.FramePattern;
import io.rendernode.log.LogContext;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Claims.LostClaimException;
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
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Renders one task, from its claim to the verdict. It runs on one of the queue's threads: that thread is the slot. */
@ApplicationScoped
public class TaskRunner {
    private static final Logger LOG = Logger.getLogger(TaskRunner.class);

    private final TaskConfig config;
    private final NodeName nodeName;
    private final RunningTasks running;
    private final TaskLifecycle lifecycle;
    private final AttemptStore attempts;
    private final FrameIntake intake;
    private final ExistingFrames existing;
    private final Patience patience;
    private final AttemptRunner attempt;

    TaskRunner(
            TaskConfig config,
            NodeName nodeName,
            RunningTasks running,
            TaskLifecycle lifecycle,
            AttemptStore attempts,
            FrameIntake intake,
            ExistingFrames existing,
            Patience patience,
            AttemptRunner attempt) {
        this.config = config;
        this.nodeName = nodeName;
        this.running = running;
        this.lifecycle = lifecycle;
        this.attempts = attempts;
        this.intake = intake;
        this.existing = existing;
        this.patience = patience;
        this.attempt = attempt;
    }

    /** Renders the claimed task, as far as it can be rendered now, and ends the claim. */
    void run(Claim claim, Lease lease) {
        try {
            running.enter(claim.task());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return;
        }
        LogContext.enter(claim.task(), nodeName);
        try {
            render(claim, lease);
        } catch (LostClaimException lost) {
            LOG.warn(lost.getMessage());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException("task " + claim.task() + " could not be rendered", failure);
        } finally {
            LogContext.leave();
            running.leave(claim.task());
        }
    }

    private void render(Claim claim, Lease lease) throws IOException, InterruptedException {
        Optional<Assignment> assignment = patience.until(() -> lifecycle.assign(claim));
        if (assignment.isPresent() && takeOverWhatIsThere(claim, assignment.get())) {
            assignment = patience.until(() -> lifecycle.assign(claim));
        }
        if (assignment.isPresent()) {
            attempt.run(claim, assignment.get(), lease);
        } else {
            FrameFolder.of(Path.of(config.dataDir()), claim.task()).delete();
        }
    }

    /** Frames that were written but not yet taken over when the node died, or that the client wants to keep. */
    private boolean takeOverWhatIsThere(Claim claim, Assignment assignment) {
        Set<Integer> missing = assignment.missing();
        int before = missing.size();
        FramePattern pattern = FramePattern.parse(assignment.job().spec().output());
        FrameFolder folder = FrameFolder.of(Path.of(config.dataDir()), claim.task());
        // What is in the folder was written by this node's own last attempt; others may have made some since.
        int writer = patience.until(() -> attempts.newestNumber(claim.task(), nodeName.value()));
        FrameHarvest harvest = new FrameHarvest(claim, writer, pattern, folder, intake, missing);
        patience.run(harvest::all);
        if (assignment.job().spec().skipExisting()) {
            patience.run(() -> existing.count(
                    claim, pattern, BlenderSetup.imageType(assignment.job().spec()), missing));
        }
        return missing.size() < before;
    }
}
