package io.rendernode.attempt;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.rendernode.access.AccessConfig;
import io.rendernode.problem.Refusal;
import io.rendernode.process.ChildEnvironment;
import io.rendernode.process.Limits;
import io.rendernode.process.Room;
import io.rendernode.process.Sandbox;
import io.rendernode.task.TaskConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The room of each Blender on this node: what it may read, write, reach and use up. Limits hold always; the rest as far
 * as RENDER_SANDBOX says and the kernel offers it.
 */
@ApplicationScoped
public class Rooms {
    private static final Logger LOG = Logger.getLogger(Rooms.class);

    /** Bytes: what a program that is no Blender may have; a frame of 8192 by 8192 pixels takes it 3 GB. */
    private static final long TOOL_MEMORY = 4L << 30;

    /** Bytes: a Blender without a scene maps somewhat less. */
    private static final long LEAST_MEMORY = 256L << 20;

    /** Where drivers of graphics cards have their devices and what they read (NVIDIA's, and Mesa's and ROCm's). */
    private static final List<Path> CARDS =
            Stream.of("/dev/dri", "/dev/kfd").map(Path::of).toList();

    private static final List<Path> READ_BY_DRIVERS =
            Stream.of("/sys", "/proc/driver", "/opt/rocm").map(Path::of).toList();

    private static final String COLOURS = "colormanagement/config.ocio";

    private final RoomConfig config;
    private final AccessConfig access;
    private final Path data;
    private final boolean usesCard;
    private List<Path> secrets;
    private Limits limits;
    private Path blenderFolder;
    private volatile Sandbox sandbox;
    private volatile String none = "not yet known";

    Rooms(RoomConfig config, TaskConfig taskConfig, AccessConfig access) {
        this.config = config;
        this.access = access;
        this.data = Path.of(taskConfig.dataDir()).toAbsolutePath().normalize();
        this.usesCard = taskConfig
                .cyclesDevice()
                .filter(device -> !device.equals("CPU"))
                .isPresent();
    }

    /**
     * Checks what is configured; nothing is run or written yet.
     *
     * @throws Refusal if it cannot work; the message begins with the variable at fault
     */
    void check() {
        OptionalLong memory =
                config.memoryLimit().stream().mapToLong(MemorySize::asLongValue).findFirst();
        if (memory.isPresent() && memory.getAsLong() < LEAST_MEMORY) {
            throw new Refusal("RENDER_MEMORY_LIMIT: must be at least 256M");
        }
        for (Path path : scenePaths()) {
            if (!path.isAbsolute()) {
                throw new Refusal("RENDER_SCENE_PATHS: '" + path + "' is no absolute path");
            }
            if (real(data).startsWith(real(path))) {
                throw new Refusal("RENDER_SCENE_PATHS: '" + path + "' holds DATA_DIR, which no scene may read");
            }
        }
        limits = new Limits(memory, usesCard);
    }

    private List<Path> scenePaths() {
        return config.scenePaths().orElse(List.of()).stream().map(Path::of).toList();
    }

    /**
     * Tries what this machine offers, in about 50 ms.
     *
     * @param blender the program
     * @throws Refusal if RENDER_SANDBOX=on and it does not offer all of it
     * @throws IOException if Blender's folder cannot be read
     */
    void furnish(Path blender) throws IOException, InterruptedException {
        blenderFolder = blender.toRealPath().getParent();
        secrets = Stream.of(
                        Optional.of(data.toString()),
                        access.apiTokenFile(),
                        Optional.ofNullable(System.getenv("DB_PASSWORD_FILE")))
                .flatMap(Optional::stream)
                .filter(file -> !file.isBlank())
                .map(file -> real(Path.of(file)))
                .toList();
        if (config.sandbox() == RoomConfig.Mode.OFF) {
            none = "off";
            return;
        }
        Optional<Path> python = python();
        if (python.isEmpty()) {
            refuse("no python3 is there to set it up");
            return;
        }
        Sandbox found;
        try {
            found = Sandbox.find(python.get(), data);
        } catch (IOException failure) {
            refuse(failure.getMessage());
            return;
        }
        if (!found.isWhole()) {
            refuse("the kernel offers " + words(found));
        }
        sandbox = found.landlock() > 0 || found.seccomp() ? found : null;
    }

    /** When all else of the start has gone well. */
    void tell(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        LOG.infof("What each scene is kept to its own by: %s", words());
    }

    /** The system's, or the one that Blender brings, or whatever is on the PATH, which may be a slow script. */
    private Optional<Path> python() throws IOException {
        List<Path> candidates = new ArrayList<>(List.of(Path.of("/usr/bin/python3")));
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(blenderFolder, "[0-9]*")) {
            for (Path version : versions) {
                Path folder = version.resolve("python/bin");
                if (Files.isDirectory(folder)) {
                    try (DirectoryStream<Path> own = Files.newDirectoryStream(folder, "python3*")) {
                        own.forEach(candidates::add);
                    }
                }
            }
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            candidates.add(Path.of(folder, "python3").toAbsolutePath());
        }
        return candidates.stream().filter(Files::isExecutable).findFirst();
    }

    private void refuse(String reason) {
        if (config.sandbox() == RoomConfig.Mode.ON) {
            throw new Refusal("RENDER_SANDBOX: " + reason);
        }
        none = "none, " + reason;
        LOG.warnf("RENDER_SANDBOX: %s; what a scene may do is not contained, see deploy/SECURITY.md", reason);
    }

    /** Whether Blender is kept to its room, and may be let out of it where it cannot live there. */
    boolean isOptional() {
        return sandbox != null && config.sandbox() == RoomConfig.Mode.AUTO;
    }

    /** From now on Blender runs without. */
    void leave(String reason) {
        refuse(reason);
        sandbox = null;
    }

    /** What a scene is kept to, in words: {@code landlock 7, seccomp}, {@code off}, {@code none, because…}. */
    public String words() {
        Sandbox now = sandbox;
        return now == null ? none : words(now);
    }

    private static String words(Sandbox sandbox) {
        return (sandbox.landlock() > 0 ? "landlock " + sandbox.landlock() : "no landlock") + ", "
                + (sandbox.seccomp() ? "seccomp" : "no seccomp");
    }

    /** Whether a scene's scripts may run where its job asks for that. */
    public boolean mayRunScripts() {
        return config.autoexec() != RoomConfig.Autoexec.NEVER;
    }

    /** Whether a scene's scripts run, whatever its job asks for. */
    boolean alwaysRunsScripts() {
        return config.autoexec() == RoomConfig.Autoexec.ALWAYS;
    }

    /** Whether all is refused that can be. */
    public boolean isWhole() {
        Sandbox now = sandbox;
        return now != null && now.isWhole();
    }

    /** A command line with what it runs with always: its limits, a home and a folder for temporary files. */
    List<String> limit(Path home, List<String> program) throws IOException {
        List<String> command = begin(home, limits.command());
        command.addAll(program);
        return command;
    }

    private List<String> begin(Path home, List<String> limited) throws IOException {
        List<String> command = new ArrayList<>(limited);
        command.add("env");
        environment(home).forEach((name, value) -> command.add(name + "=" + value));
        command.add("PATH=" + withoutPythons(System.getenv().getOrDefault("PATH", "/usr/bin:/bin")));
        // Of Python's own environment this alone: no modules that a scene could leave in its home.
        command.add("PYTHONNOUSERSITE=1");
        if (Files.isDirectory(bytecode())) {
            command.add("PYTHONPYCACHEPREFIX=" + bytecode());
        }
        if (usesCard) {
            // What drivers compile for a card takes minutes, so that all share it, in the node's own home if it has
            // one.
            Path cache = Files.createDirectories(cardCache());
            command.addAll(List.of("CUDA_CACHE_PATH=" + cache, "OPTIX_CACHE_PATH=" + cache, "XDG_CACHE_HOME=" + cache));
        }
        return command;
    }

    /** What tells a Blender where its temporary files and its home are. */
    static Map<String, String> environment(Path home) {
        return Map.of("TMPDIR", home.toString(), "HOME", home.toString(), "XDG_CACHE_HOME", home.toString());
    }

    /**
     * The PATH without the folders of a Python that is not the system's: by the first on it Blender's own Python finds its
     * modules, and ends where that is somebody's environment that a room does not show (seen with 3.4.1).
     */
    static String withoutPythons(String path) {
        return Stream.of(path.split(":", -1))
                .filter(folder -> folder.startsWith("/usr/")
                        || folder.startsWith("/bin")
                        || Stream.of("python", "python3").noneMatch(name -> Files.exists(Path.of(folder, name))))
                .collect(Collectors.joining(":"));
    }

    /** Where Blender's Python finds its modules compiled. No room may write it: what it holds runs in all of them. */
    Path bytecode() {
        return data.resolve("bytecode");
    }

    private Path cardCache() {
        return Path.of(System.getenv().getOrDefault("HOME", data.toString())).resolve(".cache/render-node");
    }

    /**
     * A command line with what it runs with: its limits and, where there are any, the walls of its room.
     *
     * @param readable what it may read beside itself
     * @param folders where it may write: the last is for its temporary files and its home
     * @throws IOException if the room cannot be made
     */
    List<String> enter(List<Path> readable, List<Path> folders, List<String> program) throws IOException {
        return enter(room(readable, folders, false), folders.get(folders.size() - 1), program);
    }

    /**
     * As {@link #enter}, for a program that reads what a scene's Blender has written: what is wrong with that is to stay
     * there, too.
     *
     * @param readable what it may read beside the system's own files, Blender's and the scenes' shared folders
     * @param home where it may write, which is there
     */
    public List<String> enterAsTool(List<Path> readable, Path home, List<String> program) throws IOException {
        long memory = config.memoryLimit().map(MemorySize::asLongValue).orElse(TOOL_MEMORY);
        Limits own = new Limits(OptionalLong.of(Math.min(memory, TOOL_MEMORY)), usesCard);
        return enter(room(readable, List.of(home), false), home, own.command(), program);
    }

    /** As {@link #enter}, for what a fork becomes: it has its limits already, and could not set them higher. */
    List<String> enterFromFork(List<Path> readable, List<Path> folders, List<String> program) throws IOException {
        Path home = folders.get(folders.size() - 1);
        return enter(room(readable, folders, false), home, List.of(), program);
    }

    /** As {@link #enter}, for a program whose forks go into rooms of their own: it sees what is told of processes. */
    List<String> enterToFork(List<Path> readable, List<Path> folders, List<String> program) throws IOException {
        return enter(room(readable, folders, true), folders.get(folders.size() - 1), program);
    }

    /**
     * The walls of a room for a fork, as JSON.
     *
     * @param forks whether it makes forks in its turn
     * @return empty where there are none
     */
    Optional<String> walls(List<Path> readable, List<Path> folders, boolean forks) throws IOException {
        Sandbox walls = sandbox;
        return walls == null ? Optional.empty() : Optional.of(walls.policy(room(readable, folders, forks)));
    }

    /** The script that builds the walls, where there are any. */
    Optional<Path> builder() {
        return Optional.ofNullable(sandbox).map(Sandbox::script);
    }

    private List<String> enter(Room room, Path home, List<String> program) throws IOException {
        return enter(room, home, limits.command(), program);
    }

    private List<String> enter(Room room, Path home, List<String> limited, List<String> program) throws IOException {
        List<String> command = begin(home, limited);
        Sandbox walls = sandbox;
        if (walls != null) {
            command.addAll(walls.command(room));
        }
        command.addAll(program);
        return command;
    }

    private Room room(List<Path> readable, List<Path> folders, boolean forks) throws IOException {
        List<Path> wanted = new ArrayList<>(readable);
        wanted.add(blenderFolder);
        wanted.add(bytecode());
        wanted.addAll(scenePaths());
        wanted.addAll(configured(System.getenv()));
        // Debian keeps a module of Python's there, and is told of each one that cannot be compiled.
        try (DirectoryStream<Path> settings = Files.newDirectoryStream(Path.of("/etc"), "python3*")) {
            settings.forEach(wanted::add);
        }
        List<Path> seen = new ArrayList<>(forks ? List.of(Path.of("/proc")) : List.of());
        for (Path path : wanted) {
            addWithout(path, secrets, seen);
        }
        List<Path> writable = new ArrayList<>(folders);
        if (usesCard) {
            seen.addAll(READ_BY_DRIVERS);
            writable.add(cardCache());
        }
        return new Room(seen, writable, devices(), forks);
    }

    /** Whether all that is in a folder may be read, whatever comes into it: none of what no scene may read is there. */
    boolean isWhollyReadable(Path folder) {
        Path real = real(folder);
        return secrets.stream().noneMatch(secret -> secret.startsWith(real) || real.startsWith(secret));
    }

    /**
     * Adds what is in a folder but for what a scene may not read: who keeps the scenes in the folder that the node was
     * started in has its data there, too.
     */
    static void addWithout(Path path, List<Path> secrets, List<Path> seen) throws IOException {
        Path real = real(path);
        if (secrets.stream().noneMatch(secret -> secret.startsWith(real))) {
            seen.add(path);
        } else if (Files.isDirectory(real) && !secrets.contains(real)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(real)) {
                for (Path entry : entries) {
                    addWithout(entry, secrets, seen);
                }
            }
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException missing) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** What the node's own environment tells Blender to read: libraries, Blender's folders, a colour configuration. */
    static List<Path> configured(Map<String, String> environment) {
        List<Path> paths = new ArrayList<>();
        ChildEnvironment.of(environment).forEach((name, value) -> {
            if (name.equals("OCIO") || name.equals("LD_LIBRARY_PATH") || name.startsWith("BLENDER_")) {
                Stream.of(value.split(":", -1))
                        .filter(part -> part.startsWith("/") && part.length() > 1)
                        .map(Path::of)
                        // A colour configuration's tables are beside it.
                        .map(path -> name.equals("OCIO") ? path.getParent() : path)
                        .filter(path -> path.getNameCount() > 0)
                        .forEach(paths::add);
            }
        });
        return paths;
    }

    /**
     * Blender's colour configuration (OpenColorIO's), as this node's Blender finds it: what OCIO names, else its own, beside
     * the program, in the folder of its version, or where Debian has it.
     *
     * @return empty where there is none
     */
    public Optional<Path> colours() throws IOException {
        List<Path> candidates = new ArrayList<>();
        Optional.ofNullable(System.getenv("OCIO"))
                .filter(file -> !file.isBlank())
                .map(Path::of)
                .ifPresent(candidates::add);
        Optional.ofNullable(System.getenv("BLENDER_SYSTEM_DATAFILES"))
                .map(folder -> Path.of(folder, COLOURS))
                .ifPresent(candidates::add);
        for (Path folder : List.of(blenderFolder, Path.of("/usr/share/blender"))) {
            candidates.add(folder.resolve("datafiles").resolve(COLOURS));
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> versions = Files.newDirectoryStream(folder, "[0-9]*.[0-9]*")) {
                    versions.forEach(version ->
                            candidates.add(version.resolve("datafiles").resolve(COLOURS)));
                }
            }
        }
        return candidates.stream().filter(Files::isRegularFile).findFirst();
    }

    private List<Path> devices() throws IOException {
        List<Path> devices = new ArrayList<>();
        if (usesCard) {
            devices.addAll(CARDS);
            try (DirectoryStream<Path> cards = Files.newDirectoryStream(Path.of("/dev"), "nvidia*")) {
                cards.forEach(devices::add);
            }
        }
        return devices;
    }
}
