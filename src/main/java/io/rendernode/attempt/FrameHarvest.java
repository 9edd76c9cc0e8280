package io.rendernode.attempt;

import io.rendernode.blender.FrameNames;
import io.rendernode.frame.FrameIntake;
import io.rendernode.frame.FrameIntake.Arrival;
import io.rendernode.frame.FrameIntake.View;
import io.rendernode.frame.FramePattern;
import io.rendernode.frame.NoPlaceException;
import io.rendernode.image.TornImageException;
import io.rendernode.store.Attempt;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Outcome;
import io.rendernode.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Moves the frames that Blender wrote into a task's folder to the output folder, by way of the {@link FrameIntake}. What
 * cannot be moved now stays in the folder and waits.
 */
public final class FrameHarvest {
    private static final Logger LOG = Logger.getLogger(FrameHarvest.class);

    /** How long after a frame found no place the next is tried: each try may copy until the disk is full. */
    private static final Duration UNTIL_NEXT_TRY = Duration.ofSeconds(5);

    private final Claim claim;
    private final int attempt;
    private final FramePattern pattern;
    private final FrameFolder folder;
    private final FrameIntake intake;
    private final Set<Integer> missing;
    private final Map<Integer, Double> seconds = new HashMap<>();
    /** Frames that are in the folder and wait for the store, or for their place. */
    private final Set<Integer> waiting = new TreeSet<>();

    private final NavigableMap<Integer, Attempt.Result> problems = new TreeMap<>();
    private boolean noPlace;
    private long nextTry = System.nanoTime();

    /**
     * Takes what makes one harvest.
     *
     * @param attempt the number of the attempt that wrote, or writes, into the folder
     * @param missing the frames that do not count yet; those that come to count are removed from it
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

    /** Whether that frame is done with: it counts, or waits in the folder. */
    boolean isDone(int frame) {
        return !missing.contains(frame) || waiting.contains(frame);
    }

    /** Why a frame that Blender wrote does not count, if one does not: before all others one that waits for its place. */
    Optional<Attempt.Result> problem() {
        return problems.values().stream().min(Comparator.comparing(problem -> problem.outcome() != Outcome.UNPLACED));
    }

    /** Tells of the frame that does not count, if there is one. */
    void tellRefusal() {
        problem().ifPresent(refusal -> intake.refused(refusal.outcome()));
    }

    /** What keeps this node from rendering on: frames that are rendered and have no place in the output folder. */
    public Optional<Attempt.Result> hindrance() {
        return problem().filter(problem -> problem.outcome() != Outcome.MISSING_FRAMES);
    }

    /** Blender says how the files of this scene's frames are called. */
    void expect(FrameNames names) {
        try {
            folder.writeNames(names);
        } catch (IOException failure) {
            LOG.warnf("task %s: cannot write into its folder: %s", claim.task(), failure.getMessage());
        }
    }

    /** Blender says that it has saved a file of that frame, which took that long so far. */
    void saved(int frame, Duration time) {
        seconds.put(frame, time.toNanos() / 1e9);
        try {
            take(frame);
        } catch (StoreException away) {
            LOG.warnf("task %s: frame %d waits for the store: %s", claim.task(), frame, away.getMessage());
            waiting.add(frame);
        }
    }

    /** Whether Blender must end, since what it writes beside frames has nearly filled the disk. */
    boolean crowdsTheDisk() {
        try {
            return folder.crowdsTheDisk();
        } catch (IOException unknown) {
            LOG.debugf("task %s: its folder's size is not known: %s", claim.task(), unknown.getMessage());
            return false;
        }
    }

    /**
     * Tries again to let the frames count that wait.
     *
     * @throws StoreException if the store does not answer yet
     */
    void pending() {
        if (noPlace && System.nanoTime() - nextTry < 0) {
            return;
        }
        noPlace = false;
        List.copyOf(waiting).forEach(this::take);
    }

    /**
     * Lets every frame count that is whole in the folder, and removes what is not whole. Call it while no Blender writes
     * there.
     *
     * @throws StoreException if the store does not answer: call again
     */
    public void all() {
        noPlace = false;
        try {
            for (int frame : folder.frames()) {
                take(frame);
                Optional<String> lacking = missing.contains(frame) ? folder.lackingOutput(frame) : Optional.empty();
                lacking.ifPresent(output -> problems.put(frame, lacks(frame, output)));
            }
            for (int frame : problems.keySet()) {
                if (problems.get(frame).outcome() == Outcome.MISSING_FRAMES) {
                    folder.remove(frame);
                }
            }
        } catch (IOException failure) {
            missing.stream().findFirst().ifPresent(frame -> note(frame, failure));
        }
    }

    /** Gives up what is in the folder. */
    void discard() {
        folder.discard();
        waiting.clear();
    }

    /** Removes what is in the folder beside frames. */
    void tidy() {
        folder.tidy();
    }

    /** All frames of a job go into one folder: where one finds no place the others are not tried. */
    private void take(int frame) {
        try {
            List<View> views = missing.contains(frame) ? folder.views(frame) : List.of();
            if (!views.isEmpty()) {
                if (noPlace) {
                    waiting.add(frame);
                    return;
                }
                intake.accept(new Arrival(claim, attempt, frame, views, pattern, seconds.get(frame)));
                missing.remove(frame);
                problems.remove(frame);
            }
        } catch (TornImageException notWhole) {
            String sentence = "frame " + frame + " is not whole: " + notWhole.getMessage();
            problems.put(frame, new Attempt.Result(Outcome.MISSING_FRAMES, sentence, null, null));
        } catch (IOException | IllegalArgumentException failure) {
            note(frame, failure);
            return;
        }
        waiting.remove(frame);
    }

    private static Attempt.Result lacks(int frame, String output) {
        String sentence = "frame " + frame + " lacks the file of the File Output node and slot '" + output + "'";
        return new Attempt.Result(Outcome.MISSING_FRAMES, sentence, null, null);
    }

    private void note(int frame, Exception failure) {
        boolean lasting = !(failure instanceof IOException) || failure.getCause() instanceof NoPlaceException;
        String sentence = "frame " + frame + " cannot be moved into place: " + failure.getMessage();
        Outcome outcome = lasting ? Outcome.CANNOT_WRITE : Outcome.UNPLACED;
        Attempt.Result problem = new Attempt.Result(outcome, sentence, null, null);
        if (!problem.equals(problems.put(frame, problem))) {
            LOG.errorf("task %s: %s", claim.task(), sentence);
        }
        waiting.add(frame);
        if (!lasting) {
            noPlace = true;
            nextTry = System.nanoTime() + UNTIL_NEXT_TRY.toNanos();
        }
    }
}
