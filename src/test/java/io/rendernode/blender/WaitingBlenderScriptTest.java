package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rendernode.Scenes;
import io.rendernode.TimeDependent;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real Blender's forks do, driven by the lines of the script's protocol. */
@TimeDependent
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingBlenderScriptTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int THREADS = 2;

    /** Makes scenes beside plain.blend, which it is run on. */
    private static final String MORE_SCENES = """
            import os
            import bpy
            folder = os.path.dirname(bpy.data.filepath)
            scene = bpy.context.scene
            cube = bpy.data.objects["Cube"]
            def save(name):
                bpy.ops.wm.save_as_mainfile(filepath=os.path.join(folder, name + ".blend"), copy=True)
            scene.camera = None
            save("no-camera")
            scene.camera = bpy.data.objects["Camera"]
            for frame in (1, 5):
                cube.location.x = frame / 2
                cube.keyframe_insert("location", frame=frame)
            scene.render.use_motion_blur = True
            save("blur")
            scene.render.use_motion_blur = False
            scene.use_nodes = True
            invert = scene.node_tree.nodes.new("CompositorNodeInvert")
            nodes = scene.node_tree.nodes
            scene.node_tree.links.new(nodes["Render Layers"].outputs[0], invert.inputs["Color"])
            scene.node_tree.links.new(invert.outputs[0], nodes["Composite"].inputs[0])
            save("compositor")
            scene.use_nodes = False
            nodes = cube.active_material.node_tree.nodes
            texture = nodes.new("ShaderNodeTexImage")
            texture.image = bpy.data.images.new("gone", 8, 8)
            texture.image.source, texture.image.filepath = "FILE", "//gone.png"
            links = cube.active_material.node_tree.links
            link = links.new(texture.outputs[0], nodes["Principled BSDF"].inputs["Base Color"])
            save("texture")
            links.remove(link)
            driver = cube.driver_add("rotation_euler", 2).driver
            variable = driver.variables.new()
            variable.name, variable.targets[0].id_type = "last", "SCENE"
            variable.targets[0].id, variable.targets[0].data_path = scene, "frame_end"
            driver.expression = "frame / last * 90"
            save("range")
            driver.expression = "9**9**9**9 if frame > 2 else 0"
            save("lock")
            cube.driver_remove("rotation_euler", 2)
            scene.render.resolution_x = scene.render.resolution_y = 256
            scene.cycles.samples = 768
            scene.cycles.use_adaptive_sampling = False
            save("long")
            scene.render.resolution_x = scene.render.resolution_y = 64
            scene.cycles.samples = 1
            cube.animation_data_clear()
            library = os.path.join(folder, "library.blend")
            bpy.data.libraries.write(library, {cube}, fake_user=True)
            bpy.data.objects.remove(cube)
            with bpy.data.libraries.load(library, link=True) as (there, linked):
                linked.objects = ["Cube"]
            scene.collection.objects.link(linked.objects[0])
            save("linked")
            """;

    @TempDir
    private static Path scenes;

    private static List<Path> scripts;
    private static Process blender;
    private static Server waiting;

    @TempDir
    private Path folder;

    private int wishes;

    @BeforeAll
    static void startABlenderThatWaits() throws Exception {
        scripts = RealBlender.scripts();
        Scenes.make("blender-scenes/make_scenes.py", scenes);
        Path more = Files.writeString(scenes.resolve("more.py"), MORE_SCENES);
        String plain = scenes.resolve("plain.blend").toString();
        cold(List.of(Scenes.blender(), "-b", plain, "--python-exit-code", "1", "--python", more.toString()));
        try (Stream<Path> files = Files.list(scenes)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(100)));
            }
        }
        blender = start(THREADS, THREADS);
        waiting = new Server(blender.getOutputStream(), blender.inputReader());
        assertThat(waiting.ready()).isEqualTo(blender.pid());
    }

    @AfterAll
    static void atTheEndOfItsInputItEnds() throws Exception {
        waiting.input().close();
        boolean ended = blender.waitFor(5, TimeUnit.SECONDS);
        blender.destroyForcibly();
        assertThat(ended).isTrue();
        assertThat(blender.exitValue()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "plain, CYCLES,",
        "plain, BLENDER_EEVEE,",
        "blur, BLENDER_WORKBENCH,",
        "stereo, CYCLES,",
        "scenes, CYCLES, --version",
        "compositor, CYCLES,",
        "blur, CYCLES,",
        "texture, CYCLES,",
        "range, CYCLES,",
        "linked, CYCLES,"
    })
    void aForkRendersWhatAColdBlenderDoes(String scene, BlenderEngine engine, String name) throws Exception {
        SceneSettings settings = Wishes.wish(engine, name, null, 1, null, null);
        Path mine = folder.resolve("fork");
        Path other = folder.resolve("cold");

        String log = render(command(scene, settings, mine, 1, 3), 0);
        String coldLog = cold(command(scene, settings, other, 1, 3).arguments());

        assertThat(pixels(mine)).isEqualTo(pixels(other)).hasSize(scene.equals("stereo") ? 4 : 2);
        assertThat(telling(log, mine)).isEqualTo(telling(coldLog, other)).isNotEmpty();
    }

    @Test
    void aForkThatIsHeldCostsLittleAndLeadsItsOwnSession() throws Exception {
        Fork fork = waiting.hold();
        fork.settle();

        Path process = Path.of("/proc", Long.toString(fork.pid));
        long kilobytes = Files.readAllLines(process.resolve("smaps_rollup")).stream()
                .filter(line -> line.startsWith("Private_"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
        assertThat(kilobytes).isBetween(1L, 2048L);
        assertThat(process.resolve("comm")).content().isEqualTo("blender\n");
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            assertThat(open.map(each -> each.getFileName().toString())).containsExactlyInAnyOrder("0", "1", "2");
        }
        List<String> stat = stat(fork.pid);
        assertThat(stat.subList(2, 4)).containsOnly(Long.toString(fork.pid));
        fork.input.close();
        assertThat(waiting.end(fork)).isEqualTo("exit 0");
    }

    @ParameterizedTest
    @CsvSource({"INT, signal 2", "TERM, signal 15", "KILL, signal 9"})
    void aSignalEndsAForkThatIsHeld(String signal, String end) throws Exception {
        Fork fork = waiting.hold();
        fork.settle();

        kill(signal, fork.pid);

        assertThat(waiting.end(fork)).isEqualTo(end);
    }

    @Test
    void sigintStopsARenderWhoseThreadsWereBusy() throws Exception {
        Fork fork = waiting.hold();
        fork.request(request(command("long", Wishes.cycles(), folder, 1, 3)));
        fork.until("Sample 1/");
        List<Long> before = busy(fork.pid);
        TimeUnit.SECONDS.sleep(1);
        List<Long> after = busy(fork.pid);

        kill("INT", fork.pid);

        String log = fork.rest();
        assertThat(waiting.end(fork)).isEqualTo("exit 1");
        assertThat(log).contains("Sent an internal break event.").doesNotContain("Saved:", "Fra:3");
        // Of a second, on however few and busy cores.
        assertThat(after.get(1) - before.get(1)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(30));
    }

    @Test
    void aSecondSigintEndsItAtOnce() throws Exception {
        Fork fork = waiting.hold();
        fork.request(request(command("long", Wishes.cycles(), folder, 1)));
        fork.until("Sample 1/");

        kill("INT", fork.pid);
        fork.until("Sent an internal break event.");
        kill("INT", fork.pid);

        assertThat(waiting.end(fork)).isEqualTo("exit 2");
    }

    @Test
    void aRunThatIsStoppedIsTheLast() throws Exception {
        Fork fork = waiting.hold();
        Map<String, Object> wish = new HashMap<>(wish(command("plain", Wishes.cycles(), folder, 1)));
        wish.put("runs", List.of(List.of(1, 2000), List.of(5000, 5000)));
        fork.request(Map.of("render", wish));
        fork.until("Saved:");

        kill("INT", fork.pid);

        assertThat(fork.rest()).doesNotContain("0005000.png");
        assertThat(waiting.end(fork)).isEqualTo("exit 1");
    }

    @ParameterizedTest
    @CsvSource({
        "missing, Cannot read file",
        "junk, File format is not supported in file",
        "no-camera, 'Cannot render, no camera'",
        "scenes, 'Cannot render, no camera'"
    })
    void whatCannotBeRenderedEndsAsACold(String scene, String message) throws Exception {
        Files.writeString(scenes.resolve("junk.blend"), "junk");

        SceneSettings settings = Wishes.wish(BlenderEngine.BLENDER_WORKBENCH, null, null, null, null, null);

        String log = render(command(scene, settings, folder, 1), 1);

        BlenderOutput output = new BlenderOutput();
        assertThat(log.lines().map(output::read).flatMap(Optional::stream))
                .filteredOn(BlenderEvent.Failure.class::isInstance)
                .singleElement()
                .satisfies(event ->
                        assertThat(((BlenderEvent.Failure) event).message()).startsWith(message));
    }

    @Test
    void aScriptEndsAForkWithItsOwnStatusOrOneOfAFailure() throws Exception {
        assertThat(script("import os; os._exit(137)")).isEqualTo("exit 137");
        assertThat(script("import sys; sys.exit(7)")).isEqualTo("exit 7");
        assertThat(script("import sys; sys.exit()")).isEqualTo("exit 0");
        assertThat(script("import os; os.kill(os.getpid(), 9)")).isEqualTo("signal 9");

        Fork fork = waiting.hold();
        fork.request(withScript("raise ValueError('no')"));
        BlenderOutput output = new BlenderOutput();
        assertThat(fork.rest().lines().map(output::read).flatMap(Optional::stream))
                .containsExactly(new BlenderEvent.Failure(FailureKind.PYTHON, "ValueError: no"));
        assertThat(waiting.end(fork)).isEqualTo("exit 1");
    }

    @Test
    void theEnvironmentIsTheTasksAndTheTemporaryFolderLeavesNothing() throws Exception {
        Fork fork = waiting.hold();
        fork.request(
                withScript("import bpy, os, sys; print(bpy.app.tempdir, os.environ['HOME'], __name__, sys.argv[0])"));

        assertThat(fork.rest()).containsPattern(folder + "/blender_\\w+/ " + folder + " __main__ blender\n");
        assertThat(waiting.end(fork)).isEqualTo("exit 0");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).noneMatch(each -> each.getFileName().toString().startsWith("blender_"));
        }
    }

    @ParameterizedTest
    @CsvSource({"long, Sample 1/", "lock, Fra:3"})
    void theEndOfItsInputEndsARenderThatGoesOn(String scene, String line) throws Exception {
        Fork fork = waiting.hold();
        fork.request(request(command(scene, Wishes.cycles(), folder, 1, 3)));
        fork.until(scene.equals("lock") ? "Saved:" : line);
        fork.settle();

        fork.input.close();

        assertThat(waiting.end(fork)).isIn("signal 9", "exit 1");
        assertThat(fork.rest()).doesNotContain("0000003.png");
        assertNobodyIsLeft(fork.pid);
    }

    @Test
    void aForkBecomesAProgramUnderItsPid() throws Exception {
        Fork fork = waiting.hold();
        fork.request(Map.of("exec", List.of("sh", "-c", "echo $$ $1; exit 137", "sh", "a b\nc")));

        assertThat(fork.rest()).isEqualTo(fork.pid + " a b c\n");
        assertThat(waiting.end(fork)).isEqualTo("exit 137");

        Fork missing = waiting.hold();
        missing.request(Map.of("exec", List.of("/no/such")));
        assertThat(waiting.end(missing)).isEqualTo("exit 127");

        Fork alone = waiting.hold();
        alone.request(Map.of("exec", List.of("sh", "-c", "trap '' INT; echo on; while :; do sleep 1; done")));
        alone.until("on");
        alone.input.close();
        assertThat(waiting.end(alone)).isEqualTo("signal 9");
        assertNobodyIsLeft(alone.pid);
    }

    @Test
    void aLoadedOneIsLeftBehindAndItsForksRenderTheSame() throws Exception {
        Path library = scenes.resolve("library.blend");
        BlenderCommand command = command("linked", Wishes.cycles(), folder.resolve("first"), 1, 3);
        Fork first = waiting.hold();
        Server loaded = keep(first, command, true);

        loaded.ready();
        String firstLog = first.rest();
        assertThat(waiting.end(first)).isEqualTo("exit 0");
        Fork fork = loaded.hold();
        Path again = folder.resolve("again");
        fork.request(request(command("linked", Wishes.cycles(), again, 1, 3)));
        String log = fork.rest();
        assertThat(log).startsWith("render-node: fork of a loaded Blender\n").doesNotContain("Read blend");
        assertThat(report(log)).isEqualTo(report(firstLog)).contains("missing_image");
        assertThat(waiting.end(fork)).isEqualTo("exit 0");
        assertThat(pixels(again)).isEqualTo(pixels(folder.resolve("first"))).hasSize(2);

        Fork busy = loaded.hold();
        busy.request(Map.of("exec", List.of("sh", "-c", "exit 3")));
        assertThat(waiting.end(busy)).isEqualTo("exit 3");

        Files.setLastModifiedTime(library, FileTime.from(Instant.now().minusSeconds(50)));
        loaded.send("hold 9999");
        assertThat(loaded.line()).isEqualTo("stale 9999 changed: " + library);
        assertThat(loaded.line()).as("it ends").isNull();
    }

    @Test
    void aLoadedOneIsNotLeftBehindUnaskedOrIfItsFileIsNew() throws Exception {
        BlenderCommand command = command("plain", Wishes.cycles(), folder.resolve("frames"), 1);
        Fork unasked = waiting.hold();
        assertThat(keep(unasked, command, false).line()).isNull();
        assertThat(unasked.rest()).contains("Saved:");
        assertThat(waiting.end(unasked)).isEqualTo("exit 0");

        Files.copy(scenes.resolve("plain.blend"), scenes.resolve("new.blend"));
        Fork changed = waiting.hold();
        assertThat(keep(changed, command("new", Wishes.cycles(), folder.resolve("frames"), 1), true)
                        .line())
                .isNull();
        assertThat(changed.rest()).contains("Saved:");
        assertThat(waiting.end(changed)).isEqualTo("exit 0");
    }

    @Test
    void anIdleOneTakesNoTimeAndAnswers() throws Exception {
        waiting.send("nonsense of many words");
        waiting.send("ping");
        assertThat(waiting.next()).isEqualTo("pong");
        List<String> before = stat(blender.pid()).subList(11, 13);
        TimeUnit.MILLISECONDS.sleep(500);
        assertThat(stat(blender.pid()).subList(11, 13)).isEqualTo(before);
    }

    @Test
    void forksThatKeepTooFewThreadsBusyAreUnfit() throws Exception {
        Process process = start(1, THREADS);
        try (BufferedReader lines = process.inputReader()) {
            List<String> told = lines.lines()
                    .filter(line -> line.startsWith("render-node: "))
                    .toList();
            assertThat(told).singleElement().asString().startsWith("render-node: unfit ");
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(int threads, int wanted) throws Exception {
        List<String> command = new ArrayList<>(List.of(Scenes.blender(), "-b", "-noaudio", "-Y", "--factory-startup"));
        command.addAll(List.of("-t", Integer.toString(threads), "--python-exit-code", "1"));
        Path script =
                Path.of(BlenderCommand.class.getResource("waiting_blender.py").toURI());
        command.addAll(List.of("--python", script.toString(), "--", "--cycles-device", "CPU", "--render-node"));
        command.add("{\"room\": null, \"threads\": " + wanted + "}");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private static String cold(List<String> arguments) throws Exception {
        try (RealBlender cold = RealBlender.start(arguments)) {
            cold.events();
            assertThat(cold.exitCode()).as(cold.log()).isZero();
            return cold.log();
        }
    }

    private static BlenderCommand command(String scene, SceneSettings settings, Path output, Integer... frames) {
        return new BlenderCommand(
                RealBlender.PROGRAM,
                scenes.resolve(scene + ".blend"),
                scripts,
                output,
                settings,
                List.of(frames),
                THREADS,
                Optional.of("CPU"));
    }

    private Map<String, Object> request(BlenderCommand command) {
        return Map.of("render", wish(command));
    }

    private Map<String, Object> wish(BlenderCommand command) {
        List<String> arguments = command.arguments();
        int scene = arguments.indexOf("-S");
        Map<String, Object> wish = new HashMap<>();
        wish.put("room", null);
        wish.put("environment", Map.of("TMPDIR", folder.toString(), "HOME", folder.toString()));
        wish.put("blend", command.blend().toString());
        wish.put("arguments", arguments);
        wish.put("scripts", scripts.stream().map(Path::toString).toList());
        wish.put("scene", scene < 0 ? null : arguments.get(scene + 1));
        wish.put(
                "runs",
                command.frames().stream().map(frame -> List.of(frame, frame)).toList());
        wish.put("keep", null);
        return wish;
    }

    private String render(BlenderCommand command, int exitCode) throws Exception {
        Fork fork = waiting.hold();
        fork.request(request(command));
        String log = fork.rest();
        assertThat(waiting.end(fork)).as(log).isEqualTo("exit " + exitCode);
        assertThat(log).startsWith("render-node: fork of an empty Blender\n");
        return log;
    }

    private static String report(String log) {
        return log.lines()
                .filter(line -> line.startsWith("render-node: scene "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no report: " + log));
    }

    private Map<String, Object> withScript(String text) throws IOException {
        Path script = Files.writeString(folder.resolve("script" + wishes++ + ".py"), text);
        Map<String, Object> wish = wish(command("plain", Wishes.cycles(), folder, 1));
        wish.put("scripts", List.of(script.toString()));
        wish.put("runs", List.of());
        return Map.of("render", wish);
    }

    private String script(String text) throws Exception {
        Fork fork = waiting.hold();
        fork.request(withScript(text));
        return waiting.end(fork);
    }

    private Server keep(Fork fork, BlenderCommand command, boolean kept) throws IOException {
        Map<String, Object> wish = wish(command);
        wish.put("keep", false);
        fork.request(Map.of("render", wish));
        String[] words = fork.output.readLine().split(" ", -1);
        assertThat(words).hasSize(9);
        Server server = new Server(writer(fork.pid, words[7]), reader(fork.pid, words[8]));
        if (kept) {
            fork.input.write("kept\n".getBytes(StandardCharsets.UTF_8));
        }
        return server;
    }

    private static OutputStream writer(long pid, String descriptor) throws IOException {
        return new FileOutputStream("/proc/" + pid + "/fd/" + descriptor);
    }

    private static BufferedReader reader(long pid, String descriptor) throws IOException {
        return new BufferedReader(new InputStreamReader(
                new FileInputStream("/proc/" + pid + "/fd/" + descriptor), StandardCharsets.UTF_8));
    }

    /** What the two ways must tell alike: all but progress, times and paths. */
    private static List<String> telling(String log, Path output) {
        return log.lines()
                .filter(line ->
                        line.startsWith("Saved:") || line.startsWith("render-node: ") || line.startsWith("Warn"))
                .filter(line -> !line.startsWith("render-node: fork"))
                .map(line -> line.replace(output.toString(), ""))
                .toList();
    }

    private static Map<String, Integer> pixels(Path folder) throws IOException {
        Map<String, Integer> pixels = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                BufferedImage image = ImageIO.read(file.toFile());
                int[] all = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
                pixels.put(file.getFileName().toString(), Arrays.hashCode(all));
            }
        }
        return pixels;
    }

    /** Answers the nanoseconds that each thread ran, the busiest first. */
    private static List<Long> busy(long pid) throws IOException {
        List<Long> ran = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks.toList()) {
                ran.add(-Long.parseLong(
                        Files.readString(task.resolve("schedstat")).split(" ", -1)[0]));
            }
        }
        return ran.stream().sorted().map(nanos -> -nanos).toList();
    }

    /** Answers a process's fields from its state on: state, parent, group, session, ... */
    private static List<String> stat(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    }

    private static void kill(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void assertNobodyIsLeft(long session) throws Exception {
        // The watcher ends with its group, and the waiting Blender buries it.
        long late = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        List<Long> left = inSession(session);
        while (!left.isEmpty() && System.nanoTime() < late) {
            TimeUnit.MILLISECONDS.sleep(10);
            left = inSession(session);
        }
        assertThat(left).isEmpty();
    }

    private static List<Long> inSession(long session) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> {
                    try {
                        return stat(pid).get(3).equals(Long.toString(session));
                    } catch (IOException e) {
                        return false; // It is gone.
                    }
                })
                .toList();
    }

    /** A fork, by its pid and the ends of its pipes. */
    private record Fork(long pid, OutputStream input, BufferedReader output) {
        void request(Map<String, Object> wish) throws JsonProcessingException, IOException {
            input.write((JSON.writeValueAsString(wish) + "\n").getBytes(StandardCharsets.UTF_8));
        }

        /** Waits until it can do no more than wait, or is well under way. */
        void settle() throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(300);
        }

        void until(String part) throws IOException {
            String line = output.readLine();
            while (line != null && !line.contains(part)) {
                line = output.readLine();
            }
            assertThat(line).as("a line with " + part).isNotNull();
        }

        String rest() throws IOException {
            StringBuilder rest = new StringBuilder();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                rest.append(line).append('\n');
            }
            return rest.toString();
        }
    }

    /** A server, by the ends of its pipes. */
    private static final class Server {
        private static final String MARK = "render-node: ";

        private final OutputStream input;
        private final BufferedReader output;
        private final Map<Long, String> ended = new HashMap<>();
        private long pid;
        private int holds;

        Server(OutputStream input, BufferedReader output) {
            this.input = input;
            this.output = output;
        }

        OutputStream input() {
            return input;
        }

        void send(String line) throws IOException {
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        }

        /** Answers its next line that tells of no end; null at the end of its output. */
        String line() throws IOException {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(MARK + "ended ")) {
                    String[] words = line.split(" ", 4);
                    ended.put(Long.parseLong(words[2]), words[3]);
                    return "ended";
                }
                if (line.startsWith(MARK)) {
                    return line.substring(MARK.length());
                }
            }
            return null;
        }

        /** Waits until it waits, and answers its pid. */
        long ready() throws IOException {
            String line = next();
            assertThat(line).startsWith("ready ");
            pid = Long.parseLong(line.substring("ready ".length()));
            return pid;
        }

        /** Answers how a fork ended; what else is told in between is not expected. */
        String end(Fork fork) throws IOException {
            while (!ended.containsKey(fork.pid)) {
                assertThat(line()).isEqualTo("ended");
            }
            fork.input.close();
            return ended.remove(fork.pid);
        }

        Fork hold() throws IOException {
            String number = Integer.toString(++holds);
            send("hold " + number);
            String line = next();
            String[] words = line.split(" ", -1);
            assertThat(words).as(line).hasSize(5).startsWith("held", number);
            Fork fork = new Fork(Long.parseLong(words[2]), writer(pid, words[3]), reader(pid, words[4]));
            send("taken " + number);
            return fork;
        }

        /** Answers its next line, whatever ends in between. */
        String next() throws IOException {
            String line = line();
            while ("ended".equals(line)) {
                line = line();
            }
            return line;
        }
    }
}
