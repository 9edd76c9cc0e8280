package io.rendernode.frame;

import io.rendernode.image.ImageCheck;
import io.rendernode.image.ImageType;
import io.rendernode.image.TornImageException;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Frame;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Outcome;
import io.rendernode.store.Sql;
import io.rendernode.store.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The one way by which a file that Blender wrote becomes a frame that counts: checked, in place, on record. */
@ApplicationScoped
public class FrameIntake {
    /**
     * A store cuts a connection that says nothing inside a transaction for 10 s: another node may then own the task. This
     * is long enough for a slow disk, and leaves the move itself the rest.
     */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(5);

    private final FrameFiles files;
    private final Sql sql;
    private final Claims claims;
    private final FrameStore frames;
    private final Event<FrameStored> stored;
    private final Event<FrameRefused> refused;

    FrameIntake(
            FrameFiles files,
            Sql sql,
            Claims claims,
            FrameStore frames,
            Event<FrameStored> stored,
            Event<FrameRefused> refused) {
        this.files = files;
        this.sql = sql;
        this.claims = claims;
        this.frames = frames;
        this.stored = stored;
        this.refused = refused;
    }

    /**
     * A file of a frame, as Blender wrote it.
     *
     * @param file where it is
     * @param suffix what the eye's file name ends with, or empty
     */
    public record View(Path file, String suffix) {}

    /**
     * A frame that Blender says it has written.
     *
     * @param claim the claim under which it was rendered
     * @param attempt the attempt's number
     * @param frame the frame's number
     * @param views all its files
     * @param pattern how its files are to be called
     * @param seconds how long it rendered, or null
     */
    public record Arrival(
            Claim claim, int attempt, int frame, List<View> views, FramePattern pattern, Double seconds) {}

    /**
     * A frame counts from now on.
     *
     * @param job its job
     * @param frame its number
     * @param seconds how long it rendered, or null
     * @param bytes the size of its files together
     */
    public record FrameStored(long job, int frame, Double seconds, long bytes) {}

    /**
     * A frame that Blender wrote does not count.
     *
     * @param outcome the kind of reason
     */
    public record FrameRefused(Outcome outcome) {}

    /** Tells that a frame does not count, for a reason of that kind. */
    public void refused(Outcome outcome) {
        refused.fire(new FrameRefused(outcome));
    }

    /**
     * Takes a frame over. It counts when this returns; where it throws, nothing has changed and the files are where they
     * were, so that it can be called again. A frame that counts already stays as it is.
     *
     * @throws TornImageException if a file is not whole
     * @throws IOException if the files cannot be moved into place
     * @throws Claims.LostClaimException if the task belongs to another claim by now
     * @throws StoreException if the store does not answer, or too late: call again
     */
    public void accept(Arrival arrival) throws TornImageException, IOException {
        List<StagedFile> staged = new ArrayList<>();
        try {
            for (View view : arrival.views()) {
                ImageType type = ImageCheck.check(view.file());
                String name = arrival.pattern().fileName(arrival.frame(), type, view.suffix());
                staged.add(files.stage(view.file(), name));
            }
            record(arrival, staged);
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        } finally {
            staged.forEach(StagedFile::discard);
        }
        for (View view : arrival.views()) {
            Files.deleteIfExists(view.file());
        }
    }

    private void record(Arrival arrival, List<StagedFile> staged) {
        Claim claim = arrival.claim();
        long job = claim.task().job();
        List<Frame> inserted = sql.transaction(() -> {
            Stopwatch hold = new Stopwatch();
            claims.hold(claim);
            if (!frames.find(job, arrival.frame()).isEmpty()) {
                return List.<Frame>of();
            }
            List<Frame> placed = new ArrayList<>();
            for (int i = 0; i < staged.size(); i++) {
                requireHeld(hold);
                PublishedFile file = place(staged.get(i));
                placed.add(new Frame(
                        job,
                        arrival.frame(),
                        arrival.views().get(i).suffix(),
                        claim.task(),
                        arrival.attempt(),
                        file.name(),
                        file.sizeBytes(),
                        file.lastModified(),
                        file.inode(),
                        arrival.seconds(),
                        Instant.now()));
            }
            frames.insert(placed);
            return placed;
        });
        if (!inserted.isEmpty()) {
            long bytes = inserted.stream().mapToLong(Frame::sizeBytes).sum();
            stored.fire(new FrameStored(job, arrival.frame(), arrival.seconds(), bytes));
        }
    }

    /** This program may have stood still since it held the claim: the connection cannot tell, until it is used again. */
    private static void requireHeld(Stopwatch hold) {
        if (hold.elapsed().compareTo(LONGEST_HOLD) > 0) {
            throw new StoreException(new TimeoutException("the claim was held too long before a frame was in place"));
        }
    }

    private static PublishedFile place(StagedFile file) {
        try {
            return file.place();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
