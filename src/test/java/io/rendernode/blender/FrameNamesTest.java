package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameNamesTest {

    @Test
    void aFileIsCalledAsBlenderCallsIt() {
        FrameNames names = new FrameNames(ImageFormat.TIFF, List.of("_L", "1"), List.of());

        assertThat(names.fileName(0, "_L")).isEqualTo("0000000_L.tif");
        assertThat(names.fileName(1, "1")).isEqualTo("00000011.tif");
        assertThat(names.fileName(1_048_574, "")).isEqualTo("1048574.tif");
        assertThat(names.fileName(-3, "_L")).isEqualTo("-0000003_L.tif");
    }

    @Property
    void noTwoFilesAreCalledAlikeAndEachTellsItsFrame(
            @ForAll("suffixes") Set<String> suffixes,
            @ForAll @Size(min = 1, max = 5) Set<@IntRange(min = -1_048_574, max = 1_048_574) Integer> frames,
            @ForAll ImageFormat format) {
        FrameNames names = new FrameNames(format, List.copyOf(suffixes), List.of());

        List<String> files = new ArrayList<>();
        for (int frame : frames) {
            for (String suffix : suffixes) {
                String file = names.fileName(frame, suffix);
                assertThat(FrameNames.frameOf("/data/0000009/" + file)).hasValue(frame);
                files.add(file);
            }
        }

        assertThat(files).doesNotHaveDuplicates();
    }

    @Property
    void whatIsWrittenIsReadAndNothingThatIsCutOff(
            @ForAll("suffixes") Set<String> suffixes, @ForAll ImageFormat format) {
        FrameNames names = new FrameNames(format, List.copyOf(suffixes), List.of());
        String json = names.toJson();

        assertThat(FrameNames.parse(json)).contains(names);
        for (int length = 0; length < json.length(); length++) {
            assertThat(FrameNames.parse(json.substring(0, length))).isEmpty();
        }
    }

    @Test
    void whatFileOutputNodesWriteIsKnownByItsPlace() {
        FrameNames names = new FrameNames(
                ImageFormat.PNG,
                List.of(""),
                List.of(
                        new FrameNames.Output("Depth/Z 1", "outputs/0/0_", ImageFormat.OPEN_EXR, List.of("")),
                        new FrameNames.Output("Depth/é", "outputs/0/1_", ImageFormat.JPEG, List.of("_L", "_R"))));

        assertThat(FrameNames.parse(names.toJson())).contains(names);
        assertThat(names.outputs().get(0).fileName(12, "")).isEqualTo("outputs/0/0_0000012.exr");
        assertThat(names.outputs().get(1).fileName(-3, "_R")).isEqualTo("outputs/0/1_-0000003_R.jpg");
        assertThat(FrameNames.frameOf("/work/frames/outputs/0/0_0000012.exr")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "../etc/x, outputs/0/0_",
        ".hidden/x, outputs/0/0_",
        "a/.., outputs/0/0_",
        "a, outputs/0/0_",
        "a/b/c, outputs/0/0_",
        "a/b, outputs/0/../../0_",
        "a/b, /outputs/0/0_",
        "a/b, frames/0/0_"
    })
    void aPlaceThatLeadsElsewhereIsNone(String name, String path) {
        assertThatThrownBy(() -> new FrameNames.Output(name, path, ImageFormat.PNG, List.of("")))
                .isInstanceOf(IllegalArgumentException.class);
        String[] names = name.split("/", 2);
        String node = "{\"folder\":\"" + names[0] + "\",\"suffixes\":[\"\"],\"files\":[{\"name\":\""
                + (names.length > 1 ? names[1] : "") + "\",\"path\":\"" + path + "\",\"format\":\"PNG\"}]}";
        assertThat(FrameNames.parse("{\"format\":\"PNG\",\"suffixes\":[\"\"],\"outputs\":[" + node + "]}"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"format\":\"PNG\",\"suffixes\":[]}", "{\"format\":\"MNG\",\"suffixes\":[\"\"]}", ""})
    void namesOfNoFileOrNoFormatAreNone(String json) {
        assertThat(FrameNames.parse(json)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/work/names.json", "/work/000001.png", "/0000001/x.png", "0000001.png"})
    void otherFilesAreNoFrames(String path) {
        assertThat(FrameNames.frameOf(path)).isEmpty();
    }

    @Provide
    Arbitrary<Set<String>> suffixes() {
        Arbitrary<String> oneOf = Arbitraries.strings()
                .withChars('0', '1', '9', '.', '_', 'L', ' ', '\\', '"', '\n', '\u00e9', '\u5de6')
                .ofMaxLength(5);
        return oneOf.set().ofMinSize(1).ofMaxSize(4);
    }
}
