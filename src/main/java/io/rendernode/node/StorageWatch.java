package io.rendernode.node;

import io.rendernode.attempt.BlenderSetup;
import io.rendernode.attempt.WorkFolders;
import io.rendernode.frame.FrameConfig;
import io.rendernode.frame.FrameIntake.FrameRefused;
import io.rendernode.frame.FrameIntake.FrameStored;
import io.rendernode.frame.WritableFolder;
import io.rendernode.queue.RenderQueue;
import io.rendernode.store.Outcome;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskEvents;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Keeps the node from claiming tasks while it cannot render or write frames, and lets it go on when it can again. */
@ApplicationScoped
public class StorageWatch {
    private static final Logger LOG = Logger.getLogger(StorageWatch.class);

    private final WritableFolder output;
    private final WritableFolder data;
    private final BlenderSetup blender;
    private final RenderQueue queue;
    private final RunningTasks running;
    private final WorkFolders folders;
    private volatile String problem;

    StorageWatch(
            FrameConfig frameConfig,
            TaskConfig taskConfig,
            BlenderSetup blender,
            RenderQueue queue,
            RunningTasks running,
            WorkFolders folders) {
        this.output = new WritableFolder("OUTPUT_DIR", Path.of(frameConfig.outputDir()));
        this.data = new WritableFolder("DATA_DIR", Path.of(taskConfig.dataDir()));
        this.blender = blender;
        this.queue = queue;
        this.running = running;
        this.folders = folders;
    }

    /** Looks now, and pauses or resumes the node's claims. */
    synchronized void look() {
        long waiting = output.sharesDiskWith(data) ? 0 : folders.bytes();
        Optional<String> found =
                blender.problem().or(() -> output.problem(waiting)).or(() -> data.problem(0));
        String before = problem;
        problem = found.orElse(null);
        if (problem != null) {
            if (before == null && !blender.version().isEmpty()) {
                LOG.error(problem + "; no task is claimed until that is better");
            }
            queue.pause();
        } else if (before != null) {
            LOG.info("tasks can be rendered now");
            if (!running.isDraining()) {
                queue.resume();
            }
        }
    }

    /** Why no task is claimed now, or nothing where tasks are. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Bytes free for frames. */
    public long outputFreeBytes() {
        return output.freeBytes();
    }

    /** A frame found no room, or no way: look at once, before the next try. */
    void refused(@Observes FrameRefused frame) {
        look();
    }

    void ended(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskEvents.AttemptEnded attempt) {
        if (attempt.result().outcome() == Outcome.DISK_FULL) {
            look();
        }
    }

    void stored(@Observes FrameStored frame) {
        output.sawFrame(frame.bytes());
        data.sawFrame(frame.bytes());
    }
}
