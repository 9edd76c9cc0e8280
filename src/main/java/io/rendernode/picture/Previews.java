package io.rendernode.picture;

import io.rendernode.attempt.BlenderSetup;
import io.rendernode.attempt.FrameFolder;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.task.TaskConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

    private final BlenderSetup blender;
    private final Oiiotool oiiotool;
    private final PreviewFolder folder;
    private final Map<String, CompletableFuture<Path>> underWay = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            AT_ONCE, AT_ONCE, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
                Thread thread = new Thread(work, "preview");
                thread.setDaemon(true);
                return thread;
            });

    Previews(PreviewConfig config, TaskConfig tasks, BlenderSetup blender, Oiiotool oiiotool) {
        this.blender = blender;
        this.oiiotool = oiiotool;
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
     * Gives the preview's file, made if it is not there; one that two ask for is made once.
     *
     * @param name what tells it from all others, of letters and digits
     * @param side the most pixels of the longer side
     * @return fails with a {@link ProblemException} where it cannot be made, or there is no turn for it soon
     * @throws ProblemException if there is no oiiotool
     */
    CompletableFuture<Path> of(Oiiotool.Picture picture, String name, int side, PreviewKind kind) {
        String fileName = name + "." + kind.extension();
        Optional<Path> kept = folder.find(fileName);
        if (kept.isPresent()) {
            return CompletableFuture.completedFuture(kept.get());
        }
        oiiotool.program();
        CompletableFuture<Path> mine = new CompletableFuture<>();
        CompletableFuture<Path> others = underWay.putIfAbsent(fileName, mine);
        if (others != null) {
            return others.copy();
        }
        Runnable work = () -> {
            try {
                mine.complete(make(picture, fileName, side));
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

    private Path make(Oiiotool.Picture picture, String fileName, int side) throws IOException, InterruptedException {
        Path home = blender.home();
        try {
            return folder.keep(oiiotool.show(picture, home, fileName, side, running -> {}), fileName);
        } catch (Oiiotool.UnshownException unshown) {
            throw new ProblemException(Problem.NO_PREVIEW, unshown.getMessage());
        } finally {
            FrameFolder.delete(home);
        }
    }
}
