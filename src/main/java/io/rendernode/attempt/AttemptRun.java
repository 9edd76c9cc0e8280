package io.rendernode.attempt;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.log.LogShipment;
import io.rendernode.process.ProcessExit;
import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Claims;
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

    /** Other nodes see a log at most 5 s late. */
    private static final Duration SHIP = Duration.ofSeconds(3);

    private final Claim claim;
    private final Attempt attempt;
    private final Rendering rendering;
    private final FrameFolder folder;
    private final FrameHarvest harvest;
    private final Claims claims;
    private final JobStore jobs;
    private final AttemptStore attempts;
    private final LogShipment shipment;
    private long nextShipment = System.nanoTime();
    private long nextLook = System.nanoTime();
    private Attempt.Progress noted;

    AttemptRun(
            Claim claim,
            Attempt attempt,
            Rendering rendering,
            FrameFolder folder,
            FrameHarvest harvest,
            Claims claims,
            JobStore jobs,
            AttemptStore attempts,
            LogShipment shipment) {
        this.claim = claim;
        this.attempt = attempt;
        this.rendering = rendering;
        this.folder = folder;
        this.harvest = harvest;
        this.claims = claims;
        this.jobs = jobs;
        this.attempts = attempts;
        this.shipment = shipment;
    }

    /** Returns when Blender is gone. */
    ProcessExit follow() throws InterruptedException {
        while (true) {
            Optional<Rendering.Signal> signal = rendering.next(LOOK);
            if (signal.isPresent() && signal.get() instanceof Rendering.Signal.Exited exited) {
                return exited.exit();
            }
            try {
                signal.ifPresent(this::handle);
                if (System.nanoTime() - nextLook >= 0) {
                    nextLook = System.nanoTime() + LOOK.toNanos();
                    look();
                }
            } catch (LostClaimException lost) {
                LOG.warn(lost.getMessage());
                rendering.stop(StopCause.LOST_CLAIM);
            }
        }
    }

    private void handle(Rendering.Signal signal) {
        if (signal instanceof Rendering.Signal.Saved saved) {
            harvest.saved(saved.frame(), saved.time());
            if (rendering.isDraining() && !harvest.missing().contains(saved.frame())) {
                rendering.stop(StopCause.DRAIN);
            }
        } else if (signal instanceof Rendering.Signal.Views views) {
            noteViews(views.count());
        } else if (signal instanceof Rendering.Signal.Wake) {
            nextLook = System.nanoTime();
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
        if (rendering.isPaused()) {
            rendering.watchdog().excuse(System.nanoTime());
        }
        rendering
                .watchdog()
                .check(System.nanoTime())
                .ifPresent(
                        outcome -> rendering.stop(outcome == Outcome.TIMEOUT ? StopCause.TIMEOUT : StopCause.STALLED));
        try {
            claims.requireHeld(claim);
            rendering.resumeIfLeaseHolds();
            if (jobs.isCancelRequested(claim.task().job())) {
                rendering.stop(StopCause.CANCEL);
            }
            harvest.pending();
            noteProgress();
            shipLog();
        } catch (StoreException away) {
            LOG.warnf("task %s: the store does not answer: %s", claim.task(), away.getMessage());
        }
    }

    private void shipLog() {
        if (System.nanoTime() - nextShipment >= 0) {
            shipment.ship();
            nextShipment = System.nanoTime() + SHIP.toNanos();
        }
    }

    private void noteProgress() {
        rendering.progress().ifPresent(progress -> {
            Attempt.Progress now = new Attempt.Progress(
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
