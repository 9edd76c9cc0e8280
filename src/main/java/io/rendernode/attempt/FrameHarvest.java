package io.rendernode.attempt;

import io.rendernode.blender.FrameNames;
import io.rendernode.frame.FrameIntake;
import io.rendernode.frame.FrameIntake.Arrival;
import io.rendernode.frame.FrameIntake.View;
import io.rendernode.frame.FramePattern;
import io.rendernode.image.TornImageException;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Outcome;
import io.rendernode.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/** Brings what Blender wrote into a task's folder to the {@link FrameIntake}, and remembers what could not be taken over. */
public final class FrameHarvest {
    private static final Logger LOG = Logger.getLogger(FrameHarvest.class);

    private final Claim claim;
    private final int attempt;
    private final FramePattern pattern;
    private final FrameFolder folder;
    private final FrameIntake intake;
    private final Set<Integer> missing;
    private final Map<Integer, Double> seconds = new HashMap<>();
    private final Set<Integer> waiting = new TreeSet<>();
    private final SortedMap<Integer, Verdict.FrameProblem> problems = new TreeMap<>();

    /**
     * Takes over frames of one attempt.
     *
     * @param missing the frames that do not count yet; those taken over are removed from it
     */
    public FrameHarvest(
            Claim claim,
            int attempt,
            FramePattern pattern,
            FrameFolder folder,
            FrameIntake intake,
            Set<Integer> missing) {
        this.claim = claim;
        this.attempt = attempt;
        this.pattern = pattern;
        this.folder = folder;
        this.intake = intake;
        this.missing = missing;
    }

    /** The frames that do not count yet. */
    Set<Integer> missing() {
        return missing;
    }

    /** Why the first of the missing frames does not count although Blender wrote it, if one does not. */
    Optional<Verdict.FrameProblem> problem() {
        return problems.values().stream().findFirst();
    }

    /** Tells of the frame that does not count, if there is one. */
    void tellRefusal() {
        problem().ifPresent(refusal -> intake.refused(refusal.outcome()));
    }

    /** Blender says how the files of this scene's frames are called. */
    void expect(FrameNames names) {
        try {
            folder.writeNames(names);
        } catch (IOException failure) {
            LOG.warnf("task %s: cannot write into its folder: %s", claim.task(), failure.getMessage());
        }
    }

    /**
     * Blender says that it has saved a file of that frame. A frame that cannot count yet is tried again by {@link #all}.
     *
     * @param time how long the frame took so far
     */
    void saved(int frame, Duration time) {
        seconds.put(frame, time.toNanos() / 1e9);
        try {
            take(frame);
        } catch (StoreException away) {
            LOG.warnf("task %s: frame %d waits for the store: %s", claim.task(), frame, away.getMessage());
            waiting.add(frame);
        }
    }

    /**
     * Lets the frames count that waited for the store.
     *
     * @throws StoreException if it does not answer yet
     */
    void pending() {
        for (int frame : List.copyOf(waiting)) {
            take(frame);
            waiting.remove(frame);
        }
    }

    /**
     * Lets every frame count that is whole in the folder, and removes what is not whole. Call it while no Blender writes
     * there.
     *
     * @throws StoreException if the store does not answer: call again
     */
    public void all() {
        try {
            folder.frames().forEach(this::take);
            for (int frame : problems.keySet()) {
                if (problems.get(frame).outcome() == Outcome.MISSING_FRAMES) {
                    folder.remove(frame);
                }
            }
        } catch (IOException failure) {
            missing.stream().findFirst().ifPresent(frame -> note(frame, failure));
        }
    }

    private void take(int frame) {
        if (!missing.contains(frame)) {
            return;
        }
        try {
            List<View> views = folder.views(frame);
            if (!views.isEmpty()) {
                intake.accept(new Arrival(claim, attempt, frame, views, pattern, seconds.get(frame)));
                missing.remove(frame);
                problems.remove(frame);
            }
        } catch (TornImageException notWhole) {
            problems.put(
                    frame,
                    new Verdict.FrameProblem(
                            Outcome.MISSING_FRAMES, "frame " + frame + " is not whole: " + notWhole.getMessage()));
        } catch (IOException | IllegalArgumentException failure) {
            note(frame, failure);
        }
    }

    private void note(int frame, Exception failure) {
        String message = String.valueOf(failure.getMessage());
        boolean full = message.contains("No space left") || message.contains("quota exceeded");
        String sentence = "frame " + frame + " cannot be moved into place: " + message;
        LOG.errorf("task %s: %s", claim.task(), sentence);
        problems.put(frame, new Verdict.FrameProblem(full ? Outcome.DISK_FULL : Outcome.CANNOT_WRITE, sentence));
    }
}
