package io.rendernode.queue;

import io.rendernode.attempt.Attempts;
import io.rendernode.attempt.FrameHarvest;
import io.rendernode.attempt.LiveAttempt;
import io.rendernode.attempt.SceneReports;
import io.rendernode.attempt.WorkFolders;
import io.rendernode.log.LogContext;
import io.rendernode.store.Attempt;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Claims.LostClaimException;
import io.rendernode.store.Job;
import io.rendernode.store.Outcome;
import io.rendernode.store.State;
import io.rendernode.store.StoreException;
import io.rendernode.task.Lease;
import io.rendernode.task.NodeName;
import io.rendernode.task.Patience;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskLifecycle;
import io.rendernode.task.TaskLifecycle.Assignment;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Renders one task, from its claim to the verdict. It runs on one of the queue's threads: that thread is the slot. */
@ApplicationScoped
public class TaskRunner {
    private static final Logger LOG = Logger.getLogger(TaskRunner.class);
    private static final String AWAY = "the folder of its scene is away";

    private final TaskConfig config;
    private final RunningTasks running;
    private final TaskLifecycle lifecycle;
    private final Patience patience;
    private final WorkFolders folders;
    private final Attempts attempts;
    private final SceneReports reports;

    TaskRunner(
            TaskConfig config,
            RunningTasks running,
            TaskLifecycle lifecycle,
            Patience patience,
            WorkFolders folders,
            Attempts attempts,
            SceneReports reports) {
        this.config = config;
        this.running = running;
        this.lifecycle = lifecycle;
        this.patience = patience;
        this.folders = folders;
        this.attempts = attempts;
        this.reports = reports;
    }

    /** Renders the claimed task, as far as it can be rendered now, and ends the claim. */
    void run(Claim claim, Lease lease) {
        try {
            running.enter(claim.task());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return;
        }
        LogContext.enter(claim.task(), NodeName.of(config));
        try {
            render(claim, lease);
        } catch (LostClaimException lost) {
            LOG.warn(lost.getMessage());
        } catch (RuntimeException unforeseen) {
            if (unforeseen instanceof StoreException away && away.isTransient()) {
                // No fault of the task: it is claimed anew, and nothing counts.
                throw away;
            }
            // Counted, or the task would be claimed anew for ever.
            LOG.errorf(unforeseen, "task %s cannot be begun", claim.task());
            String reason = "the node could not go on: " + unforeseen;
            lifecycle.pass(claim, new Attempt.Result(Outcome.BLENDER_ERROR, reason, null, null));
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException("task " + claim.task() + " could not be rendered", failure);
        } finally {
            LogContext.leave();
            running.leave(claim.task());
        }
    }

    private void render(Claim claim, Lease lease) throws IOException, InterruptedException {
        Optional<Assignment> assignment = patience.until(() -> lifecycle.assign(claim));
        Optional<Attempt.Result> hindrance = Optional.empty();
        if (assignment.isPresent()) {
            int before = assignment.get().missing().size();
            hindrance = storeWhatIsThere(claim, assignment.get());
            if (assignment.get().missing().size() < before) {
                assignment = patience.until(() -> lifecycle.assign(claim));
            }
        }
        if (assignment.isEmpty()) {
            folders.of(claim.task()).delete();
        } else if (hindrance.isPresent()) {
            Attempt.Result reason = hindrance.get();
            deleteIfFinal(claim, patience.until(() -> lifecycle.pass(claim, reason)));
        } else if (!reports.isPlaceThere(assignment.get().job())) {
            patience.run(() -> lifecycle.handBack(claim, AWAY));
        } else {
            try (LiveAttempt live = attempts.open(claim, assignment.get(), lease)) {
                render(claim, assignment.get().job(), live);
            }
        }
    }

    /** From the start on record to the verdict on record. */
    private void render(Claim claim, Job job, LiveAttempt live) throws InterruptedException {
        Attempt attempt = live.attempt();
        try {
            State next = State.QUEUED;
            if (patience.until(() -> lifecycle.start(claim, attempt))) {
                running.add(claim.task(), live.controls());
                Attempt.Result result = result(job, live);
                shipLog(live);
                next = patience.until(() -> lifecycle.end(claim, attempt, result, live.peakMemoryBytes()));
            }
            deleteIfFinal(claim, next);
        } catch (LostClaimException lost) {
            // Also of a start that was written while the store's word of it was cut off.
            patience.run(() -> lifecycle.excuse(attempt));
            throw lost;
        }
    }

    /** What became of the attempt: an error that nobody foresaw counts as well, or the task would be tried for ever. */
    private Attempt.Result result(Job job, LiveAttempt live) throws InterruptedException {
        try {
            live.render();
            patience.run(live::takeFrames);
            Attempt.Result result = live.judge(running::drainsSoon);
            boolean sceneAway = result.outcome() == Outcome.NODE_CANNOT && !reports.isPlaceThere(job);
            return sceneAway ? new Attempt.Result(Outcome.DRAINED, AWAY, null, null) : result;
        } catch (LostClaimException lost) {
            throw lost;
        } catch (RuntimeException unforeseen) {
            live.close();
            return live.failed(unforeseen);
        }
    }

    /** Before the end is on record: who follows the log stops reading there. */
    private void shipLog(LiveAttempt live) {
        try {
            patience.run(live::shipLog);
        } catch (StoreException lost) {
            LOG.warnf("the end of a log is not in the store: %s", lost.getMessage());
        }
    }

    private void deleteIfFinal(Claim claim, State state) {
        if (state.isFinal()) {
            folders.of(claim.task()).delete();
        }
    }

    /**
     * Stores frames that this node's last attempt has left, or that are in the output folder already.
     *
     * @return why no attempt is to be made now, if so
     */
    private Optional<Attempt.Result> storeWhatIsThere(Claim claim, Assignment assignment) throws InterruptedException {
        FrameHarvest harvest = patience.until(() -> folders.harvestOfLastAttempt(claim, assignment));
        patience.run(harvest::all);
        if (assignment.job().spec().skipExisting() && reports.areWholeAlone(assignment.job())) {
            patience.run(() -> folders.countExisting(
                    claim, assignment, () -> running.isDraining() || lifecycle.isCanceled(claim)));
        }
        return running.isDraining()
                ? Optional.of(new Attempt.Result(Outcome.DRAINED, null, null, null))
                : harvest.hindrance();
    }
}
