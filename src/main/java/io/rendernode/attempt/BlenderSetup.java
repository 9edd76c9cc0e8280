package io.rendernode.attempt;

import io.rendernode.blender.BlenderCommand;
import io.rendernode.blender.BlenderEngine;
import io.rendernode.blender.BlenderProbe;
import io.rendernode.blender.BlenderScript;
import io.rendernode.blender.ImageFormat;
import io.rendernode.blender.SceneSettings;
import io.rendernode.image.ImageType;
import io.rendernode.process.ChildProcess;
import io.rendernode.store.RenderSpec;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskLifecycle.Assignment;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** This node's Blender: where it is, which version, and how it is called for a task. */
@ApplicationScoped
public class BlenderSetup {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final String CPU = "CPU";

    private final TaskConfig config;
    private final HeldProcesses processes;
    private volatile Path binary;
    private volatile Path script;
    private volatile String version;

    BlenderSetup(TaskConfig config, HeldProcesses processes) {
        this.config = config;
        this.processes = processes;
    }

    /**
     * Finds Blender and asks it for its version; done once, at start.
     *
     * @throws IOException if there is none, or it does not answer as Blender does; the message says which
     */
    public void find() throws IOException, InterruptedException {
        binary = search(config.blenderPath());
        List<String> answer = ask(BlenderProbe.arguments(binary), "its version");
        version = answer.stream()
                .flatMap(line -> BlenderProbe.version(line).stream())
                .findFirst()
                .orElseThrow(() -> new IOException(binary + " is no Blender: asked for its version it "
                        + (answer.isEmpty() ? "said nothing" : "said: " + answer.get(0))));
    }

    /**
     * Makes sure that Blender finds what Cycles is to render on: a node that does not would fail every task that it can get.
     * Does nothing where the CPU will do.
     *
     * @throws IOException if it finds none; the message says what it looked for
     */
    public void findDevice() throws IOException, InterruptedException {
        String kind = config.cyclesDevice().orElse(CPU).replace("+CPU", "");
        if (kind.equals(CPU)) {
            return;
        }
        if (ask(BlenderProbe.deviceArguments(binary, kind), "its devices").stream()
                .noneMatch(line -> BlenderProbe.hasDevice(line, kind))) {
            throw new IOException("Blender " + version + " finds no device of the kind " + kind);
        }
    }

    /** Puts the script that Blender runs beside a scene into the data folder. */
    public void unpackScript() throws IOException {
        script = BlenderScript.unpack(Path.of(config.dataDir()).toAbsolutePath());
    }

    /** Blender's version, such as {@code 3.4.1}. */
    public String version() {
        return version;
    }

    /** Whether Blender is still where it was found. */
    public boolean canRun() {
        return binary != null && Files.isExecutable(binary);
    }

    /** How Blender is called for a task. */
    BlenderCommand command(Assignment assignment, Path frameFolder) {
        RenderSpec spec = assignment.job().spec();
        Path blendFolder =
                Path.of(config.blendFilePath()).toAbsolutePath().normalize().getParent();
        return new BlenderCommand(
                binary,
                blendFolder.resolve(spec.blend()),
                script,
                frameFolder.toAbsolutePath(),
                settings(spec),
                List.copyOf(assignment.missing()),
                threads(),
                config.cyclesDevice());
    }

    private static SceneSettings settings(RenderSpec spec) {
        return new SceneSettings(
                BlenderEngine.valueOf(spec.engine()),
                Optional.ofNullable(spec.scene()),
                Optional.ofNullable(spec.camera()),
                number(spec.samples()),
                number(spec.resolution()),
                Optional.ofNullable(spec.format()).map(ImageFormat::valueOf));
    }

    private static OptionalInt number(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** The kind of image that the job asks for, or null where the scene decides. */
    public static ImageType imageType(RenderSpec spec) {
        if (spec.format() == null) {
            return null;
        }
        return switch (ImageFormat.valueOf(spec.format())) {
            case PNG -> ImageType.PNG;
            case JPEG -> ImageType.JPEG;
            case OPEN_EXR, OPEN_EXR_MULTILAYER -> ImageType.OPEN_EXR;
            case TIFF -> ImageType.TIFF;
            case WEBP -> ImageType.WEBP;
        };
    }

    /** RENDER_THREADS, or the CPUs that this node may use, shared by its slots. */
    private int threads() {
        int cpus = Runtime.getRuntime().availableProcessors();
        return config.threads() > 0 ? config.threads() : Math.max(1, cpus / Math.max(1, config.slots()));
    }

    private static Path search(String name) throws IOException {
        if (name.contains("/")) {
            Path path = Path.of(name).toAbsolutePath();
            if (!Files.isRegularFile(path)) {
                throw new IOException("there is no Blender at " + name);
            }
            if (!Files.isExecutable(path)) {
                throw new IOException(name + " may not be executed");
            }
            return path;
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, name).toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("there is no " + name + " on the PATH"));
    }

    private List<String> ask(List<String> command, String question) throws IOException, InterruptedException {
        ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        ChildProcess process = processes.hold();
        try {
            process.start(command, lines::add);
            process.exit().get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
            return List.copyOf(lines);
        } catch (ExecutionException | TimeoutException silent) {
            throw new IOException(binary + " does not answer when asked for " + question, silent);
        } finally {
            process.stop(Duration.ZERO);
        }
    }
}
