package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rendernode.Scenes;
import io.rendernode.blender.BlenderEvent.Failure;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real Blender tells of a scene, and what is refused for it before a frame is rendered. */
@Execution(ExecutionMode.CONCURRENT)
class SceneReportScriptTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REPORT = "render-node: scene ";

    /** Prints how a scene has been settled. */
    private static final String SETTLED = "import bpy; s = bpy.context.scene; i = s.render.image_settings; "
            + "print('settled', s.render.engine, i.file_format, i.color_depth, s.cycles.use_denoising)";

    @TempDir
    private static Path scenes;

    private static Path report;

    @TempDir
    private Path frames;

    @BeforeAll
    static void makeScenes() throws Exception {
        report = RealBlender.scripts().get(0);
        Scenes.make("blender-scenes/make_report_scenes.py", scenes);
    }

    static Stream<Arguments> whatIsWrong() {
        return Stream.of(
                wrong(
                        "missing-files",
                        "missing_image wood",
                        "missing_image windows",
                        "missing_image udim",
                        "missing_image walk",
                        "missing_image film",
                        "missing_image shot",
                        "missing_font Bfont Regular",
                        "missing_sound bell.wav",
                        "missing_cache walk.abc",
                        "missing_cache Cube",
                        "missing_volume smoke"),
                wrong(
                        "linked",
                        "missing_library lost.blend",
                        "missing_data removed (there.blend)",
                        "missing_image in there (there.blend)"),
                wrong("strips", "missing_strip still", "missing_strip noise"),
                wrong(
                        "python",
                        "driver_off Cube",
                        "driver_off Hidden",
                        "driver_failed Cube",
                        "driver_failed Light",
                        "script_off rig_ui.py"),
                wrong("freestyle", "script_off Scene"),
                wrong(
                        "simulations",
                        "simulation_unbaked cloth",
                        "simulation_unbaked soft",
                        "simulation_unbaked spark",
                        "simulation_unbaked hair",
                        "simulation_unbaked tank",
                        "simulation_unbaked canvas",
                        "simulation_unbaked Scene"),
                wrong("unknown", "dropped_data Material"),
                wrong("HDR", "format_replaced HDR"));
    }

    private static Arguments wrong(String scene, String... warnings) {
        return Arguments.of(scene, List.of(warnings));
    }

    @ParameterizedTest
    @MethodSource("whatIsWrong")
    void eachThingThatIsWrongHasItsCodeAndName(String scene, List<String> expected) throws Exception {
        Run told = tell(scene, "{}");

        assertThat(told.warnings())
                .filteredOn(warning -> !warning.endsWith(" zone")) // of simulation nodes, since 3.6
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(told.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"clean", "baked", "no-strips", "workbench", "now"})
    void aSceneThatLacksNothingHasNoWarning(String scene) throws Exception {
        assertThat(tell(scene, "{}").warnings()).isEmpty();
    }

    @Test
    void theDemoSceneIsToldAsItIs() throws Exception {
        Run told = tell(Path.of("blend/files/demo.blend").toAbsolutePath(), "{}");

        assertThat(told.report()).isEqualTo(JSON.readTree("""
                                {"version": "3.4", "scene": "Scene", "scenes": ["Scene"],
                                 "cameras": ["Camera"], "camera": "Camera",
                                 "first": 1, "last": 120, "step": 1, "fps": 24.0,
                                 "engine": "CYCLES", "width": 320, "height": 180, "resolution": 100, "samples": 36,
                                 "format": "PNG", "denoise": false, "warnings": [],
                                 "view": {"display": "sRGB", "view": "Filmic", "look": "None",
                                          "exposure": 0.0, "gamma": 1.0}}
                                """));
    }

    @Test
    void aFileOfANewerBlenderIsNamedByIt() throws Exception {
        Run told = tell("newer", "{}");

        assertThat(told.warnings())
                .containsExactly("newer_file " + told.report().get("version").asText());
    }

    @Test
    void denoisingAndFileOutputAreNamedUnlessDenoisingIsOff() throws Exception {
        assertThat(tell("rendering", "{}").warnings())
                .contains("denoiser_missing Scene", "file_output Passes")
                .hasSize(3);
        assertThat(tell("rendering", "{\"engine\": \"BLENDER_EEVEE\"}").report().get("warnings"))
                .as("the compositor's node alone")
                .hasSize(2);
        assertThat(tell("rendering", "{\"denoise\": false}").warnings()).containsExactly("file_output Passes");
    }

    @Test
    void anotherSceneIsToldIfItIsAskedFor() throws Exception {
        Run told = tell("python", "{\"scene\": \"Other\"}");

        assertThat(told.warnings())
                .containsExactlyInAnyOrder(
                        "driver_failed Elsewhere",
                        "driver_off Cube",
                        "driver_failed Cube",
                        "driver_failed Light",
                        "script_off rig_ui.py");
        assertThat(told.report().get("camera").isNull()).isTrue();
    }

    @Test
    void scriptsThatMayRunAreNotOff() throws Exception {
        List<String> arguments = new ArrayList<>(alone(scenes.resolve("python.blend"), "{\"scripts\": true}"));
        arguments.set(arguments.indexOf("-Y"), "-y");

        assertThat(run(arguments).warnings()).containsExactlyInAnyOrder("driver_failed Cube", "driver_failed Light");
    }

    @Test
    void aSceneWithVeryManyFaultsIsBounded() throws Exception {
        Run told = tell("many", "{\"strict\": true}");

        assertThat(told.warnings()).hasSize(101).last().isEqualTo("more 20");
        assertThat(told.exitCode()).isEqualTo(1);
        assertThat(told.error("strict: "))
                .startsWith("strict: missing_image lost ")
                .hasSizeBetween(1900, 2000);
    }

    @Test
    void aStrictJobEndsBeforeAnythingIsSettled() throws Exception {
        Run refused = render("strips", "{\"strict\": true}");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.error("strict: "))
                .isIn(
                        "strict: missing_strip still; missing_strip noise",
                        "strict: missing_strip noise; missing_strip still");
        assertThat(refused.log()).doesNotContain("render-node: files", "settled");
        assertThat(render("clean", "{\"strict\": true}").exitCode()).isZero();
    }

    @Test
    void aSceneThatCannotBeDenoisedIsRefusedWithTheRemedy() throws Exception {
        for (String wish : List.of("{}", "{\"denoise\": true}")) {
            Run refused = render("rendering", wish);
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.error("denoiser missing:")).contains("\"denoise\": false");
            assertThat(refused.log()).doesNotContain("render-node: files", "settled");
        }
        assertThat(render("clean", "{\"denoise\": true}").error("denoiser missing:"))
                .isNotEmpty();
        assertThat(render("rendering", "{\"denoise\": false}").log()).contains("settled CYCLES PNG 8 False");
        assertThat(render("rendering", "{\"engine\": \"BLENDER_WORKBENCH\", \"denoise\": true}")
                        .exitCode())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"HDR, OPEN_EXR, 32", "CINEON, OPEN_EXR, 16", "DPX, PNG, 16", "JPEG2000, PNG, 16", "TARGA, PNG, 8"})
    void aFormatIsReplacedByOneThatHoldsAsMuch(String scene, String format, String depth) throws Exception {
        Run settled = render(scene, "{}");

        assertThat(settled.warnings()).containsExactly("format_replaced " + scene);
        assertThat(settled.log())
                .contains("render-node: files {\"format\": \"" + format + "\", \"suffixes\": [\"\"], \"outputs\": []}")
                .contains("settled CYCLES " + format + " " + depth);
        assertThat(settled.exitCode()).isZero();
    }

    @Test
    void aFormatThatIsAskedForReplacesNothing() throws Exception {
        Run settled = render("FFMPEG", "{\"format\": \"PNG\"}");

        assertThat(settled.warnings()).isEmpty();
        assertThat(settled.log()).contains("settled CYCLES PNG 8");
    }

    @Test
    void theEngineIsTheScenesOwnUnlessOneIsAskedFor() throws Exception {
        assertThat(render("workbench", "{}").log()).contains("settled BLENDER_WORKBENCH");
        assertThat(render("workbench", "{\"engine\": \"CYCLES\", \"denoise\": false}")
                        .log())
                .contains("settled CYCLES");

        Run refused = render("unknown", "{}");

        assertThat(refused.report().get("engine").isNull()).isTrue();
        assertThat(refused.error("engine not found")).isEqualTo("engine not found 'OF_AN_ADD_ON'");
        assertThat(refused.exitCode()).isEqualTo(1);
    }

    @Test
    void aNameThatIsNotThereIsAnsweredWithThoseThatAre() throws Exception {
        assertThat(render("python", "{\"camera\": \"Cube\"}").failures())
                .contains(new Failure(FailureKind.CAMERA_NOT_FOUND, "camera not found: 'Cube', there are: Camera"));
        assertThat(render("python", "{\"scene\": \"Nope\"}").failures())
                .contains(new Failure(FailureKind.SCENE_NOT_FOUND, "scene not found: 'Nope', there are: Other, Scene"));
        for (Run run : List.of(
                tell("many", "{\"scene\": \"N\u00f6\ud800\\n\"}"),
                settle("many", "{\"scene\": \"N\u00f6\ud800\\n\"}"))) {
            assertThat(run.error("scene not found: 'N\u00f6"))
                    .contains(", there are: Scene, Scene 00, ", "Scene 18")
                    .doesNotContain("Scene 19")
                    .endsWith(", and 11 more");
        }
    }

    /** Tells of a scene without rendering it. */
    private static Run tell(String scene, String wish) throws Exception {
        return tell(scenes.resolve(scene + ".blend"), wish);
    }

    private static Run tell(Path blend, String wish) throws Exception {
        return run(alone(blend, wish));
    }

    private static List<String> alone(Path blend, String wish) throws IOException {
        ObjectNode asked = (ObjectNode) JSON.readTree(wish);
        asked.put("report", true);
        return List.of(
                RealBlender.PROGRAM.toString(),
                "-b",
                "-noaudio",
                "-Y",
                "--factory-startup",
                "--python-exit-code",
                "1",
                blend.toString(),
                "--python",
                report.toString(),
                "--",
                "--render-node",
                ascii(asked));
    }

    /** Tells of a scene and settles it, as for a render, but renders no frame. */
    private Run render(String scene, String wish) throws Exception {
        List<String> arguments = new ArrayList<>(settling(scene, wish));
        arguments.addAll(arguments.indexOf("--python"), List.of("--python", report.toString()));
        return run(arguments);
    }

    private Run settle(String scene, String wish) throws Exception {
        return run(settling(scene, wish));
    }

    private List<String> settling(String scene, String wish) throws IOException, URISyntaxException {
        List<String> arguments = new ArrayList<>(new BlenderCommand(
                        RealBlender.PROGRAM,
                        scenes.resolve(scene + ".blend"),
                        RealBlender.scripts().subList(1, RealBlender.scripts().size()),
                        frames,
                        Wishes.cycles(),
                        List.of(1, 3),
                        1,
                        Optional.of("CPU"))
                .arguments());
        int list = arguments.indexOf("-f");
        arguments.subList(list, list + 2).clear();
        arguments.addAll(list, List.of("--python-expr", SETTLED));
        ObjectNode asked = (ObjectNode) JSON.readTree(arguments.get(arguments.size() - 1));
        asked.remove("engine");
        asked.setAll((ObjectNode) JSON.readTree(wish));
        arguments.set(arguments.size() - 1, ascii(asked));
        return arguments;
    }

    private static String ascii(ObjectNode wish) {
        StringBuilder ascii = new StringBuilder();
        wish.toString().chars().forEach(c -> ascii.append(c < 127 ? (char) c : String.format("\\u%04x", c)));
        return ascii.toString();
    }

    private static Run run(List<String> arguments) throws IOException, InterruptedException {
        try (RealBlender blender = RealBlender.start(arguments)) {
            List<BlenderEvent> events = blender.events();
            return new Run(blender.log(), blender.exitCode(), events);
        }
    }

    private record Run(String log, int exitCode, List<BlenderEvent> events) {
        JsonNode report() throws IOException {
            List<String> lines =
                    log.lines().filter(line -> line.startsWith(REPORT)).toList();
            assertThat(lines).as(log).hasSize(1);
            return JSON.readTree(lines.get(0).substring(REPORT.length()));
        }

        List<String> warnings() throws IOException {
            return StreamSupport.stream(report().get("warnings").spliterator(), false)
                    .map(warning -> warning.get("code").asText() + " "
                            + warning.get("name").asText())
                    .toList();
        }

        String error(String beginning) {
            return log.lines()
                    .filter(line -> line.startsWith("Error: " + beginning))
                    .map(line -> line.substring("Error: ".length()))
                    .findFirst()
                    .orElse("");
        }

        List<BlenderEvent> failures() {
            return events.stream().filter(Failure.class::isInstance).toList();
        }
    }
}
