package io.rendernode.attempt;

import io.rendernode.process.ProcessExit;
import io.rendernode.store.Attempt;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Claims.LostClaimException;
import io.rendernode.store.Outcome;
import io.rendernode.store.State;
import io.rendernode.task.Draining;
import io.rendernode.task.Patience;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskEvents;
import io.rendernode.task.TaskLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** What follows when an attempt's Blender is gone: its last frames, the verdict, and the word of it to all. */
@ApplicationScoped
public class AttemptEnding {
    private static final Logger LOG = Logger.getLogger(AttemptEnding.class);

    private final TaskConfig config;
    private final TaskLifecycle lifecycle;
    private final Patience patience;
    private final Draining draining;
    private final Event<TaskEvents.ProcessEnded> processEnded;
    private final Event<TaskEvents.FrameRefused> frameRefused;
    private final Event<TaskEvents.DiskFull> diskFull;

    AttemptEnding(
            TaskConfig config,
            TaskLifecycle lifecycle,
            Patience patience,
            Draining draining,
            Event<TaskEvents.ProcessEnded> processEnded,
            Event<TaskEvents.FrameRefused> frameRefused,
            Event<TaskEvents.DiskFull> diskFull) {
        this.config = config;
        this.lifecycle = lifecycle;
        this.patience = patience;
        this.draining = draining;
        this.processEnded = processEnded;
        this.frameRefused = frameRefused;
        this.diskFull = diskFull;
    }

    /**
     * Judges the attempt, and ends the claim with the result.
     *
     * @param exit how Blender ended
     * @param memoryRanOut whether the kernel has killed something for want of memory meanwhile
     * @throws LostClaimException if the task belongs to another claim by now
     */
    void conclude(
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
        Attempt.Result result = Verdict.of(new Verdict.Evidence(
                exit,
                stopCause(rendering, exit),
                rendering.isBreakRequested(),
                memoryRanOut,
                rendering.failure(),
                harvest.problem(),
                harvest.missing()));
        span.conclude(result);
        if (result.outcome() == Outcome.DISK_FULL) {
            diskFull.fire(new TaskEvents.DiskFull());
        }
        LOG.infof(
                "task %s: attempt %d ended: %s%s (%s)",
                claim.task(),
                attempt.number(),
                result.outcome().label(),
                result.reason() == null ? "" : ", " + result.reason(),
                exit.describe());
        State next = patience.until(() -> lifecycle.end(claim, attempt, result, rendering.peakMemoryBytes()));
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
