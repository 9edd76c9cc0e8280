package io.rendernode.attempt;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.blender.BlenderOutput;
import io.rendernode.blender.FailureKind;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ProcessExit;
import io.rendernode.scene.BlendFolder;
import io.rendernode.scene.SceneReport;
import io.rendernode.scene.SceneStore;
import io.rendernode.scene.SceneStore.Known;
import io.rendernode.scene.WarningCode;
import io.rendernode.store.Database;
import io.rendernode.store.Job;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

    /** How long a failure is told that may be the node's own. */
    private static final Duration UNTIL_NEXT_TRY = Duration.ofMinutes(1);

    /** How many calls wait at once, and how long for the scenes of others. */
    private static final int MOST_CALLERS = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final TaskConfig config;
    private final BlenderSetup blender;
    private final BlenderCalls calls;
    private final HeldProcesses processes;
    private final BlendFolder scenes;
    private final SceneStore store;
    private final boolean othersMayAsk;
    private final Semaphore turn = new Semaphore(1, true);
    private final Semaphore callers = new Semaphore(MOST_CALLERS);

    SceneReports(
            TaskConfig config,
            BlenderSetup blender,
            BlenderCalls calls,
            HeldProcesses processes,
            BlendFolder scenes,
            SceneStore store,
            Database database) {
        this.othersMayAsk = database.isShared() && config.slots() > 0;
        this.config = config;
        this.blender = blender;
        this.calls = calls;
        this.processes = processes;
        this.scenes = scenes;
        this.store = store;
    }

    /**
     * What is in a scene, for a call that has one of the threads which all calls share.
     *
     * @param scene its path below the blend folder
     * @return empty where it is not known yet: this node renders nothing, and has asked those that do, or others are first
     * @throws BlendFolder.NoSceneException if there is no such scene
     */
    public Optional<Known> of(String scene) throws InterruptedException {
        String path = scenes.check(scene);
        Optional<Known> known = scenes.known(path, saidBy());
        if (known.isPresent()) {
            return known;
        }
        if (config.slots() == 0) {
            store.want(path);
            return Optional.empty();
        }
        if (!callers.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return inTurn(path, scenes.identity(path), PATIENCE);
        } finally {
            callers.release();
        }
    }

    /** Whether the place is there that a job's scene is in. */
    public boolean isPlaceThere(Job job) {
        return scenes.isThere(job.sceneFile());
    }

    /**
     * Whether a scene's frames are whole with their own files alone: no File Output node writes beside them. A scene that
     * cannot be asked about is not.
     */
    public boolean areWholeAlone(Job job) throws InterruptedException {
        String scene = job.spec().blend();
        Optional<String> identity = scenes.identity(scene, job.sceneFile());
        return identity.isPresent()
                && inTurn(scene, identity, config.stallTimeout())
                        .map(Known::report)
                        .filter(report -> !report.has(WarningCode.FILE_OUTPUT))
                        .isPresent();
    }

    /** Makes a report that another node has asked for, if there is one and no other is being made. */
    public void makeWanted() throws InterruptedException {
        if (othersMayAsk && blender.problem().isEmpty() && turn.tryAcquire()) {
            try {
                for (Optional<String> path = store.takeWanted(); path.isPresent(); path = store.takeWanted()) {
                    make(path.get(), scenes.identity(path.get()));
                }
            } finally {
                turn.release();
            }
        }
    }

    private Optional<Known> inTurn(String path, Optional<String> identity, Duration patience)
            throws InterruptedException {
        if (!turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return Optional.empty();
        }
        try {
            Optional<Known> known = identity.flatMap(was -> store.find(path, was, saidBy()));
            return known.isPresent() ? known : Optional.of(make(path, identity));
        } finally {
            turn.release();
        }
    }

    /** Another Blender says other things; a node that renders nothing goes by any. */
    private String saidBy() {
        return config.slots() == 0 ? "" : blender.version();
    }

    /** What the file is was asked for before Blender reads it: what changes meanwhile is asked for anew. */
    private Known make(String path, Optional<String> identity) throws InterruptedException {
        Answer answer = ask(path, identity.orElse(null));
        Instant until = answer.lasting() ? null : Instant.now().plus(UNTIL_NEXT_TRY);
        identity.ifPresent(was -> store.keep(path, was, blender.version(), answer.known(), until));
        return answer.known();
    }

    /**
     * What became of a question.
     *
     * @param lasting whether the file alone decides it: it is asked about anew only when it has changed
     */
    private record Answer(Known known, boolean lasting) {
        static Answer failed(String reason) {
            return new Answer(new Known(null, reason), false);
        }
    }

    private Answer ask(String path, String identity) throws InterruptedException {
        AtomicReference<SceneReport> report = new AtomicReference<>();
        AtomicReference<BlenderEvent.Failure> failure = new AtomicReference<>();
        BlenderOutput output = new BlenderOutput();
        Path home = null;
        try {
            home = blender.home();
            ChildProcess process = processes.hold();
            try {
                process.start(
                        calls.report(path, identity, home),
                        line -> output.read(line).ifPresent(event -> {
                            if (event instanceof BlenderEvent.Scene told) {
                                SceneReport.parse(told.report()).ifPresent(report::set);
                            } else if (event instanceof BlenderEvent.Failure next) {
                                failure.accumulateAndGet(
                                        next, (first, later) -> first == null ? later : first.orMoreTelling(later));
                            }
                        }));
                ProcessExit exit = process.exit().get(config.stallTimeout().toMillis(), TimeUnit.MILLISECONDS);
                return answer(report.get(), failure.get(), exit);
            } finally {
                process.stop(Duration.ZERO);
            }
        } catch (TimeoutException stalled) {
            return Answer.failed("Blender did not load it within RENDER_STALL_TIMEOUT");
        } catch (BlendFolder.NoSceneException changed) {
            return Answer.failed(changed.getMessage());
        } catch (IOException | ExecutionException failed) {
            LOG.errorf(failed, "scene %s cannot be asked about", path);
            return Answer.failed("the node could not go on: " + failed);
        } finally {
            if (home != null) {
                FrameFolder.delete(home);
            }
        }
    }

    private static Answer answer(SceneReport report, BlenderEvent.Failure failure, ProcessExit exit) {
        if (report != null) {
            return new Answer(new Known(report, null), true);
        }
        return failure == null
                ? Answer.failed("Blender ended with " + exit.describe())
                : new Answer(new Known(null, failure.message()), failure.kind() == FailureKind.BAD_BLEND);
    }
}
