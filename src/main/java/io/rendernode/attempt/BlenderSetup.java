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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** This node's Blender: where it is, which version, and how it is called for a task. */
@ApplicationScoped
public class BlenderSetup {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final String CPU = "CPU";
    private static final Logger LOG = Logger.getLogger(BlenderSetup.class);

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
     * Finds Blender; nothing is run or written yet.
     *
     * @throws IOException if there is none; the message says where it was looked for
     */
    public void find() throws IOException {
        String name = config.blenderPath();
        if (name.contains("/")) {
            binary = Path.of(name).toAbsolutePath();
            if (!Files.isRegularFile(binary)) {
                throw new IOException("there is no Blender at " + name);
            }
            if (!Files.isExecutable(binary)) {
                throw new IOException(name + " may not be executed");
            }
            return;
        }
        binary = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, name).toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("there is no " + name + " on the PATH"));
    }

    /**
     * Recalls Blender's version from an earlier start, by the program's path, size and time of change.
     *
     * @return whether it is known
     */
    public boolean recall() {
        try {
            List<String> known = Files.readAllLines(memory());
            if (known.size() == 2 && known.get(0).equals(fingerprint())) {
                version = known.get(1);
            }
        } catch (IOException unknown) {
            // Nothing is lost: Blender is asked again.
        }
        return version != null;
    }

    /** Whether Cycles is to render on something that may not be there, and {@link #ask} finds out. */
    public boolean needsDevice() {
        return !device().equals(CPU);
    }

    /**
     * Asks Blender for its version, which takes it 0.3 s, and whether it finds what Cycles is to render on: a node that
     * does not would fail every task that it can get.
     *
     * @throws IOException if it is no Blender, or finds no such device; the message begins with the variable at fault
     */
    public void ask() throws IOException, InterruptedException {
        List<String> answer = ask(BlenderProbe.arguments(binary), "its version");
        String said = answer.stream()
                .flatMap(line -> BlenderProbe.version(line).stream())
                .findFirst()
                .orElseThrow(
                        () -> new IOException("BLENDER_PATH: " + binary + " is no Blender: asked for its version it "
                                + (answer.isEmpty() ? "said nothing" : "said: " + answer.get(0))));
        String kind = device();
        if (needsDevice()
                && ask(BlenderProbe.deviceArguments(binary, kind), "its devices").stream()
                        .noneMatch(line -> BlenderProbe.hasDevice(line, kind))) {
            throw new IOException("RENDER_CYCLES_DEVICE: Blender " + said + " finds no device of the kind " + kind);
        }
        version = said;
        try {
            Path part = Files.writeString(memory().resolveSibling("blender.part"), fingerprint() + "\n" + said + "\n");
            Files.move(part, memory(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException forgotten) {
            LOG.debugf(forgotten, "Blender's version is asked again at the next start");
        }
    }

    private String device() {
        return config.cyclesDevice().orElse(CPU).replace("+CPU", "");
    }

    private Path memory() {
        return Path.of(config.dataDir(), "blender");
    }

    private String fingerprint() throws IOException {
        return binary + " " + Files.size(binary) + " " + Files.getLastModifiedTime(binary);
    }

    /** Puts the script that Blender runs beside a scene into the data folder. */
    public void unpackScript() throws IOException {
        script = BlenderScript.unpack(Path.of(config.dataDir()).toAbsolutePath());
    }

    /** Blender's version, such as {@code 3.4.1}; empty until it is known. */
    public String version() {
        return Objects.requireNonNullElse(version, "");
    }

    /** Why nothing can be rendered here now, or nothing where it can: Blender or the blend folder is not there. */
    public Optional<String> problem() {
        if (binary == null || !Files.isExecutable(binary)) {
            return Optional.of("BLENDER_PATH " + config.blenderPath() + " cannot be run");
        }
        if (version == null) {
            return Optional.of("Blender has not told its version yet");
        }
        return Files.isDirectory(blendFolder())
                ? Optional.empty()
                : Optional.of("BLEND_FILE_PATH " + blendFolder() + " is gone");
    }

    /** Whether the blend folder is there and holds something: where a volume is not mounted, an empty folder stands. */
    public boolean hasScenes() {
        try (Stream<Path> scenes = Files.list(blendFolder())) {
            return scenes.findAny().isPresent();
        } catch (IOException away) {
            return false;
        }
    }

    private Path blendFolder() {
        return Path.of(config.blendFilePath()).toAbsolutePath().normalize().getParent();
    }

    /** How Blender is called for a task. */
    BlenderCommand command(Assignment assignment, Path frameFolder) {
        RenderSpec spec = assignment.job().spec();
        return new BlenderCommand(
                binary,
                blendFolder().resolve(spec.blend()),
                script,
                frameFolder.toAbsolutePath(),
                new SceneSettings(
                        BlenderEngine.valueOf(spec.engine()),
                        Optional.ofNullable(spec.scene()),
                        Optional.ofNullable(spec.camera()),
                        number(spec.samples()),
                        number(spec.resolution()),
                        Optional.ofNullable(spec.format()).map(ImageFormat::valueOf)),
                List.copyOf(assignment.missing()),
                threads(),
                config.cyclesDevice());
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

    private List<String> ask(List<String> command, String question) throws IOException, InterruptedException {
        ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        ChildProcess process = processes.hold();
        try {
            process.start(command, lines::add);
            process.exit().get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
            return List.copyOf(lines);
        } catch (ExecutionException | TimeoutException silent) {
            throw new IOException("BLENDER_PATH: " + binary + " does not answer when asked for " + question, silent);
        } finally {
            process.stop(Duration.ZERO);
        }
    }
}
