package io.rendernode.attempt;

import io.rendernode.frame.ExistingFrames;
import io.rendernode.frame.FrameIntake;
import io.rendernode.frame.FramePattern;
import io.rendernode.frame.OutputFiles;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.TaskId;
import io.rendernode.store.TaskStore;
import io.rendernode.task.NodeName;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskLifecycle.Assignment;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The folders of all tasks that this node has rendered for, and the way of what is in them into the output folder. A
 * task that ends here takes its folder with it; one that is canceled while it waits, or that another node ends, leaves
 * it behind.
 */
@ApplicationScoped
public class WorkFolders {
    private static final Logger LOG = Logger.getLogger(WorkFolders.class);
    private static final Pattern TASK_FOLDER = Pattern.compile("\\d{1,18}-\\d{1,9}");

    private final TaskConfig config;
    private final TaskStore tasks;
    private final AttemptStore attempts;
    private final RunningTasks running;
    private final FrameIntake intake;
    private final ExistingFrames existing;
    private final OutputFiles output;
    private volatile long bytes;

    WorkFolders(
            TaskConfig config,
            TaskStore tasks,
            AttemptStore attempts,
            RunningTasks running,
            FrameIntake intake,
            ExistingFrames existing,
            OutputFiles output) {
        this.output = output;
        this.config = config;
        this.tasks = tasks;
        this.attempts = attempts;
        this.running = running;
        this.intake = intake;
        this.existing = existing;
    }

    /** The task's folder, whether or not it is there. */
    public FrameFolder of(TaskId task) {
        return new FrameFolder(Path.of(config.dataDir()), task);
    }

    /** What stores the frames that an attempt of that number writes; frames stored leave the assignment's missing ones. */
    FrameHarvest harvest(Claim claim, int attempt, Assignment assignment) {
        FramePattern pattern = FramePattern.parse(assignment.job().spec().output());
        return new FrameHarvest(claim, attempt, pattern, of(claim.task()), intake, assignment.missing());
    }

    /**
     * What stores the frames that this node's newest attempt has left: others may have made attempts since. A frame that
     * is to be rendered anew is not one that was left there before that was asked for: it leaves the missing ones, too.
     */
    public FrameHarvest harvestOfLastAttempt(Claim claim, Assignment assignment) {
        int newest = attempts.newestNumber(claim.task(), NodeName.of(config));
        assignment.missing().removeAll(attempts.toRenderAnewAfter(claim.task(), newest));
        return harvest(claim, newest, assignment);
    }

    /**
     * Lets the frames count that are in the output folder already; they leave the assignment's missing ones.
     *
     * @param stop is asked again and again whether the rest is to be left
     */
    public void countExisting(Claim claim, Assignment assignment, BooleanSupplier stop) {
        existing.count(
                claim,
                FramePattern.parse(assignment.job().spec().output()),
                BlenderSetup.imageType(assignment.job().spec()),
                assignment.missing(),
                stop);
    }

    /** The size of all that is in the folders: the frames under way, and those that wait for their place. */
    public long bytes() {
        try (Stream<Path> all = Files.walk(Path.of(config.dataDir(), "work"))) {
            bytes = all.mapToLong(path -> path.toFile().length()).sum();
        } catch (IOException | UncheckedIOException changing) {
            LOG.debugf("the size of what waits is taken as before: %s", changing.getMessage());
        }
        return bytes;
    }

    /**
     * Removes the folders of tasks that have ended, or are forgotten, and do not run here.
     *
     * @throws IOException if it cannot be found out which folders there are
     */
    public void removeEnded() throws IOException {
        Path work = Path.of(config.dataDir(), "work");
        try (Stream<Path> found = Files.isDirectory(work) ? Files.list(work) : Stream.empty()) {
            found.map(folder -> folder.getFileName().toString())
                    .filter(TASK_FOLDER.asMatchPredicate())
                    .map(TaskId::of)
                    .forEach(this::removeIfEnded);
        }
    }

    /**
     * Removes what a node that died in the middle of a copy has left in the output folder.
     *
     * @param age files changed more lately than this stay
     */
    public void removeLeftovers(Duration age) throws IOException {
        output.removeLeftovers(age);
    }

    private void removeIfEnded(TaskId task) {
        // A task that has ended may be retried meanwhile.
        running.unlessEntered(task, () -> {
            if (tasks.find(task).filter(found -> !found.state().isFinal()).isEmpty()) {
                of(task).delete();
            }
        });
    }
}
