package io.rendernode.picture;

import io.rendernode.attempt.BlenderSetup;
import io.rendernode.attempt.FrameFolder;
import io.rendernode.attempt.Rooms;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.process.ChildProcess;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.TaskConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Makes movies of frames, by ffmpeg, one at a time: whoever wants one asks again and again, and it is made as long as somebody
 * does.
 */
@ApplicationScoped
public class Movies {
    private static final Logger LOG = Logger.getLogger(Movies.class);

    /** How many wait for their turn. */
    private static final int MOST_WAITING = 4;

    /** How long it is remembered what became of one that is no longer made. */
    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    private static final Duration CLEARED_UP_WITHIN = Duration.ofSeconds(5);

    private final PreviewConfig config;
    private final HeldProcesses processes;
    private final BlenderSetup blender;
    private final Rooms rooms;
    private final Oiiotool oiiotool;
    private final PreviewFolder folder;

    // Guarded by this, by the request.
    private final Map<String, MovieMaking> underWay = new HashMap<>();
    private final Map<String, Outcome> ended = new HashMap<>();

    private final ThreadPoolExecutor worker =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
                Thread thread = new Thread(work, "movie");
                thread.setDaemon(true);
                return thread;
            });

    Movies(
            PreviewConfig config,
            TaskConfig tasks,
            HeldProcesses processes,
            BlenderSetup blender,
            Rooms rooms,
            Oiiotool oiiotool) {
        this.config = config;
        this.processes = processes;
        this.blender = blender;
        this.rooms = rooms;
        this.oiiotool = oiiotool;
        this.folder = new PreviewFolder(
                Path.of(tasks.dataDir(), "movies").toAbsolutePath(),
                config.movieBytes().asLongValue());
        worker.allowCoreThreadTimeOut(true);
    }

    /**
     * How far a movie is.
     *
     * @param name tells it from all others
     * @param file null while it is made
     */
    record State(String name, Path file, int framesDone, int framesTotal) {}

    /** What became of a movie: it is there where it did not fail. */
    private record Outcome(String name, RuntimeException failure, long at) {}

    @PreDestroy
    void close() throws InterruptedException {
        synchronized (this) {
            worker.shutdown();
            worker.getQueue().clear();
            underWay.values().forEach(MovieMaking::cancel);
        }
        if (!worker.awaitTermination(CLEARED_UP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            worker.shutdownNow();
        }
    }

    /**
     * The movie that is made for that request, or has just been: of the frames that were finished when it was first asked
     * for. Such a one is given once, since a job that goes on has others by now.
     */
    synchronized Optional<State> asked(String request) {
        long now = System.nanoTime();
        ended.values().removeIf(outcome -> now - outcome.at() > REMEMBERED.toNanos());
        MovieMaking making = underWay.get(request);
        if (making != null) {
            making.ask();
            return Optional.of(state(making));
        }
        Outcome outcome = ended.get(request);
        if (outcome == null || outcome.failure() != null) {
            return Optional.empty();
        }
        ended.remove(request);
        return kept(outcome.name());
    }

    private static State state(MovieMaking making) {
        return new State(making.name(), null, making.done(), making.total());
    }

    private Optional<State> kept(String name) {
        return folder.find(fileName(name)).map(file -> new State(name, file, 0, 0));
    }

    /** What it is called where it is kept. */
    private static String fileName(String name) {
        return name + ".mp4";
    }

    /**
     * Gives a movie, or begins to make it where it is not there.
     *
     * @throws ProblemException if it cannot be made, a program for it is missing, or too many wait
     */
    synchronized State of(MovieMaking wanted) {
        Optional<State> there = kept(wanted.name()).or(() -> asked(wanted.request()));
        if (there.isPresent()) {
            return there.get();
        }
        Outcome outcome = ended.get(wanted.request());
        if (outcome != null && outcome.name().equals(wanted.name())) {
            throw outcome.failure();
        }
        oiiotool.program();
        ffmpeg();
        Runnable work = () -> make(wanted);
        try {
            worker.execute(work);
        } catch (RejectedExecutionException full) {
            throw new ProblemException(Problem.MOVIES_BUSY);
        }
        underWay.put(wanted.request(), wanted);
        watch(wanted, work);
        return state(wanted);
    }

    private Path ffmpeg() {
        return Tools.find(config.ffmpegPath(), "ffmpeg (RENDER_FFMPEG_PATH), which makes movies");
    }

    /** Once a second, as long as it is made: one that nobody asks for leaves the line as well. */
    private void watch(MovieMaking making, Runnable work) {
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> {
            making.watch();
            if (making.isAbandoned() && worker.remove(work)) {
                end(making, null);
            }
            if (isUnderWay(making)) {
                watch(making, work);
            }
        });
    }

    private synchronized boolean isUnderWay(MovieMaking making) {
        return making.equals(underWay.get(making.request()));
    }

    private synchronized void end(MovieMaking making, Outcome outcome) {
        underWay.remove(making.request(), making);
        if (outcome != null && !making.isAbandoned()) {
            ended.put(making.request(), outcome);
        }
    }

    private void make(MovieMaking making) {
        RuntimeException failure = null;
        try {
            if (folder.find(fileName(making.name())).isEmpty() && !making.isAbandoned()) {
                makeAndKeep(making);
            }
        } catch (RuntimeException problem) {
            failure = problem;
        } catch (IOException | InterruptedException | Error problem) {
            LOG.error("a movie cannot be made", problem);
            failure = new ProblemException(Problem.NO_MOVIE, "the node could not go on");
        } finally {
            end(making, new Outcome(making.name(), failure, System.nanoTime()));
        }
    }

    private void makeAndKeep(MovieMaking making) throws IOException, InterruptedException {
        Path home = blender.home();
        try {
            Path movie = making.make(home, config.movieBytes().asLongValue(), new Tooling());
            folder.keep(movie, fileName(making.name()));
        } finally {
            FrameFolder.delete(home);
        }
    }

    /** This node's programs. */
    private final class Tooling implements MovieMaking.Workshop {
        @Override
        public Path show(Oiiotool.Picture picture, Path home, Consumer<ChildProcess> running)
                throws IOException, InterruptedException, Oiiotool.UnshownException {
            return oiiotool.show(picture, home, "shown." + MovieCommand.PICTURE, MovieMaking.SIDE, running);
        }

        @Override
        public ChildProcess hold() throws IOException {
            return processes.hold();
        }

        @Override
        public List<String> command(FrameRate rate, MovieCommand.Size first, Path movie) throws IOException {
            Path program = ffmpeg();
            List<String> command = new ArrayList<>(Tools.AFTER_BLENDER);
            command.addAll(rooms.enterAsTool(
                    Tools.reads(program), movie.getParent(), MovieCommand.arguments(program, rate, first, movie)));
            return command;
        }
    }
}
