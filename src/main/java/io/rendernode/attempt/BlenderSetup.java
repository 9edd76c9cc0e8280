package io.rendernode.attempt;

import io.rendernode.blender.BlenderCommand;
import io.rendernode.blender.BlenderProbe;
import io.rendernode.blender.ImageFormat;
import io.rendernode.blender.RenderOrder;
import io.rendernode.image.ImageType;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ChildScript;
import io.rendernode.scene.BlendFolder;
import io.rendernode.store.RenderSpec;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** This node's Blender: where it is, which version, and what it needs beside itself. */
@ApplicationScoped
public class BlenderSetup {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final String CPU = "CPU";
    private static final Logger LOG = Logger.getLogger(BlenderSetup.class);
    private static final List<ChildScript> SCRIPTS = BlenderCommand.SCRIPTS.stream()
            .map(name -> new ChildScript(BlenderCommand.class, name))
            .toList();
    private static final ChildScript WAITING = new ChildScript(BlenderCommand.class, RenderOrder.SCRIPT);

    private final TaskConfig config;
    private final Path data;
    private final HeldProcesses processes;
    private final BlendFolder scenes;
    private final Rooms rooms;
    private volatile Path binary;
    private volatile String version;
    private volatile boolean settled;

    BlenderSetup(TaskConfig config, HeldProcesses processes, BlendFolder scenes, Rooms rooms) {
        this.config = config;
        this.data = Path.of(config.dataDir()).toAbsolutePath();
        this.processes = processes;
        this.scenes = scenes;
        this.rooms = rooms;
    }

    /**
     * Finds Blender, and checks what is configured for its room; nothing is run or written yet.
     *
     * @throws IOException if there is none; the message says where it was looked for
     */
    public void find() throws IOException {
        rooms.check();
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
     * @return whether it is known, and its modules are compiled
     */
    public boolean recall() {
        try {
            List<String> known = Files.readAllLines(memory());
            if (known.size() == 2 && known.get(0).equals(fingerprint()) && Files.isDirectory(rooms.bytecode())) {
                version = known.get(1);
            }
        } catch (IOException unknown) {
            // Nothing is lost: Blender is asked again.
        }
        if (version == null) {
            FrameFolder.delete(rooms.bytecode());
        }
        settled = version != null;
        return settled;
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
        List<String> answer = ask(BlenderProbe.arguments(binary), "its version", BlenderSetup::version);
        String said = version(answer)
                .orElseThrow(
                        () -> new IOException("BLENDER_PATH: " + binary + " is no Blender: asked for its version it "
                                + (answer.isEmpty() ? "said nothing" : "said: " + answer.get(0))));
        String kind = device();
        if (needsDevice()
                && device(ask(BlenderProbe.deviceArguments(binary, kind), "its devices", this::device))
                        .isEmpty()) {
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

    /**
     * Has Blender's Python compile its modules once. It would in each task, for half of the time that a start takes,
     * where it cannot write beside them: in a room it never can.
     */
    public void compile() throws InterruptedException {
        try {
            Path home = home();
            try {
                Path compiled = Files.createDirectory(home.resolve("bytecode"));
                List<String> command = BlenderCommand.compile(binary, compiled);
                answer(rooms.enter(List.of(), List.of(home), command), "its modules");
                Files.move(compiled, rooms.bytecode(), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                FrameFolder.delete(home);
            }
        } catch (IOException uncompiled) {
            LOG.debugf(uncompiled, "Blender's modules are compiled again in each task");
        }
        settled = true;
    }

    /** Whether all is known of Blender, and it is as fast as it will be. */
    boolean isSettled() {
        return settled;
    }

    private static Optional<String> version(List<String> answer) {
        return answer.stream()
                .flatMap(line -> BlenderProbe.version(line).stream())
                .findFirst();
    }

    private Optional<String> device(List<String> answer) {
        return answer.stream()
                .filter(line -> BlenderProbe.hasDevice(line, device()))
                .findFirst();
    }

    /** Asks Blender in a room; where it can answer only out of it, there is none, unless there must be. */
    private List<String> ask(List<String> command, String question, Function<List<String>, Optional<String>> wanted)
            throws IOException, InterruptedException {
        Path home = home();
        try {
            List<String> answer = answer(rooms.enter(List.of(), List.of(home), command), question);
            if (wanted.apply(answer).isEmpty() && rooms.isOptional()) {
                List<String> outside = answer(rooms.limit(home, command), question);
                if (wanted.apply(outside).isPresent()) {
                    rooms.leave("Blender cannot tell " + question + " there");
                    return outside;
                }
            }
            return answer;
        } finally {
            FrameFolder.delete(home);
        }
    }

    private String device() {
        return config.cyclesDevice().orElse(CPU).replace("+CPU", "");
    }

    /** A new folder for what a Blender writes that renders nothing; what an earlier run has left of these is removed. */
    public Path home() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(questions()), "");
    }

    private Path questions() {
        return data.resolve("questions");
    }

    private Path memory() {
        return data.resolve("blender");
    }

    private String fingerprint() throws IOException {
        return binary + " " + Files.size(binary) + " " + Files.getLastModifiedTime(binary) + ", " + rooms.words();
    }

    /**
     * Makes ready what a Blender needs beside itself: the scripts, and what makes its room.
     *
     * @throws IOException if the data folder cannot be written, or a room is asked for that cannot be made
     */
    public void furnish() throws IOException, InterruptedException {
        scripts();
        FrameFolder.delete(questions());
        rooms.furnish(binary);
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
        return Files.isDirectory(scenes.path())
                ? Optional.empty()
                : Optional.of("BLEND_FILE_PATH " + scenes.path() + " is gone");
    }

    /** Where Blender is, once {@link #find} has found it. */
    Path binary() {
        return binary;
    }

    /** The scripts that Blender runs once a scene is loaded, in their order, unpacked. */
    List<Path> scripts() throws IOException {
        List<Path> unpacked = new ArrayList<>();
        for (ChildScript script : SCRIPTS) {
            unpacked.add(script.unpack(data));
        }
        return unpacked;
    }

    /** The script that makes a Blender wait, unpacked. */
    Path waitingScript() throws IOException {
        return WAITING.unpack(data);
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

    private List<String> answer(List<String> command, String question) throws IOException, InterruptedException {
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
