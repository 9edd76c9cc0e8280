package io.rendernode.picture;

import io.rendernode.attempt.BlenderSetup;
import io.rendernode.attempt.FrameFolder;
import io.rendernode.attempt.Rooms;
import io.rendernode.image.ExrChannels;
import io.rendernode.image.TornImageException;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ProcessExit;
import io.rendernode.scene.SceneReport;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.TaskConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Makes small pictures of frames, by oiiotool in a room of its own, a few at a time and at a lower priority than Blender:
 * whoever waits for one holds no thread.
 */
@ApplicationScoped
public class Previews {
    private static final Logger LOG = Logger.getLogger(Previews.class);

    private static final int AT_ONCE = 2;
    private static final int MOST_WAITING = 100;

    /** How long a call waits for its turn. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long oiiotool may take: an OpenEXR of 8192 by 8192 pixels takes it 20 s; a connection may be silent for 60. */
    private static final Duration LIMIT = Duration.ofSeconds(45);

    /** How much nicer than Blender it runs. */
    private static final List<String> AFTER_BLENDER = List.of("nice", "-n", "5");

    private final PreviewConfig config;
    private final HeldProcesses processes;
    private final BlenderSetup blender;
    private final Rooms rooms;
    private final PreviewFolder folder;
    private final Map<String, CompletableFuture<Path>> underWay = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            AT_ONCE, AT_ONCE, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
                Thread thread = new Thread(work, "preview");
                thread.setDaemon(true);
                return thread;
            });

    Previews(PreviewConfig config, TaskConfig tasks, HeldProcesses processes, BlenderSetup blender, Rooms rooms) {
        this.config = config;
        this.processes = processes;
        this.blender = blender;
        this.rooms = rooms;
        this.folder = new PreviewFolder(
                Path.of(tasks.dataDir(), "previews").toAbsolutePath(),
                config.previewBytes().asLongValue());
        workers.allowCoreThreadTimeOut(true);
    }

    @PreDestroy
    void close() {
        workers.shutdownNow();
        underWay.values()
                .forEach(waiting -> waiting.completeExceptionally(new ProblemException(Problem.PREVIEWS_BUSY)));
    }

    /** A short name for what a preview is made of: another name where any of that is another. */
    static String name(String made) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(made.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, digest.length / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * A frame to be shown.
     *
     * @param file where it is
     * @param linear whether its colours are linear, as in OpenEXR, and not yet for a display
     * @param view how its scene shows colours; null where nothing is known of it
     * @param isThere throws where another frame has taken its place
     */
    record Picture(Path file, boolean linear, SceneReport.View view, Runnable isThere) {}

    /**
     * Gives the preview's file, made if it is not there; one that two ask for is made once.
     *
     * @param name what tells it from all others, of letters and digits
     * @param side the most pixels of the longer side
     * @return fails with a {@link ProblemException} where it cannot be made, or there is no turn for it soon
     * @throws ProblemException if there is no oiiotool
     */
    CompletableFuture<Path> of(Picture picture, String name, int side, PreviewKind kind) {
        String fileName = name + "." + kind.extension();
        Optional<Path> kept = folder.find(fileName);
        if (kept.isPresent()) {
            return CompletableFuture.completedFuture(kept.get());
        }
        Path program = program(System.getenv().getOrDefault("PATH", ""))
                .orElseThrow(() -> new ProblemException(
                        Problem.NOT_INSTALLED, "oiiotool (RENDER_OIIOTOOL_PATH), which makes previews"));
        CompletableFuture<Path> mine = new CompletableFuture<>();
        CompletableFuture<Path> others = underWay.putIfAbsent(fileName, mine);
        if (others != null) {
            return others.copy();
        }
        Runnable work = () -> {
            try {
                mine.complete(make(program, picture, fileName, side));
            } catch (InterruptedException stopping) {
                mine.completeExceptionally(new ProblemException(Problem.PREVIEWS_BUSY));
            } catch (IOException failure) {
                LOG.error("a preview cannot be made", failure);
                mine.completeExceptionally(new ProblemException(Problem.NO_PREVIEW, "the node could not go on"));
            } catch (RuntimeException | Error failure) {
                mine.completeExceptionally(failure);
            }
        };
        var unused = mine.whenComplete((made, failure) -> underWay.remove(fileName, mine));
        try {
            workers.execute(work);
        } catch (RejectedExecutionException full) {
            mine.completeExceptionally(new ProblemException(Problem.PREVIEWS_BUSY));
        }
        CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (workers.remove(work)) {
                        mine.completeExceptionally(new ProblemException(Problem.PREVIEWS_BUSY));
                    }
                });
        return mine.copy();
    }

    private Optional<Path> program(String path) {
        String name = config.oiiotoolPath();
        Stream<Path> candidates = name.contains("/")
                ? Stream.of(Path.of(name).toAbsolutePath())
                : Stream.of(path.split(":", -1))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> Path.of(folder, name).toAbsolutePath());
        return candidates
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private Path make(Path program, Picture picture, String fileName, int side)
            throws IOException, InterruptedException {
        Path home = blender.home();
        try {
            // By a name of ours: oiiotool finds wildcards and expressions in names.
            Path frame = Files.createSymbolicLink(home.resolve("frame"), picture.file());
            Path preview = home.resolve(fileName);
            List<Path> readable =
                    new ArrayList<>(List.of(picture.file(), program.toRealPath().getParent()));
            Stream.of(program.toRealPath().resolveSibling("../lib").normalize())
                    .filter(Files::isDirectory)
                    .forEach(readable::add);
            Optional<PreviewCommand.Colours> colours =
                    picture.linear() ? Optional.of(colours(picture)) : Optional.empty();
            colours.ifPresent(found -> readable.add(found.configuration().getParent()));
            List<String> command = new ArrayList<>(AFTER_BLENDER);
            command.addAll(rooms.enterAsTool(
                    readable, home, PreviewCommand.arguments(program, frame, colours, side, preview)));
            picture.isThere().run();
            run(command, preview);
            picture.isThere().run();
            return folder.keep(preview, fileName);
        } catch (TornImageException | IllegalArgumentException unreadable) {
            throw new ProblemException(Problem.NO_PREVIEW, unreadable.getMessage());
        } finally {
            FrameFolder.delete(home);
        }
    }

    private PreviewCommand.Colours colours(Picture picture) throws IOException, TornImageException {
        Path configuration = rooms.colours()
                .orElseThrow(() -> new ProblemException(
                        Problem.NOT_INSTALLED,
                        "Blender's colour configuration (OCIO), which previews of OpenEXR need"));
        return new PreviewCommand.Colours(configuration, picture.view(), ExrChannels.ofPicture(picture.file()));
    }

    private void run(List<String> command, Path preview) throws IOException, InterruptedException {
        AtomicReference<String> said = new AtomicReference<>("");
        ChildProcess process = processes.hold();
        try {
            process.start(command, line -> said.compareAndSet("", line));
            ProcessExit exit = process.exit().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (!exit.isSuccess() || !Files.isRegularFile(preview)) {
                LOG.warnf("oiiotool made no preview (%s): %s", exit.describe(), said.get());
                throw new ProblemException(Problem.NO_PREVIEW, "oiiotool ended with " + exit.describe());
            }
        } catch (TimeoutException slow) {
            throw new ProblemException(
                    Problem.NO_PREVIEW, "oiiotool was not done with it after " + LIMIT.toSeconds() + " s");
        } catch (ExecutionException failed) {
            throw new IOException(failed);
        } finally {
            process.stop(Duration.ZERO);
        }
    }
}
