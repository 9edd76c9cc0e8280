package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rendernode.Scenes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of simulations that have no bake, in the real Blender. */
@Execution(ExecutionMode.CONCURRENT)
class SimulationScriptTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Integer> ALL =
            IntStream.rangeClosed(1, 10).boxed().toList();

    @TempDir
    private static Path scenes;

    private static List<Path> scripts;

    @TempDir
    private Path folder;

    private int runs;

    @BeforeAll
    static void makeScenes() throws Exception {
        scripts = RealBlender.scripts();
        Scenes.make("blender-scenes/make_simulation_scenes.py", scenes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rigid", "soft", "cloth", "particles", "paint", "hair", "fluid"})
    void aRunItsChunksAndItsGapsAreEqualAndMove(String scene) throws Exception {
        Map<Integer, Frame> whole = render(scene, ALL).frames();

        assertThat(whole).containsOnlyKeys(ALL);
        assertThat(whole.get(10)).isNotEqualTo(whole.get(1));
        Map<Integer, Frame> chunks =
                new TreeMap<>(render(scene, ALL.subList(0, 4)).frames());
        chunks.putAll(render(scene, ALL.subList(4, 7)).frames());
        chunks.putAll(render(scene, ALL.subList(7, 10)).frames());
        assertThat(chunks).isEqualTo(whole);
        assertThat(render(scene, List.of(3, 7)).frames()).isEqualTo(Map.of(3, whole.get(3), 7, whole.get(7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rigid", "soft", "cloth", "particles", "paint"})
    void aRunIsEqualToABakeByBlender(String scene) throws Exception {
        Run baked = render(scene + "-baked", ALL);

        assertThat(baked.warnings()).isEmpty();
        assertThat(baked.log()).doesNotContain("simulating");
        assertThat(render(scene, ALL).frames()).isEqualTo(baked.frames());
    }

    @Test
    void eachFrameUpToTheLastOneIsToldAndOneWarningSaysWhy() throws Exception {
        Run rendered = render("cloth", List.of(3, 7));

        assertThat(rendered.log().lines().filter(line -> line.startsWith("render-node: simulating")))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 7)
                        .mapToObj(frame -> "render-node: simulating frame " + frame)
                        .toList());
        assertThat(rendered.warnings())
                .containsExactly("simulation_unbaked Cube: object 'Cube': its cloth has no bake: "
                        + "the node steps through it from frame 1; a bake would save that");
    }

    @Test
    void whoDoesNotWantItHasWhatTheCommandLineGives() throws Exception {
        Run rendered = render("rigid", ALL, wish -> wish.put("simulate", false));

        assertThat(rendered.log()).doesNotContain("simulating");
        assertThat(rendered.warnings())
                .singleElement()
                .asString()
                .endsWith("may stand still, and each task begins it anew");
        assertThat(rendered.frames().get(10)).isEqualTo(rendered.frames().get(9));
    }

    @Test
    void framesBeforeItsStartAreRenderedToo() throws Exception {
        Map<Integer, Frame> frames = render("soft", List.of(-2, 0, 5)).frames();

        assertThat(frames).containsOnlyKeys(-2, 0, 5);
        assertThat(frames.get(5)).isEqualTo(render("soft", ALL).frames().get(5));
        assertThat(render("soft", List.of(-2)).log()).doesNotContain("simulating");
    }

    @Test
    void whatTheWindowDoesNotShowIsSimulatedTooAndNothingIsLeftBesideTheScene() throws Exception {
        Map<Integer, Frame> shown = render("soft", ALL).frames();

        Map<Integer, Frame> frames = render(Wishes.cycles("Scene", null), "elsewhere", ALL, wish -> {})
                .frames();

        assertThat(frames).isEqualTo(shown);
        assertThat(beside("blendcache_elsewhere")).isEmpty();
        render("paint", List.of(10));
        assertThat(beside("blendcache_paint"))
                .as("merely opening it writes one")
                .hasSizeLessThan(2);
        render("fluid", List.of(2));
        assertThat(beside("fluid")).isEmpty();
    }

    @Test
    void aBakeThatEndsTooEarlyIsTold() throws Exception {
        assertThat(render("rigid-baked", List.of(3, 12)).warnings())
                .containsExactly("bake_short Scene: scene 'Scene': its rigid body world: "
                        + "baked from frame 1 to 10, and frame 12 is wanted");
    }

    private static List<String> beside(String name) throws IOException {
        Path there = scenes.resolve(name);
        if (!Files.exists(there)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(there)) {
            return files.filter(Files::isRegularFile).map(Path::toString).toList();
        }
    }

    private Run render(String scene, List<Integer> frames) throws Exception {
        return render(scene, frames, wish -> {});
    }

    private Run render(String scene, List<Integer> frames, Consumer<ObjectNode> more) throws Exception {
        return render(Wishes.cycles(), scene, frames, more);
    }

    private Run render(SceneSettings settings, String scene, List<Integer> frames, Consumer<ObjectNode> more)
            throws Exception {
        Path output = folder.resolve("run " + runs++);
        List<String> arguments = new ArrayList<>(new BlenderCommand(
                        RealBlender.PROGRAM,
                        scenes.resolve(scene + ".blend"),
                        scripts,
                        output,
                        settings,
                        frames,
                        1,
                        Optional.of("CPU"))
                .arguments());
        ObjectNode wish = (ObjectNode) JSON.readTree(arguments.get(arguments.size() - 1));
        wish.put("first", frames.get(0)).put("last", frames.get(frames.size() - 1));
        more.accept(wish);
        arguments.set(arguments.size() - 1, wish.toString());
        Run run = run(arguments);
        assertThat(run.exitCode()).as(run.log()).isZero();
        Map<Integer, Frame> rendered = new TreeMap<>();
        try (Stream<Path> files = Files.list(output)) {
            for (Path file : files.filter(Predicate.not(Files::isDirectory)).toList()) {
                BufferedImage image = ImageIO.read(file.toFile());
                int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
                rendered.put(FrameNames.frameOf(file.toString()).orElseThrow(), new Frame(Arrays.hashCode(pixels)));
            }
        }
        return new Run(run.log(), run.exitCode(), rendered);
    }

    private static Run run(List<String> arguments) throws IOException, InterruptedException {
        try (RealBlender blender = RealBlender.start(arguments)) {
            blender.events();
            return new Run(blender.log(), blender.exitCode(), Map.of());
        }
    }

    /** The pixels of a frame, by their hash. */
    private record Frame(int pixels) {}

    private record Run(String log, int exitCode, Map<Integer, Frame> frames) {
        List<String> warnings() throws IOException {
            String report = "render-node: scene ";
            String line = log.lines()
                    .filter(each -> each.startsWith(report))
                    .findFirst()
                    .orElseThrow();
            List<String> told = new ArrayList<>();
            JSON.readTree(line.substring(report.length()))
                    .get("warnings")
                    .forEach(warning -> told.add(warning.get("code").asText() + " "
                            + warning.get("name").asText() + ": "
                            + warning.get("message").asText()));
            return told;
        }
    }
}
