package io.rendernode.attempt;

import io.rendernode.attempt.FrameFolder.Written;
import io.rendernode.frame.FrameIntake;
import io.rendernode.frame.FrameIntake.Arrival;
import io.rendernode.frame.FrameIntake.View;
import io.rendernode.frame.FramePattern;
import io.rendernode.image.TornImageException;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Outcome;
import io.rendernode.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
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
    private final Set<Path> torn = new HashSet<>();
    private final Set<Integer> waiting = new TreeSet<>();
    private Optional<Verdict.FrameProblem> problem = Optional.empty();

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

    /** Why the last frame that could not be taken over could not be. */
    Optional<Verdict.FrameProblem> problem() {
        return problem;
    }

    /** Tells of the frame that could not be taken over, if there was one. */
    void tellRefusal() {
        problem.ifPresent(refusal -> intake.refused(refusal.outcome()));
    }

    /** Blender says how many files make a frame of this scene. */
    void expect(int views) {
        try {
            folder.writeViews(views);
        } catch (IOException failure) {
            LOG.warnf("task %s: cannot write into its folder: %s", claim.task(), failure.getMessage());
        }
    }

    /**
     * Blender says that it has saved a file of that frame. What cannot be taken over now is tried again by {@link
     * #all}.
     *
     * @param time how long the frame took so far
     */
    void saved(int frame, Duration time) {
        seconds.put(frame, time.toNanos() / 1e9);
        try {
            List<Written> files = folder.written().getOrDefault(frame, List.of());
            if (files.size() >= folder.views()) {
                take(frame, files);
            }
        } catch (StoreException away) {
            LOG.warnf("task %s: frame %d waits for the store: %s", claim.task(), frame, away.getMessage());
            waiting.add(frame);
        } catch (IOException failure) {
            note("frame " + frame, failure);
        }
    }

    /**
     * Takes over the frames that waited for the store.
     *
     * @throws StoreException if it does not answer yet
     */
    void pending() {
        for (int frame : List.copyOf(waiting)) {
            take(frame, written().getOrDefault(frame, List.of()));
            waiting.remove(frame);
        }
    }

    private SortedMap<Integer, List<Written>> written() {
        try {
            return folder.written();
        } catch (IOException failure) {
            note("a frame", failure);
            return new TreeMap<>();
        }
    }

    /**
     * Takes over all that is in the folder, and removes what is not whole. Call it while no Blender writes there.
     *
     * @throws StoreException if the store does not answer: call again
     */
    public void all() {
        try {
            int views = folder.views();
            folder.written().forEach((frame, files) -> {
                if (files.size() >= views) {
                    take(frame, files);
                }
            });
            for (Path file : torn) {
                Files.deleteIfExists(file);
            }
            torn.clear();
        } catch (IOException failure) {
            note("a frame", failure);
        }
    }

    private void take(int frame, List<Written> files) {
        if (!missing.contains(frame)) {
            return;
        }
        List<View> views = files.stream()
                .map(file -> new View(file.path(), file.viewSuffix()))
                .toList();
        try {
            intake.accept(new Arrival(claim, attempt, frame, views, pattern, seconds.get(frame)));
            missing.remove(frame);
        } catch (TornImageException notWhole) {
            views.forEach(view -> torn.add(view.file()));
            problem = Optional.of(new Verdict.FrameProblem(
                    Outcome.MISSING_FRAMES, "frame " + frame + " is not whole: " + notWhole.getMessage()));
        } catch (IOException failure) {
            note("frame " + frame, failure);
        }
    }

    private void note(String frame, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        Outcome outcome = message.contains("No space left") ? Outcome.DISK_FULL : Outcome.CANNOT_WRITE;
        String sentence = frame + " cannot be moved into place: " + message;
        LOG.errorf("task %s: %s", claim.task(), sentence);
        problem = Optional.of(new Verdict.FrameProblem(outcome, sentence));
    }
}
