package io.rendernode.attempt;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.blender.BlenderOutput;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ProcessExit;
import io.rendernode.scene.BlendFolder;
import io.rendernode.scene.SceneReport;
import io.rendernode.scene.SceneStore;
import io.rendernode.scene.SceneStore.Known;
import io.rendernode.store.Database;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Asks Blender what is in a scene, without rendering it, under the same limits and in the same room as a render: one scene
 * at a time, beside the slots. What it says is kept for as long as the file stays what it is.
 */
@ApplicationScoped
public class SceneReports {
    private static final Logger LOG = Logger.getLogger(SceneReports.class);

    private final TaskConfig config;
    private final BlenderSetup blender;
    private final HeldProcesses processes;
    private final BlendFolder scenes;
    private final SceneStore store;
    private final boolean othersMayAsk;
    private final Semaphore turn = new Semaphore(1, true);

    SceneReports(
            TaskConfig config,
            BlenderSetup blender,
            HeldProcesses processes,
            BlendFolder scenes,
            SceneStore store,
            Database database) {
        this.othersMayAsk = database.isShared() && config.slots() > 0;
        this.config = config;
        this.blender = blender;
        this.processes = processes;
        this.scenes = scenes;
        this.store = store;
    }

    /**
     * What is in a scene.
     *
     * @param scene its path below the blend folder
     * @param patience how long to wait for other scenes' turn
     * @return empty where it is not known yet: this node renders nothing, and has asked those that do, or others are first
     * @throws BlendFolder.NoSceneException if there is no such scene
     */
    public Optional<Known> of(String scene, Duration patience) throws InterruptedException {
        String path = scenes.check(scene);
        Optional<Known> known = known(path);
        if (known.isPresent()) {
            return known;
        }
        if (config.slots() == 0) {
            store.want(path);
            return Optional.empty();
        }
        return turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS) ? inTurn(path) : Optional.empty();
    }

    /** Makes a report that another node has asked for, if there is one and no other is being made. */
    public void makeWanted() throws InterruptedException {
        if (othersMayAsk && blender.problem().isEmpty() && turn.tryAcquire()) {
            try {
                for (Optional<String> path = store.takeWanted(); path.isPresent(); path = store.takeWanted()) {
                    make(path.get());
                }
            } finally {
                turn.release();
            }
        }
    }

    private Optional<Known> inTurn(String path) throws InterruptedException {
        try {
            Optional<Known> known = known(path);
            return known.isPresent() ? known : Optional.of(make(path));
        } finally {
            turn.release();
        }
    }

    private Optional<Known> known(String path) {
        return scenes.identity(path).flatMap(identity -> store.find(path, identity));
    }

    private Known make(String path) throws InterruptedException {
        // Before Blender reads it: what changes meanwhile is asked for anew.
        Optional<String> identity = scenes.identity(path);
        Known known = ask(path);
        identity.ifPresent(was -> store.keep(path, was, known));
        return known;
    }

    private Known ask(String path) throws InterruptedException {
        AtomicReference<SceneReport> report = new AtomicReference<>();
        AtomicReference<BlenderEvent.Failure> failure = new AtomicReference<>();
        BlenderOutput output = new BlenderOutput();
        Path home = null;
        try {
            home = Files.createTempDirectory(Path.of(config.dataDir()).toAbsolutePath(), "report");
            ChildProcess process = processes.hold();
            try {
                process.start(
                        blender.reportCommand(path, home),
                        line -> output.read(line).ifPresent(event -> {
                            if (event instanceof BlenderEvent.Scene told) {
                                SceneReport.parse(told.report()).ifPresent(report::set);
                            } else if (event instanceof BlenderEvent.Failure next) {
                                failure.accumulateAndGet(
                                        next, (first, later) -> first == null ? later : first.orMoreTelling(later));
                            }
                        }));
                ProcessExit exit = process.exit().get(config.stallTimeout().toMillis(), TimeUnit.MILLISECONDS);
                return known(report.get(), failure.get(), exit);
            } finally {
                process.stop(Duration.ZERO);
            }
        } catch (TimeoutException stalled) {
            return new Known(null, "Blender did not load it within RENDER_STALL_TIMEOUT");
        } catch (BlendFolder.NoSceneException changed) {
            return new Known(null, changed.getMessage());
        } catch (IOException | ExecutionException failed) {
            LOG.errorf(failed, "scene %s cannot be asked about", path);
            return new Known(null, "the node could not go on: " + failed);
        } finally {
            if (home != null) {
                FrameFolder.delete(home);
            }
        }
    }

    private static Known known(SceneReport report, BlenderEvent.Failure failure, ProcessExit exit) {
        if (report != null) {
            return new Known(report, null);
        }
        return new Known(null, failure == null ? "Blender ended with " + exit.describe() : failure.message());
    }
}
