package io.rendernode.frame;

import io.rendernode.image.ImageCheck;
import io.rendernode.image.ImageType;
import io.rendernode.image.TornImageException;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Database;
import io.rendernode.store.FrameFile;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Outcome;
import io.rendernode.store.Sql;
import io.rendernode.store.StoreException;
import io.rendernode.store.TaskId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
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

    private final OutputFiles files;
    private final Sql sql;
    private final Claims claims;
    private final FrameStore frames;
    private final Database database;
    private final Event<FrameStored> stored;
    private final Event<FrameRefused> refused;

    FrameIntake(
            OutputFiles files,
            Sql sql,
            Claims claims,
            FrameStore frames,
            Database database,
            Event<FrameStored> stored,
            Event<FrameRefused> refused) {
        this.files = files;
        this.sql = sql;
        this.claims = claims;
        this.frames = frames;
        this.database = database;
        this.stored = stored;
        this.refused = refused;
    }

    /**
     * A file of a frame, as Blender wrote it.
     *
     * @param output the File Output node and its slot that wrote it, {@code node/slot}; empty for the frame itself
     * @param suffix what the eye's file name ends with, or empty
     */
    public record View(Path file, String output, String suffix) {}

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

    /** A frame that Blender wrote does not count, for a reason of that kind. */
    public record FrameRefused(Outcome outcome) {}

    /** Tells that a frame does not count, for a reason of that kind. */
    public void refused(Outcome outcome) {
        refused.fire(new FrameRefused(outcome));
    }

    /**
     * Checks a frame, moves its files into place and records it: it counts when this returns. Where it throws, its files
     * are where they were, so that it can be called again. A frame that counts already stays as it is.
     *
     * @throws TornImageException if a file is not whole, cannot be read, or is another's by a second name
     * @throws IOException if the files, which are whole, cannot be moved into place now; where they never can, for their
     *     name, its cause is a {@link NoPlaceException}
     * @throws Claims.LostClaimException if the task belongs to another claim by now
     * @throws StoreException if the store does not answer, or too late: call again
     */
    public void accept(Arrival arrival) throws TornImageException, IOException {
        List<ImageType> types = new ArrayList<>();
        for (View view : arrival.views()) {
            types.add(check(view.file()));
        }
        List<PartFile> staged = new ArrayList<>();
        try {
            for (int i = 0; i < types.size(); i++) {
                View view = arrival.views().get(i);
                String name = arrival.pattern().fileName(arrival.frame(), view.output(), types.get(i), view.suffix());
                files.requireOwn(view.file(), name);
                staged.add(files.stage(view.file(), name));
            }
            List<FrameFile> inserted = record(arrival, staged);
            if (!inserted.isEmpty()) {
                long bytes = inserted.stream().mapToLong(FrameFile::sizeBytes).sum();
                stored.fire(new FrameStored(arrival.claim().task().job(), arrival.frame(), arrival.seconds(), bytes));
            }
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        } finally {
            staged.forEach(PartFile::discard);
        }
        for (View view : arrival.views()) {
            PartFile.discard(view.file());
        }
    }

    private static ImageType check(Path file) throws TornImageException {
        try {
            return ImageCheck.check(file);
        } catch (IOException unreadable) {
            throw new TornImageException("it cannot be read: " + unreadable, 0);
        }
    }

    /**
     * In a fleet the claim is held while the files are moved: another node may have the task by now. A standalone node
     * has one claim on a task at a time, and moves them before: SQLite has one writer, who is not to wait for a disk. What
     * is in place but not on record, since the node died in between, is still in its private folder and comes again.
     */
    private List<FrameFile> record(Arrival arrival, List<PartFile> staged) {
        Claim claim = arrival.claim();
        if (database.isShared()) {
            return sql.transaction(() -> {
                Stopwatch hold = new Stopwatch();
                claims.hold(claim);
                return insert(place(arrival, staged, () -> requireHeld(hold)));
            });
        }
        claims.requireHeld(claim);
        List<FrameFile> placed = place(arrival, staged, () -> {});
        return claims.transaction(claim, () -> insert(placed));
    }

    private List<FrameFile> insert(List<FrameFile> placed) {
        frames.insert(placed);
        return placed;
    }

    private List<FrameFile> place(Arrival arrival, List<PartFile> staged, Runnable beforeEach) {
        TaskId task = arrival.claim().task();
        List<FrameFile> placed = new ArrayList<>();
        if (!frames.counts(task.job(), arrival.frame())) {
            for (int i = 0; i < staged.size(); i++) {
                beforeEach.run();
                View view = arrival.views().get(i);
                PublishedFile file = place(staged.get(i));
                placed.add(file.asFrame(
                        arrival.frame(), view.output(), view.suffix(), task, arrival.attempt(), arrival.seconds()));
            }
        }
        return placed;
    }

    /** This program may have stood still since it held the claim: the connection cannot tell, until it is used again. */
    private static void requireHeld(Stopwatch hold) {
        if (hold.elapsed().compareTo(LONGEST_HOLD) > 0) {
            throw new StoreException(new TimeoutException("the claim was held too long before a frame was in place"));
        }
    }

    private static PublishedFile place(PartFile file) {
        try {
            return file.place();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
