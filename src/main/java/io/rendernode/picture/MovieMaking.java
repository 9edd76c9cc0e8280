package io.rendernode.picture;

import io.rendernode.attempt.FrameFolder;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ProcessExit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * One movie that is made, or waits for its turn, in a folder of its own: frame after frame is shown by oiiotool and given to
 * ffmpeg, so that one picture at a time takes room.
 */
final class MovieMaking {
    private static final Logger LOG = Logger.getLogger(MovieMaking.class);

    /** The most pixels of its longer side: what every device plays. */
    static final int SIDE = 1920;

    /** For so long nobody may have asked for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long ffmpeg may take for a frame, or for its end, when it moves all of the file once. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Bytes that are left to others, the store among them, or a twentieth of a smaller disk. */
    private static final long LEAST_FREE = 256L << 20;

    private final String request;
    private final String name;
    private final FrameRate rate;
    private final List<Frame> frames;

    // Guarded by this.
    private final Set<ChildProcess> processes = new HashSet<>();

    private volatile int done;
    private volatile long askedAt = System.nanoTime();

    // Null as long as it waits for its turn.
    private volatile Long steppedAt;

    private volatile boolean canceled;
    private volatile boolean stuck;

    /**
     * A frame.
     *
     * @param picture gives it when it is its turn; throws where another has taken its place
     */
    record Frame(int number, Supplier<Oiiotool.Picture> picture) {}

    /** What it is made with. */
    interface Workshop {
        /** Shows a picture in a folder, by a process that may be stopped. */
        Path show(Oiiotool.Picture picture, Path home, Consumer<ChildProcess> running)
                throws IOException, InterruptedException, Oiiotool.UnshownException;

        /** A process that is to become ffmpeg. */
        ChildProcess hold() throws IOException;

        /** What it becomes: ffmpeg, in a room where it may write that folder. */
        List<String> command(FrameRate rate, MovieCommand.Size first, Path movie) throws IOException;
    }

    /**
     * Takes what is asked for.
     *
     * @param request what a client says again to get it: the job, and how it is to be
     * @param name tells this movie from all others
     * @param frames at least one
     */
    MovieMaking(String request, String name, FrameRate rate, List<Frame> frames) {
        this.request = request;
        this.name = name;
        this.rate = rate;
        this.frames = List.copyOf(frames);
    }

    String request() {
        return request;
    }

    String name() {
        return name;
    }

    /** How many frames are in it so far. */
    int done() {
        return done;
    }

    /** How many frames it will have. */
    int total() {
        return frames.size();
    }

    /** Somebody asks for it. */
    void ask() {
        askedAt = System.nanoTime();
    }

    /** Whether nobody has asked for it for too long. */
    boolean isAbandoned() {
        return canceled || System.nanoTime() - askedAt > PATIENCE.toNanos();
    }

    /** Ends it where nobody wants it, or where it does not go on. */
    void watch() {
        Long step = steppedAt;
        stuck |= step != null && System.nanoTime() - step > LIMIT.toNanos();
        if (stuck || isAbandoned()) {
            cancel();
        }
    }

    /** Ends it: its processes are killed, what waits for them goes on to clear up. */
    synchronized void cancel() {
        canceled = true;
        processes.forEach(process -> process.stop(Duration.ZERO));
    }

    private synchronized void running(ChildProcess process) {
        processes.removeIf(ended -> ended.exit().isDone());
        processes.add(process);
        if (canceled) {
            process.stop(Duration.ZERO);
        }
    }

    /**
     * Makes it, which takes its time.
     *
     * @param home an empty folder for this movie alone
     * @param mostBytes how large it may become
     * @return its file in that folder
     * @throws ProblemException if it cannot be made, or is no longer wanted
     */
    Path make(Path home, long mostBytes, Workshop workshop) throws InterruptedException {
        steppedAt = System.nanoTime();
        Path movie = home.resolve("ffmpeg/movie.mp4");
        try {
            Files.createDirectory(movie.getParent());
            write(movie, home, mostBytes, workshop);
            return movie;
        } catch (IOException failure) {
            if (!canceled) {
                requireRoom(home);
                LOG.error("a movie cannot be made", failure);
            }
            throw new ProblemException(
                    Problem.NO_MOVIE,
                    stuck
                            ? "it did not go on for " + LIMIT.toMinutes() + " minutes"
                            : canceled ? "nobody has asked for it" : "the node could not go on");
        }
    }

    private void write(Path movie, Path home, long mostBytes, Workshop workshop)
            throws IOException, InterruptedException {
        AtomicReference<String> said = new AtomicReference<>("");
        AtomicInteger encoded = new AtomicInteger();
        ChildProcess ffmpeg = workshop.hold();
        running(ffmpeg);
        try {
            OutputStream input = null;
            for (int i = 0; i < frames.size(); i++) {
                requireRoom(home);
                Path folder = Files.createDirectory(home.resolve("oiiotool"));
                Path shown = show(frames.get(i), folder, workshop);
                if (input == null) {
                    List<String> command = workshop.command(rate, size(shown), movie);
                    input = ffmpeg.startToFeed(
                            command,
                            line -> MovieCommand.encoded(line).ifPresentOrElse(encoded::set, () -> {
                                if (!line.matches("\\w+=.*")) {
                                    said.compareAndSet("", line);
                                }
                            }));
                }
                feed(shown, input);
                FrameFolder.delete(folder);
                done = i + 1;
                steppedAt = System.nanoTime();
                if (Files.exists(movie) && Files.size(movie) > mostBytes) {
                    throw new ProblemException(Problem.NO_MOVIE, "it would be larger than RENDER_MOVIE_BYTES allows");
                }
            }
            input.close();
            ProcessExit exit = ffmpeg.exit().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (!exit.isSuccess() || encoded.get() != done || !Files.isRegularFile(movie, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("ffmpeg wrote " + encoded + " of " + done + " frames, " + exit.describe());
            }
        } catch (IOException | ExecutionException | TimeoutException failure) {
            throw new IOException("ffmpeg said: " + said.get(), failure);
        } finally {
            ffmpeg.stop(Duration.ZERO);
        }
    }

    /** A frame that cannot be shown is not left out: the movie would seem to be whole. */
    private Path show(Frame frame, Path folder, Workshop workshop) throws IOException, InterruptedException {
        try {
            return workshop.show(frame.picture().get(), folder, this::running);
        } catch (Oiiotool.UnshownException unshown) {
            if (canceled) {
                throw new IOException(unshown);
            }
            requireRoom(folder);
            throw new ProblemException(Problem.NO_MOVIE, "frame " + frame.number() + ": " + unshown.getMessage());
        }
    }

    private static MovieCommand.Size size(Path shown) throws IOException {
        try (InputStream picture = Files.newInputStream(shown, LinkOption.NOFOLLOW_LINKS)) {
            return MovieCommand.Size.read(picture);
        }
    }

    private static void feed(Path shown, OutputStream input) throws IOException {
        try (InputStream picture = Files.newInputStream(shown, LinkOption.NOFOLLOW_LINKS)) {
            picture.transferTo(input);
            input.flush();
        }
    }

    /** Before the disk is full, not in the middle of what others write. */
    private static void requireRoom(Path folder) {
        try {
            FileStore disk = Files.getFileStore(folder);
            if (disk.getUsableSpace() < Math.min(LEAST_FREE, disk.getTotalSpace() / 20)) {
                throw new ProblemException(Problem.NO_SPACE, "DATA_DIR is nearly full, which a movie is made in");
            }
        } catch (IOException unknown) {
            LOG.debugf(unknown, "how much room there is cannot be found out");
        }
    }
}
