package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Scenes;
import io.rendernode.blender.BlenderEvent.Failure;
import io.rendernode.blender.BlenderEvent.FrameDone;
import io.rendernode.blender.BlenderEvent.Names;
import io.rendernode.blender.BlenderEvent.Progress;
import io.rendernode.blender.BlenderEvent.Saved;
import io.rendernode.blender.BlenderEvent.Scene;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only the real Blender can show. */
@Execution(ExecutionMode.CONCURRENT)
class RenderNodeScriptTest {
    private static final SceneSettings CYCLES = Wishes.cycles();

    @TempDir
    private static Path scenes;

    private static List<Path> scripts;

    @TempDir
    private Path frames;

    @BeforeAll
    static void makeScenes() throws Exception {
        scripts = RealBlender.scripts();
        Scenes.make("blender-scenes/make_scenes.py", scenes);
    }

    @Test
    void aSceneRendersEachFrameWhateverItsOwnSettings() throws Exception {
        Files.createFile(frames.resolve("0000001.png"));

        List<BlenderEvent> events = render("plain.blend", CYCLES, List.of(1, 2, 3), 0);

        assertThat(events).contains(names(""));
        assertThat(files()).containsExactly("0000001.png", "0000002.png", "0000003.png");
        assertThat(image("0000001.png").getWidth()).isEqualTo(64);
    }

    @Test
    void framesWithGapsRenderFromSeveralLists() throws Exception {
        List<Integer> wanted = List.of(2, 4, 5, 1_048_574);
        List<String> arguments =
                new ArrayList<>(command("plain.blend", CYCLES, wanted).arguments());
        int list = arguments.indexOf("-f");
        arguments.subList(list, list + 2).clear();
        arguments.addAll(list, FrameArguments.of(wanted, 6));
        assertThat(arguments).containsSequence("-f", "2,4..5", "-f", "1048574");

        List<BlenderEvent> events = events(arguments, 0);

        assertThat(files()).containsExactly("0000002.png", "0000004.png", "0000005.png", "1048574.png");
        assertThat(events).filteredOn(FrameDone.class::isInstance).hasSize(4);
    }

    @Test
    void theSceneTheCameraTheSamplesAndTheSizeAreThoseAskedFor() throws Exception {
        SceneSettings settings = Wishes.wish(BlenderEngine.CYCLES, "--version", "Camera", 3, 50, null);

        List<BlenderEvent> events = render("scenes.blend", settings, List.of(1), 0);

        BufferedImage image = image("0000001.png");
        assertThat(image.getWidth()).isEqualTo(32);
        assertThat(image.getRGB(16, 16) >>> 24).as("the cube, opaque").isEqualTo(255);
        assertThat(events)
                .filteredOn(Progress.class::isInstance)
                .extracting(event -> ((Progress) event).sampleTotal().orElse(0))
                .contains(3);
    }

    @Test
    void aMovieRendersAsPng() throws Exception {
        List<BlenderEvent> events = render("movie.blend", CYCLES, List.of(1), 0);

        assertThat(events).contains(names(""));
        assertThat(files()).containsExactly("0000001.png");
    }

    @Test
    void aStereoSceneSavesEachSideBeforeTheFrameIsDone() throws Exception {
        List<BlenderEvent> events = render("stereo.blend", CYCLES, List.of(7), 0);

        assertThat(events)
                .filteredOn(event -> !(event instanceof Progress || event instanceof Scene))
                .hasSize(4)
                .startsWith(
                        names("_L", "_R"),
                        new Saved(frames.resolve("0000007_L.png").toString()),
                        new Saved(frames.resolve("0000007_R.png").toString()))
                .last()
                .isInstanceOf(FrameDone.class);
        assertThat(files()).containsExactly("0000007_L.png", "0000007_R.png");
    }

    @Test
    void aSideBySideSceneInEveryFormatMakesTheFilesItTells() throws Exception {
        for (ImageFormat format : List.of(ImageFormat.PNG, ImageFormat.OPEN_EXR, ImageFormat.OPEN_EXR_MULTILAYER)) {
            List<BlenderEvent> events = render(
                    "side-by-side.blend",
                    Wishes.wish(BlenderEngine.CYCLES, null, null, null, null, format),
                    List.of(1),
                    0);

            FrameNames told = events.stream()
                    .filter(Names.class::isInstance)
                    .map(event -> ((Names) event).names())
                    .findFirst()
                    .orElseThrow();
            List<String> names = told.suffixes().stream()
                    .map(suffix -> told.fileName(1, suffix))
                    .toList();
            assertThat(told.format()).isEqualTo(format);
            assertThat(files()).containsExactlyElementsOf(names);
            for (String name : names) {
                Files.delete(frames.resolve(name));
            }
        }
    }

    @Test
    void viewsMakeTheFilesTheyTellWhateverTheirSuffixes() throws Exception {
        String[] suffixes = {"1", ".left", "_\u5de6", ".png", " 12.jpg"};

        List<BlenderEvent> events = render("odd-views.blend", CYCLES, List.of(1, 11), 0);

        assertThat(events).contains(names(suffixes));
        FrameNames told = names(suffixes).names();
        assertThat(files())
                .containsExactlyInAnyOrderElementsOf(Stream.of(1, 11)
                        .flatMap(frame -> told.suffixes().stream().map(suffix -> told.fileName(frame, suffix)))
                        .toList());
        assertThat(events)
                .filteredOn(Saved.class::isInstance)
                .extracting(event -> FrameNames.frameOf(((Saved) event).path()).getAsInt())
                .containsExactly(1, 1, 1, 1, 1, 11, 11, 11, 11, 11);
    }

    @ParameterizedTest
    @CsvSource({"number-views, reads as part of the frame's number", "line-views, is no part of a file's name"})
    void viewsThatCannotBeToldFromOtherFilesEndIt(String blend, String reason) throws Exception {
        List<BlenderEvent> events = render(blend + ".blend", CYCLES, List.of(1), 1);

        assertThat(events).singleElement().isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.NOT_SUPPORTED);
            assertThat(failure.message()).contains(reason);
        });
        assertThat(files()).isEmpty();
    }

    @Test
    void aCameraThatIsNoneEndsItBeforeAnythingIsRendered() throws Exception {
        List<BlenderEvent> events = render("plain.blend", Wishes.cycles(null, "Cube"), List.of(1), 1);

        assertThat(events)
                .containsExactly(
                        new Failure(FailureKind.CAMERA_NOT_FOUND, "camera not found: 'Cube', there are: Camera"));
        assertThat(files()).isEmpty();
    }

    @Test
    void aSceneThatIsNotThereEndsItBeforeAnyOfALongListIsRendered() throws Exception {
        List<Integer> scattered =
                IntStream.range(0, 50_000).map(i -> 900_000 + 2 * i).boxed().toList();

        List<BlenderEvent> events = render("plain.blend", Wishes.cycles("N\u00d6PE\n", null), scattered, 1);

        assertThat(events).extracting(event -> ((Failure) event).kind()).containsExactly(FailureKind.SCENE_NOT_FOUND);
        assertThat(files()).isEmpty();
    }

    @Test
    void aRenderImportsNothingThatIsNotCompiled(@TempDir Path cache) throws Exception {
        List<String> asTheNodeDoes = List.of("env", "-u", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX=" + cache);
        List<String> compile = new ArrayList<>(asTheNodeDoes);
        compile.addAll(BlenderCommand.compile(RealBlender.PROGRAM, cache));
        List<String> render = new ArrayList<>(asTheNodeDoes);
        render.addAll(command("plain.blend", CYCLES, List.of(1)).arguments());

        events(compile, 0);
        List<Path> compiled = filesBelow(cache);
        events(render, 0);

        assertThat(compiled).anyMatch(module -> module.toString().contains("/bl_operators/"));
        assertThat(filesBelow(cache)).containsExactlyInAnyOrderElementsOf(compiled);
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static Names names(String... suffixes) {
        return new Names(new FrameNames(ImageFormat.PNG, List.of(suffixes), List.of()));
    }

    private List<BlenderEvent> render(String blend, SceneSettings settings, List<Integer> wanted, int exitCode)
            throws Exception {
        return events(command(blend, settings, wanted).arguments(), exitCode);
    }

    private static List<BlenderEvent> events(List<String> arguments, int exitCode) throws Exception {
        try (RealBlender blender = RealBlender.start(arguments)) {
            List<BlenderEvent> events = blender.events();
            assertThat(blender.exitCode()).as(blender.log()).isEqualTo(exitCode);
            events.removeIf(BlenderEvent.Scene.class::isInstance);
            return events;
        }
    }

    private BlenderCommand command(String blend, SceneSettings settings, List<Integer> wanted) {
        return new BlenderCommand(
                RealBlender.PROGRAM, scenes.resolve(blend), scripts, frames, settings, wanted, 1, Optional.of("CPU"));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(frames)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private BufferedImage image(String name) throws IOException {
        return ImageIO.read(frames.resolve(name).toFile());
    }
}
