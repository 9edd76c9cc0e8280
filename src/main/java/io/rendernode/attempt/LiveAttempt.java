package io.rendernode.attempt;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.process.ProcessExit;
import io.rendernode.process.ProcessMemory;
import io.rendernode.scene.BlendFolder;
import io.rendernode.store.Attempt;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Claims.LostClaimException;
import io.rendernode.store.Outcome;
import io.rendernode.store.StoreException;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskLifecycle;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * One attempt at a task, from the process that holds its pid to the verdict on its end. It owns the process, the log and
 * the span: closing it ends them, whatever was thrown. One thread renders; the others ask through {@link
 * RunningTasks.LiveTask}.
 */
public final class LiveAttempt implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LiveAttempt.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Other nodes see a log at most 5 s late. */
    private static final Duration SHIP = Duration.ofSeconds(3);

    private final TaskLifecycle lifecycle;
    private final Claim claim;
    private final Attempt attempt;
    private final Rendering rendering;
    private final FrameHarvest harvest;
    private final SceneNotes notes;
    private final Runnable shipment;
    private final Tracing.AttemptSpan span;
    private final long memoryKillsBefore = ProcessMemory.outOfMemoryKills();
    private long nextShipment = System.nanoTime();
    private long nextLook = System.nanoTime();
    private Attempt.Progress noted;
    private ProcessExit exit;

    /**
     * What an attempt brings to the store and the output folder.
     *
     * @param frames its frames
     * @param scene what it finds out about the scene
     * @param log ships its log
     */
    record Yield(FrameHarvest frames, SceneNotes scene, Runnable log) {}

    LiveAttempt(
            TaskLifecycle lifecycle,
            Claim claim,
            Attempt attempt,
            Rendering rendering,
            Yield yield,
            Tracing.AttemptSpan span) {
        this.lifecycle = lifecycle;
        this.claim = claim;
        this.attempt = attempt;
        this.rendering = rendering;
        this.harvest = yield.frames();
        this.notes = yield.scene();
        this.shipment = yield.log();
        this.span = span;
    }

    /** What is on record of it. */
    public Attempt attempt() {
        return attempt;
    }

    /** What others may ask of it while it runs. */
    public RunningTasks.LiveTask controls() {
        return rendering;
    }

    /** The most memory that Blender had resident so far, in bytes. */
    public long peakMemoryBytes() {
        return rendering.peakMemoryBytes();
    }

    /**
     * Lets the process become Blender and follows it until it is gone.
     *
     * @throws LostClaimException if the task belongs to another claim by now; Blender is gone then, too
     */
    public void render() throws InterruptedException {
        LOG.infof("task %s: attempt %d, pid %d", claim.task(), attempt.number(), attempt.pid());
        rendering.start();
        while (exit == null) {
            Optional<Rendering.Notice> notice = rendering.next(LOOK);
            try {
                notice.ifPresent(this::handle);
                if (exit == null && System.nanoTime() - nextLook >= 0) {
                    nextLook = System.nanoTime() + LOOK.toNanos();
                    look();
                }
            } catch (LostClaimException lost) {
                LOG.warn(lost.getMessage());
                rendering.stop(Outcome.CUT_OFF);
            }
        }
        rendering.keepCrashReport();
        if (rendering.stopCause() == Outcome.CUT_OFF) {
            throw new LostClaimException(claim);
        }
    }

    /**
     * Takes the frames that Blender has left and not yet seen stored, unless it had no memory for them, and removes all
     * else that it has left. Call it when Blender is gone.
     *
     * @throws StoreException if the store does not answer: call again
     */
    public void takeFrames() {
        if (rendering.isStarved()) {
            harvest.discard();
        }
        harvest.all();
        harvest.tidy();
        notes.write();
    }

    /**
     * Judges the attempt, once it is rendered.
     *
     * @param drainsSoon whether this node drains, or is about to: a machine that shuts down signals Blender and the node
     *     alike, which is no person's stop
     */
    public Attempt.Result judge(BooleanSupplier drainsSoon) {
        harvest.tellRefusal();
        boolean fromOutside = rendering.stopCause() == null
                && (rendering.isBreakRequested() || exit.isBy("SIGTERM") || exit.isBy("SIGINT"))
                && !harvest.missing().isEmpty();
        Verdict verdict = new Verdict(
                exit,
                fromOutside && drainsSoon.getAsBoolean() ? Outcome.DRAINED : rendering.stopCause(),
                rendering.isBreakRequested(),
                ProcessMemory.outOfMemoryKills() > memoryKillsBefore,
                rendering.failure(),
                harvest.problem(),
                harvest.missing());
        Attempt.Result result = rendering
                .excuse()
                .filter(excuse ->
                        rendering.stopCause() == null && !harvest.missing().isEmpty())
                .map(excuse -> new Attempt.Result(Outcome.DRAINED, excuse, null, null))
                .orElseGet(verdict::result);
        rendering.conclude(result);
        return noted(result);
    }

    /** The verdict on an attempt that this node itself could not go on with: it counts, so that it ends some day. */
    public Attempt.Result failed(Exception unforeseen) {
        if (unforeseen instanceof BlendFolder.NoSceneException) {
            return noted(new Attempt.Result(Outcome.NODE_CANNOT, "blend " + unforeseen.getMessage(), null, null));
        }
        LOG.errorf(unforeseen, "task %s: attempt %d cannot go on", claim.task(), attempt.number());
        return noted(new Attempt.Result(Outcome.BLENDER_ERROR, "the node could not go on: " + unforeseen, null, null));
    }

    /**
     * Brings the log to those who ask other nodes.
     *
     * @throws StoreException if the store does not take it: call again
     */
    public void shipLog() {
        rendering.flushLog();
        shipment.run();
    }

    @Override
    public void close() {
        rendering.close();
        span.close();
    }

    private Attempt.Result noted(Attempt.Result result) {
        span.conclude(result);
        LOG.infof(
                "task %s: attempt %d ended: %s%s",
                claim.task(),
                attempt.number(),
                result.outcome().label(),
                result.reason() == null ? "" : ", " + result.reason());
        return result;
    }

    /** Acts on what Blender said, and keeps its exit if it is gone. */
    private void handle(Rendering.Notice notice) {
        if (notice instanceof Rendering.Notice.Exited exited) {
            exit = exited.exit();
        } else if (notice instanceof Rendering.Notice.Saved saved) {
            harvest.saved(saved.frame(), saved.time());
            if (rendering.isDraining() && harvest.isDone(saved.frame())) {
                rendering.stop(Outcome.DRAINED);
            }
        } else if (notice instanceof Rendering.Notice.Names told) {
            harvest.expect(told.names());
        } else if (notice instanceof Rendering.Notice.Scene told) {
            notes.tell(told.report());
            nextLook = System.nanoTime();
        } else if (notice instanceof Rendering.Notice.Wake) {
            nextLook = System.nanoTime();
        }
    }

    /** Looks at the clock and at the store; a store that does not answer is asked again at the next look. */
    private void look() {
        rendering.checkTime();
        if (rendering.isStarved()) {
            rendering.stop(Outcome.OUT_OF_MEMORY);
        } else if (harvest.crowdsTheDisk()) {
            rendering.stop(Outcome.DISK_FULL);
        }
        try {
            boolean canceled = lifecycle.isCanceled(claim);
            rendering.resumeIfLeaseHolds();
            if (canceled) {
                rendering.stop(Outcome.CANCELED);
            }
            harvest.pending();
            notes.write();
            rendering
                    .simulatingFrame()
                    .map(frame -> new Attempt.Progress(frame, null, 0, null, rendering.peakMemoryBytes()))
                    .or(() -> rendering.progress().map(this::progress))
                    .ifPresent(this::note);
            if (System.nanoTime() - nextShipment >= 0) {
                shipment.run();
                nextShipment = System.nanoTime() + SHIP.toNanos();
            }
        } catch (StoreException away) {
            LOG.warnf("task %s: the store does not answer: %s", claim.task(), away.getMessage());
        }
    }

    private void note(Attempt.Progress now) {
        if (!now.equals(noted)) {
            lifecycle.note(attempt, now);
            noted = now;
        }
    }

    private Attempt.Progress progress(BlenderEvent.Progress latest) {
        int total = latest.sampleTotal().orElse(0);
        return new Attempt.Progress(
                null,
                latest.frame(),
                total == 0 ? 0 : Math.min(1, (double) latest.sample().orElse(0) / total),
                latest.remaining().map(left -> left.toMillis() / 1000.0).orElse(null),
                rendering.peakMemoryBytes());
    }
}
