package io.rendernode.attempt;

import io.rendernode.store.TaskId;
import io.rendernode.store.TaskStore;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folders of all tasks that this node has rendered for. A task that ends here takes its folder with it; one that is
 * canceled while it waits, or that another node ends, leaves it behind.
 */
@ApplicationScoped
public class WorkFolders {
    private static final Pattern TASK_FOLDER = Pattern.compile("\\d{1,18}-\\d{1,9}");

    private final TaskStore tasks;
    private final RunningTasks running;
    private final TaskConfig config;

    WorkFolders(TaskStore tasks, RunningTasks running, TaskConfig config) {
        this.tasks = tasks;
        this.running = running;
        this.config = config;
    }

    /**
     * Removes the folders of tasks that have ended, or are forgotten, and do not run here.
     *
     * @throws IOException if it cannot be found out which folders there are
     */
    public void removeEnded() throws IOException {
        Path work = Path.of(config.dataDir()).resolve("work");
        if (!Files.isDirectory(work)) {
            return;
        }
        List<Path> folders;
        try (Stream<Path> found = Files.list(work)) {
            folders = found.toList();
        }
        for (Path folder : folders) {
            String name = folder.getFileName().toString();
            if (TASK_FOLDER.matcher(name).matches()) {
                removeIfEnded(TaskId.of(name));
            }
        }
    }

    private void removeIfEnded(TaskId task) {
        boolean open =
                tasks.find(task).filter(found -> !found.state().isFinal()).isPresent();
        // In this order: a task that has ended is never entered again.
        if (!open && !running.contains(task)) {
            FrameFolder.of(Path.of(config.dataDir()), task).delete();
        }
    }
}
