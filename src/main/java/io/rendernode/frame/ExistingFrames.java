package io.rendernode.frame;

import io.rendernode.image.ImageCheck;
import io.rendernode.image.ImageType;
import io.rendernode.image.TornImageException;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.FrameStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Counts frames that are in the output folder already, for {@code skipExisting}. Only whole files of one view: how many
 * views a scene has is known only once Blender has loaded it.
 */
@ApplicationScoped
public class ExistingFrames {
    private static final Logger LOG = Logger.getLogger(ExistingFrames.class);

    private static final Duration STEP = Duration.ofSeconds(1);
    private static final int MOST_IN_STEP = 100;

    private final OutputFiles files;
    private final Claims claims;
    private final FrameStore frames;

    ExistingFrames(OutputFiles files, Claims claims, FrameStore frames) {
        this.files = files;
        this.claims = claims;
        this.frames = frames;
    }

    /**
     * Lets each of the frames count whose file is in the output folder and whole. What is found is recorded in steps of
     * a second or {@value #MOST_IN_STEP} frames.
     *
     * @param type the format that the job asks for, or null for any
     * @param missing the frames that do not count yet; those found are removed from it
     * @param stop is asked before each step whether the rest is to be left
     * @throws Claims.LostClaimException if the task belongs to another claim by now
     */
    public void count(Claim claim, FramePattern pattern, ImageType type, Set<Integer> missing, BooleanSupplier stop) {
        List<Integer> there = new ArrayList<>(missing);
        // What is there of these is what they are to replace.
        there.removeAll(frames.stale(claim.task()));
        Iterator<Integer> each = there.iterator();
        while (each.hasNext() && !stop.getAsBoolean()) {
            Map<Integer, PublishedFile> found = new TreeMap<>();
            Stopwatch step = new Stopwatch();
            while (each.hasNext()
                    && found.size() < MOST_IN_STEP
                    && step.elapsed().compareTo(STEP) < 0) {
                int frame = each.next();
                find(pattern, type, frame).ifPresent(file -> found.put(frame, file));
            }
            claims.transaction(claim, () -> {
                found.forEach(
                        (frame, file) -> frames.insert(List.of(file.asFrame(frame, "", "", claim.task(), 0, null))));
                return found;
            });
            missing.removeAll(found.keySet());
        }
    }

    private Optional<PublishedFile> find(FramePattern pattern, ImageType wanted, int frame) {
        for (ImageType type : ImageType.values()) {
            if (wanted == null || wanted == type) {
                String name = pattern.fileName(frame, type, "");
                try {
                    Optional<PublishedFile> file = files.find(name);
                    if (file.isPresent() && ImageCheck.check(files.resolve(name)) == type) {
                        return file;
                    }
                } catch (TornImageException | IOException unusable) {
                    LOG.debugf("%s does not count: %s", name, unusable.getMessage());
                }
            }
        }
        return Optional.empty();
    }
}
