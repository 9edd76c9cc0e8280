package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.Scenes;
import io.rendernode.process.ProcessIdentity;
import io.rendernode.process.Room;
import io.rendernode.process.Sandbox;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenes that mean harm, rendered by the real Blender: what they get without a room, and in one. */
class HostileScenesIT {
    /** What shows the colour of a file that the scene may not read: its picture, its object, its text. */
    private static final Map<String, Color> COLOURS =
            Map.of("image", new Color(0, 255, 0), "library", new Color(0, 255, 0), "textmovie", new Color(0, 170, 0));

    private static final List<String> SCENES =
            List.of("image", "library", "textmovie", "url", "fileoutput", "fluid", "python-freestyle");

    private static final List<String> ENGINES = List.of("CYCLES", "BLENDER_EEVEE", "BLENDER_WORKBENCH");

    @TempDir
    static Path folder;

    private static Path scenes;
    private static Path loot;
    private static ServerSocket listener;
    private static final AtomicInteger CALLS = new AtomicInteger();

    @BeforeAll
    static void makeScenes() throws Exception {
        scenes = Files.createDirectories(folder.resolve("blend/hostile"));
        loot = Files.createDirectories(folder.resolve("loot"));
        Files.copy(Path.of("blend/files/demo.blend"), folder.resolve("blend/demo.blend"));
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread counter = new Thread(HostileScenesIT::count);
        counter.setDaemon(true);
        counter.start();
        Scenes.make("hostile_scenes.py", scenes, loot, listener.getLocalPort());
    }

    @AfterAll
    static void close() throws IOException {
        listener.close();
    }

    private static void count() {
        try {
            while (true) {
                listener.accept().close();
                CALLS.incrementAndGet();
            }
        } catch (SocketException closed) {
            return;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = process.inputReader().lines().toList();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return lines;
    }

    private static Set<String> loot() throws IOException {
        try (Stream<Path> all = Files.list(loot)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("secret."))
                    .collect(Collectors.toSet());
        }
    }

    /** Python that nobody takes away: what a hole in Blender would be. A link that it makes is no frame. */
    @Test
    void pythonInARoomGetsNothingButItsOwnFolders() throws Exception {
        Path data = Files.createDirectories(folder.resolve("room"));
        Path frames = Files.createDirectories(data.resolve("frames"));
        Path temporary = Files.createDirectories(data.resolve("temporary"));
        Path script = Files.writeString(data.resolve("script.py"), "");
        Sandbox sandbox = Sandbox.find(Path.of("/usr/bin/python3"), data);
        Room room = new Room(List.of(scenes, script), List.of(frames, temporary), List.of(), false);

        assertThat(got("python-freestyle", sandbox.command(room), temporary, script, frames))
                .containsExactlyInAnyOrder("python", "neighbour", "symlink");
        for (String bomb : List.of("forks", "sparse")) {
            List<String> command = new ArrayList<>(List.of("prlimit", "--fsize=" + (64L << 30)));
            command.addAll(sandbox.command(room));
            assertThat(got("python-" + bomb, command, temporary, script, frames))
                    .contains("python")
                    .doesNotContain(bomb);
        }
        assertThat(loot()).doesNotContain("written", "daemon", "moved");
    }

    private static Set<String> got(String scene, List<String> room, Path home, Path script, Path frames)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "TMPDIR=" + home, "HOME=" + home));
        command.addAll(room);
        command.addAll(List.of(Scenes.blender(), "-b", "-Y", "--factory-startup", "--python", script.toString()));
        command.addAll(List.of(scenes.resolve(scene + ".blend").toString(), "-o", frames + "/#######", "-f", "1"));
        return run(command).stream()
                .filter(line -> line.startsWith("GOT "))
                .map(line -> line.substring("GOT ".length()))
                .collect(Collectors.toSet());
    }

    private static Map<String, String> variables(String sandbox) {
        return Map.of(
                "BLEND_FILE_PATH", folder.resolve("blend/demo.blend").toString(),
                "RENDER_SANDBOX", sandbox,
                "RENDER_MEMORY_LIMIT", "2G",
                "RENDER_ATTEMPTS", "1",
                "RENDER_NICE", "0",
                "RENDER_STALL_TIMEOUT", "60s");
    }

    private static long post(NodeProcess node, String scene) throws Exception {
        return node.post(
                "{\"from\":1,\"to\":1,\"blend\":\"hostile/" + scene + ".blend\",\"output\":\"" + scene + "_#\"}");
    }

    /** What the scenes got that need no Python. */
    private static Set<String> lootOf(String sandbox) throws Exception {
        Path home = folder.resolve(sandbox);
        CALLS.set(0);
        for (String name : loot()) {
            try (Stream<Path> all = Files.walk(loot.resolve(name))) {
                all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
        Set<String> got = new HashSet<>();
        try (NodeProcess node = NodeProcess.start(home, variables(sandbox))) {
            for (String scene : SCENES) {
                assertThat(node.awaitEnd(post(node, scene))).as(scene).isEqualTo("Job completed");
                int pixel = picture(home, scene).getRGB(8, 8);
                if (COLOURS.containsKey(scene) && pixel == COLOURS.get(scene).getRGB()) {
                    got.add(scene);
                }
            }
            for (String engine : ENGINES) {
                long job = node.post("{\"from\":1,\"to\":1,\"samples\":4,\"resolution\":10,\"engine\":\"" + engine
                        + "\",\"output\":\"" + engine + "_#\"}");
                assertThat(node.awaitEnd(job)).as(engine).isEqualTo("Job completed");
            }
        }
        if (CALLS.get() > 0) {
            got.add("url");
        }
        got.addAll(loot());
        return got;
    }

    private static BufferedImage picture(Path home, String name) throws IOException {
        return ImageIO.read(home.resolve("output/" + name + "_1.png").toFile());
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    @Test
    void aSceneReadsWritesAndCallsNothingThatIsNotItsOwnAndNoPixelChanges() throws Exception {
        assertThat(lootOf("off"))
                .as("without a room, but for its Python and its File Output nodes")
                .containsExactlyInAnyOrder("image", "library", "textmovie", "url", "fluid");
        assertThat(lootOf("on")).isEmpty();
        for (String engine : ENGINES) {
            assertThat(pixels(picture(folder.resolve("on"), engine)))
                    .as(engine)
                    .isEqualTo(pixels(picture(folder.resolve("off"), engine)));
        }
    }

    @Test
    void whatWouldTakeAllThereIsEndsWithItsReasonAndTheNodeGoesOn() throws Exception {
        Path home = folder.resolve("bombs");
        try (NodeProcess node = NodeProcess.start(home, variables("auto"))) {
            for (String scene : List.of("memory", "memory-image", "zstd")) {
                long job = post(node, scene);
                assertThat(node.awaitEnd(job)).as(scene).startsWith("Job failed: ");
                assertThat(node.json(job)).as(scene).contains("\"outcome\":\"out_of_memory\"");
                assertThat(home.resolve("output/" + scene + "_1.png")).doesNotExist();
            }
            long job = node.post("{\"from\":1,\"to\":1,\"samples\":1,\"resolution\":10}");
            assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
        }
    }

    @Test
    void aDriverThatHoldsPythonForEverEndsWithTheNode() throws Exception {
        NodeProcess node = NodeProcess.start(folder.resolve("driver"), variables("auto"));
        ProcessIdentity blender;
        try {
            long job = post(node, "driver");
            Await.until(() -> node.json(job).contains("\"state\":\"running\"") && cpuSeconds(job) > 0.5);
            blender = ProcessIdentity.of(job).orElseThrow();
        } finally {
            node.process().destroyForcibly();
        }
        long killed = System.nanoTime();
        Await.until(() -> !blender.isAlive());
        // Two seconds on a quiet machine.
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(10));
    }

    private static double cpuSeconds(long pid) throws IOException {
        String[] stat = Files.readString(Path.of("/proc/" + pid + "/stat"))
                .replaceFirst(".*\\) ", "")
                .split(" ", -1);
        return (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) / 100.0;
    }

    @Test
    void aLinkThatIsSwappedInWhileItsJobWaitsIsNotRendered() throws Exception {
        Path secret = Files.createDirectories(folder.resolve("elsewhere")).resolve("secret.blend");
        Files.copy(Path.of("blend/files/demo.blend"), secret);
        Path scene = scenes.resolve("swapped.blend");
        Files.copy(secret, scene, StandardCopyOption.REPLACE_EXISTING);
        try (NodeProcess node = NodeProcess.start(folder.resolve("swap"), variables("auto"))) {
            long first = post(node, "driver");
            long job = post(node, "swapped");
            Files.delete(scene);
            Files.createSymbolicLink(scene, secret);
            assertThat(node.call("DELETE", "/job/" + first, null, null).statusCode())
                    .isEqualTo(204);

            assertThat(node.awaitEnd(job))
                    .isEqualTo(
                            "Job failed: blend 'hostile/swapped.blend' is a link that leads out of the blend folder");
        }
    }

    @Test
    void theScriptThatBlenderRunsHasTheProgramsBytes() throws Exception {
        Path home = folder.resolve("script");
        try (NodeProcess node = NodeProcess.start(home, variables("off"))) {
            Path script = home.resolve("data").resolve("render_node.py");
            byte[] bytes = Files.readAllBytes(script);
            Files.delete(script);
            Files.writeString(script, "open('" + loot.resolve("script") + "', 'w')");

            assertThat(node.awaitEnd(node.post("{\"from\":1,\"to\":1,\"samples\":1,\"resolution\":10}")))
                    .isEqualTo("Job completed");

            assertThat(script).hasBinaryContent(bytes);
            assertThat(loot()).doesNotContain("script");
        }
    }
}
