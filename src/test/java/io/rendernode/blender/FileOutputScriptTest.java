package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rendernode.Scenes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the files of a compositor's File Output nodes, in the real Blender. */
@Execution(ExecutionMode.CONCURRENT)
class FileOutputScriptTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Integer> FRAMES = List.of(-2, 1, 3);

    @TempDir
    private static Path scenes;

    private static List<Path> scripts;

    @TempDir
    private Path frames;

    @BeforeAll
    static void makeScenes() throws Exception {
        scripts = RealBlender.scripts();
        Scenes.make("blender-scenes/make_output_scenes.py", scenes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nodes", "stereo", "side-by-side", "off", "names", "strip"})
    void theFilesAreThoseThatItTellsAndThereAreNoOthers(String scene) throws Exception {
        List<String> before = filesIn(scenes);

        JsonNode told = files(render(scene));

        List<String> expected = new ArrayList<>();
        for (int frame : FRAMES) {
            told.get("suffixes").forEach(suffix -> expected.add(name("", told.get("format"), frame, suffix.asText())));
            for (JsonNode output : told.get("outputs")) {
                for (JsonNode file : output.get("files")) {
                    output.get("suffixes")
                            .forEach(suffix -> expected.add(
                                    name(file.get("path").asText(), file.get("format"), frame, suffix.asText())));
                }
            }
        }
        assertThat(filesIn(frames)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(filesIn(scenes)).isEqualTo(before);
    }

    @Test
    void twoNodesOfOneFolderALayeredOneAndOneInAGroupAreTold() throws Exception {
        String log = render("nodes");

        assertThat(files(log)).isEqualTo(JSON.readTree("""
                        {"format": "PNG", "suffixes": [""], "outputs": [
                            {"folder": "passes", "suffixes": [""], "files": [
                                {"path": "outputs/0/0_", "name": "Image", "format": "PNG"},
                                {"path": "outputs/0/1_", "name": "0_", "format": "OPEN_EXR"},
                                {"path": "outputs/0/2_", "name": "depth_", "format": "OPEN_EXR"}]},
                            {"folder": "exr", "suffixes": [""], "files": [
                                {"path": "outputs/1/0_", "name": "beauty_", "format": "OPEN_EXR_MULTILAYER"}]},
                            {"folder": "passes-2", "suffixes": [""], "files": [
                                {"path": "outputs/2/0_", "name": "a", "format": "JPEG"},
                                {"path": "outputs/2/2_", "name": "b", "format": "JPEG"}]},
                            {"folder": "Inside", "suffixes": [""], "files": [
                                {"path": "outputs/3/0_", "name": "Image", "format": "PNG"}]}]}
                        """));
        assertThat(warnings(log))
                .containsExactly(
                        "file_output Passes: node 'Passes' writes 3 files a frame; "
                                + "the node keeps them beside the frames, in 'passes'",
                        "file_output Layers: node 'Layers' writes 1 file a frame; "
                                + "the node keeps them beside the frames, in 'exr'",
                        "file_output Again: node 'Again' writes 2 files a frame; "
                                + "the node keeps them beside the frames, in 'passes-2'",
                        "file_output Inside: node 'Inside' writes 1 file a frame; "
                                + "the node keeps them beside the frames, in 'Inside'");
        assertThat(log).contains("HDR files of node 'Passes' cannot be checked, rendering OPEN_EXR instead");
    }

    @Test
    void viewsHaveTheSuffixesOfTheirFormat() throws Exception {
        for (JsonNode output : files(render("stereo")).get("outputs")) {
            assertThat(output.get("suffixes")).hasToString("[\"_L\",\"_R\"]");
        }
        assertThat(files(render("side-by-side")).get("outputs"))
                .extracting(output -> output.get("suffixes").toString())
                .as("in the first are both, and in the last's format none")
                .containsExactly("[\"_L\",\"_R\"]", "[\"\"]", "[\"\"]", "[\"_L\",\"_R\"]");
    }

    @Test
    void aNameIsOnePartOfAPathAndOfNoOthersFile() throws Exception {
        JsonNode outputs = files(render("names")).get("outputs");

        List<String> folders = new ArrayList<>();
        outputs.forEach(output -> folders.add(output.get("folder").asText()));
        assertThat(folders)
                .containsExactly("Odd", "odd_.name", "caf\u00e9", "CAF\u00c9-2", "slash", "files", "{nothing}");
        List<String> names = new ArrayList<>();
        outputs.get(0).get("files").forEach(file -> names.add(file.get("name").asText()));
        assertThat(names)
                .hasSize(11)
                .startsWith("_.._up", "abs_o\u00ef", "a_b", "A_B_", "pass1_", "pass2_", "image", "-_", "image_", "f")
                .allSatisfy(name -> {
                    assertThat(name).doesNotContain("/").doesNotStartWith(".").doesNotMatch(".*[-0-9]");
                    assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(206);
                })
                .extracting(name -> name.toLowerCase(Locale.ROOT))
                .doesNotHaveDuplicates();
    }

    @Test
    void theSceneOfAStripWritesNothingAndSaysSo() throws Exception {
        String log = render("strip");

        assertThat(files(log).get("outputs")).isEmpty();
        assertThat(warnings(log))
                .containsExactly("file_output_skipped Foreign: node 'Foreign' writes nothing: "
                        + "it is in the scene of a sequencer's strip, whose frames have other numbers");
    }

    private static String name(String path, JsonNode format, int frame, String suffix) {
        return path
                + new FrameNames(ImageFormat.valueOf(format.asText()), List.of(suffix), List.of())
                        .fileName(frame, suffix);
    }

    private static JsonNode files(String log) throws IOException {
        return line(log, "render-node: files ");
    }

    private static List<String> warnings(String log) throws IOException {
        List<String> told = new ArrayList<>();
        line(log, "render-node: scene ")
                .get("warnings")
                .forEach(warning -> told.add(warning.get("code").asText() + " "
                        + warning.get("name").asText() + ": "
                        + warning.get("message").asText()));
        return told;
    }

    private static JsonNode line(String log, String begin) throws IOException {
        List<String> lines = log.lines().filter(each -> each.startsWith(begin)).toList();
        assertThat(lines).as(log).hasSize(1);
        return JSON.readTree(lines.get(0).substring(begin.length()));
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private String render(String scene) throws Exception {
        return run(new BlenderCommand(
                        RealBlender.PROGRAM,
                        scenes.resolve(scene + ".blend"),
                        scripts,
                        frames,
                        Wishes.cycles(),
                        FRAMES,
                        1,
                        Optional.of("CPU"))
                .arguments());
    }

    private static String run(List<String> arguments) throws IOException, InterruptedException {
        try (RealBlender blender = RealBlender.start(arguments)) {
            blender.events();
            assertThat(blender.exitCode()).as(blender.log()).isZero();
            return blender.log();
        }
    }
}
