package io.rendernode.attempt;

import io.rendernode.blender.BlenderCommand;
import io.rendernode.blender.BlenderEngine;
import io.rendernode.blender.ImageFormat;
import io.rendernode.blender.RenderOrder;
import io.rendernode.blender.SceneSettings;
import io.rendernode.scene.BlendFolder;
import io.rendernode.scene.SentScenes;
import io.rendernode.store.Job;
import io.rendernode.store.RenderSpec;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskLifecycle.Assignment;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** How this node's Blender is called: for a task, for a report, to wait; each in a room of its own. */
@ApplicationScoped
public class BlenderCalls {
    private final TaskConfig config;
    private final BlenderSetup blender;
    private final BlendFolder scenes;
    private final SentScenes sent;
    private final Rooms rooms;

    BlenderCalls(TaskConfig config, BlenderSetup blender, BlendFolder scenes, SentScenes sent, Rooms rooms) {
        this.config = config;
        this.sent = sent;
        this.blender = blender;
        this.scenes = scenes;
        this.rooms = rooms;
    }

    /**
     * A call for a task.
     *
     * @param command what Blender is to do
     * @param readable what it may read
     * @param writable where it may write: the last is for its temporary files and its home
     */
    record Call(BlenderCommand command, List<Path> readable, List<Path> writable) {
        Path home() {
            return writable.get(writable.size() - 1);
        }
    }

    /**
     * How Blender is called for a task.
     *
     * @throws BlendFolder.NoSceneException if the scene is not what it was when the job was posted, is newer than this
     *     Blender, or asks for more than this node allows
     * @throws UncheckedIOException if something that Blender needs cannot be written
     */
    Call call(Assignment assignment, FrameFolder folder) {
        RenderSpec spec = assignment.job().spec();
        if (spec.scripts() && !rooms.mayRunScripts()) {
            throw new BlendFolder.NoSceneException("wants its scripts run, which this node does not (RENDER_AUTOEXEC)");
        }
        String was = assignment.job().sceneFile();
        if (spec.strict() && scenes.hasChanged(spec.blend(), was)) {
            throw new BlendFolder.NoSceneException("'" + spec.blend() + "' has changed since the job was posted");
        }
        try {
            List<Path> scripts = blender.scripts();
            BlenderCommand command = new BlenderCommand(
                    blender.binary(),
                    scenes.find(spec.blend(), was, blender.version()),
                    scripts,
                    folder.path().toAbsolutePath(),
                    settings(spec),
                    List.copyOf(assignment.missing()),
                    threads(),
                    config.cyclesDevice());
            return new Call(command, readable(spec.blend(), was, scripts), List.of(folder.path(), folder.temporary()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private SceneSettings settings(RenderSpec spec) {
        return new SceneSettings(
                Optional.ofNullable(spec.engine()).map(BlenderEngine::valueOf),
                Optional.ofNullable(spec.scene()),
                Optional.ofNullable(spec.camera()),
                number(spec.samples()),
                number(spec.resolution()),
                Optional.ofNullable(spec.denoise()),
                Optional.ofNullable(spec.format()).map(ImageFormat::valueOf),
                spec.strict(),
                spec.scripts() || rooms.alwaysRunsScripts(),
                !Boolean.FALSE.equals(spec.simulate()));
    }

    /**
     * The whole command line of a call.
     *
     * @param inFork whether a fork becomes it, which has its limits already
     * @throws UncheckedIOException if its room cannot be made
     */
    List<String> cold(Call call, boolean inFork) {
        try {
            List<String> arguments = call.command().arguments();
            return inFork
                    ? rooms.enterFromFork(call.readable(), call.writable(), arguments)
                    : rooms.enter(call.readable(), call.writable(), arguments);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * The order by which a fork of a waiting Blender does the same.
     *
     * @param keep whether it leaves a Blender behind that has the scene loaded
     * @throws UncheckedIOException if its room cannot be made
     */
    String order(Call call, boolean keep) {
        try {
            Optional<String> kept = keep
                    ? Optional.of(rooms.walls(waitingReads(call.readable()), List.of(work(), home()), true)
                            .orElse("false"))
                    : Optional.empty();
            return new RenderOrder(
                            call.command(),
                            rooms.walls(call.readable(), call.writable(), false),
                            Rooms.environment(call.home()),
                            kept,
                            cold(call, true))
                    .line();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * How a Blender is called that waits, of which every scene's Blender is a fork: it may read all scenes, and write to the
     * folders of all tasks.
     */
    List<String> waiting() throws IOException {
        // What one that was killed has left.
        FrameFolder.delete(home());
        Path waiting = blender.waitingScript();
        List<Path> scripts = blender.scripts();
        List<Path> readable = waitingReads(scripts);
        readable.add(scenes.path());
        sent.folder().ifPresent(readable::add);
        return rooms.enterToFork(
                readable,
                List.of(work(), home()),
                RenderOrder.waiting(
                        blender.binary(), waiting, scripts, rooms.builder(), threads(), config.cyclesDevice()));
    }

    /** Where those that wait have their own temporary files; it is there. */
    private Path home() throws IOException {
        return Files.createDirectories(
                Path.of(config.dataDir(), "waiting").toAbsolutePath().normalize());
    }

    /** Where the folders of all tasks are; it is there. */
    private Path work() throws IOException {
        return Files.createDirectories(
                Path.of(config.dataDir(), "work").toAbsolutePath().normalize());
    }

    /** Tells one folder of the tasks from another under the same name, which those that wait could not write to. */
    Object workFolder() {
        try {
            return Files.readAttributes(work(), BasicFileAttributes.class).fileKey();
        } catch (IOException away) {
            return "away";
        }
    }

    /** Tells the state that a job's scene has from others, and from other scenes. */
    String key(Job job) {
        return scenes.key(job.spec().blend(), job.sceneFile());
    }

    /** Whether a Blender that waits may read whatever scene comes into the blend folder. */
    boolean areAllScenesInView() {
        return rooms.isWhollyReadable(scenes.path());
    }

    /** What it may read that makes forks of one scene. */
    private List<Path> waitingReads(List<Path> readable) throws IOException {
        List<Path> reads = new ArrayList<>(readable);
        reads.add(blender.waitingScript());
        rooms.builder().ifPresent(reads::add);
        return reads;
    }

    /**
     * How Blender is called to tell what is in a scene, in a room of its own.
     *
     * @param identity what its file is, or null
     * @param home where it may write
     */
    List<String> report(String scene, String identity, Path home) throws IOException {
        List<Path> scripts = blender.scripts();
        List<String> command = BlenderCommand.report(
                blender.binary(), scenes.find(scene, identity, blender.version()), scripts.get(0));
        return rooms.enter(readable(scene, identity, scripts), List.of(home), command);
    }

    private List<Path> readable(String scene, String was, List<Path> scripts) throws IOException {
        List<Path> readable = new ArrayList<>(scenes.projectOf(scene, was));
        readable.addAll(scripts);
        return readable;
    }

    private static OptionalInt number(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** RENDER_THREADS, or the CPUs that this node may use, shared by its slots. */
    private int threads() {
        int cpus = Runtime.getRuntime().availableProcessors();
        return config.threads() > 0 ? config.threads() : Math.max(1, cpus / Math.max(1, config.slots()));
    }
}
