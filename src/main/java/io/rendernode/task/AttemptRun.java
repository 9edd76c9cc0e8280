package io.rendernode.task;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.process.ProcessExit;
import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Claims.LostClaimException;
import io.rendernode.store.JobStore;
import io.rendernode.store.Outcome;
import io.rendernode.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Follows one Blender from its start to its exit: takes over its frames, watches the clock and the store's wishes. */
final class AttemptRun {
    private static final Logger LOG = Logger.getLogger(AttemptRun.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Claim claim;
    private final Attempt attempt;
    private final Rendering rendering;
    private final FrameFolder folder;
    private final FrameHarvest harvest;
    private final JobStore jobs;
    private final AttemptStore attempts;
    private long nextLook = System.nanoTime();
    private AttemptStore.Progress noted;

    AttemptRun(
            Claim claim,
            Attempt attempt,
            Rendering rendering,
            FrameFolder folder,
            FrameHarvest harvest,
            JobStore jobs,
            AttemptStore attempts) {
        this.claim = claim;
        this.attempt = attempt;
        this.rendering = rendering;
        this.folder = folder;
        this.harvest = harvest;
        this.jobs = jobs;
        this.attempts = attempts;
    }

    /** Returns when Blender is gone. */
    ProcessExit follow() throws InterruptedException {
        while (true) {
            Optional<Rendering.Signal> signal = rendering.next(LOOK);
            if (signal.isPresent() && signal.get() instanceof Rendering.Signal.Exited exited) {
                return exited.exit();
            }
            signal.ifPresent(this::handle);
            if (System.nanoTime() - nextLook >= 0) {
                nextLook = System.nanoTime() + LOOK.toNanos();
                look();
            }
        }
    }

    private void handle(Rendering.Signal signal) {
        if (signal instanceof Rendering.Signal.Saved saved) {
            harvest(saved);
            if (rendering.isDraining() && !harvest.missing().contains(saved.frame())) {
                rendering.stop(StopCause.DRAIN);
            }
        } else if (signal instanceof Rendering.Signal.Views views) {
            noteViews(views.count());
        } else if (signal instanceof Rendering.Signal.Wake) {
            nextLook = System.nanoTime();
        }
    }

    private void harvest(Rendering.Signal.Saved saved) {
        try {
            harvest.saved(saved.frame(), saved.time());
        } catch (LostClaimException lost) {
            LOG.warn(lost.getMessage());
            rendering.stop(StopCause.LOST_CLAIM);
        }
    }

    private void noteViews(int count) {
        try {
            folder.writeViews(count);
        } catch (IOException failure) {
            LOG.warnf("task %s: cannot write into its folder: %s", claim.task(), failure.getMessage());
        }
    }

    /** Looks at the clock and at the store; a store that does not answer is asked again at the next look. */
    private void look() {
        rendering.residentBytes();
        rendering
                .watchdog()
                .check(System.nanoTime())
                .ifPresent(
                        outcome -> rendering.stop(outcome == Outcome.TIMEOUT ? StopCause.TIMEOUT : StopCause.STALLED));
        try {
            if (jobs.isCancelRequested(claim.task().job())) {
                rendering.stop(StopCause.CANCEL);
            }
            noteProgress();
        } catch (StoreException away) {
            LOG.warnf("task %s: the store does not answer: %s", claim.task(), away.getMessage());
        }
    }

    private void noteProgress() {
        rendering.progress().ifPresent(progress -> {
            AttemptStore.Progress now = new AttemptStore.Progress(
                    progress.frame(),
                    share(progress),
                    progress.remaining().map(left -> left.toMillis() / 1000.0).orElse(null),
                    rendering.peakMemoryBytes());
            if (!now.equals(noted)) {
                attempts.progress(claim.task(), attempt.number(), now);
                noted = now;
            }
        });
    }

    private static double share(BlenderEvent.Progress progress) {
        int total = progress.sampleTotal().orElse(0);
        return total == 0 ? 0 : Math.min(1, (double) progress.sample().orElse(0) / total);
    }
}
