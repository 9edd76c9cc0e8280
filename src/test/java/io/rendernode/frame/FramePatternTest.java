package io.rendernode.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.image.ImageType;
import java.nio.file.Path;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramePatternTest {
    @ParameterizedTest
    @CsvSource({
        "blender-render_####, 1, PNG, blender-render_0001.png",
        "shots/a/b_##.png, 7, PNG, shots/a/b_07.png",
        "x, 12, PNG, x0012.png",
        "x_##, 12345, PNG, x_12345.png",
        "a##b###c, 1, PNG, a##b001c.png",
        "d##/x, 1, PNG, d##/x0001.png",
        "d##/x#, 1, PNG, d##/x1.png",
        "s/, 2, PNG, s/0002.png",
        "{a}##, 0, PNG, {a}00.png",
        "a.png, 1, PNG, a.png0001.png",
        "a_##.png, 1, JPEG, a_01.jpg",
        "a_##.jpeg, 1, JPEG, a_01.jpeg",
        "a_##.PNG, 1, PNG, a_01.PNG",
        "a_##.tiff, 1, TIFF, a_01.tiff",
        "a_##.tga, 1, OPEN_EXR, a_01.exr",
        "a_##.v2, 1, WEBP, a_01.v2.webp",
        "x_#..., 1, PNG, x_1.png",
    })
    void namesFramesAsBlenderDoes(String pattern, int frame, ImageType type, String name) {
        assertThat(FramePattern.parse(pattern).fileName(frame, type, "")).isEqualTo(name);
    }

    @Test
    void putsTheViewBeforeTheExtension() {
        assertThat(FramePattern.parse("x_####.png").fileName(1, ImageType.PNG, "_L"))
                .isEqualTo("x_0001_L.png");
    }

    @ParameterizedTest
    @CsvSource({
        "'', must not be empty",
        "'  ', must not be empty",
        "/etc/x, not an absolute one",
        "//x, not an absolute one",
        "../x, must not leave the output folder",
        "a/../x, must not leave the output folder",
        "a/.., must not leave the output folder",
        "a//b, must not contain //",
        "a//, must not contain //",
        "./a, a name that begins with a dot",
        "a/.b, a name that begins with a dot",
        "a\\b, must not contain a backslash",
    })
    void refusesWithAReasonForTheUser(String pattern, String reason) {
        assertThatThrownBy(() -> FramePattern.parse(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesControlCharactersAndHalfLetters() {
        for (String bad : new String[] {"a\0b", "a\nb", "a\u007Fb", "a\u0085b", "a\uD800b"}) {
            assertThatThrownBy(() -> FramePattern.parse(bad)).hasMessageContaining("control characters");
        }
    }

    @Test
    void refusesWhatIsTooLongWithItsNumberAndExtension() {
        assertThat(FramePattern.parse("x".repeat(242)).fileName(1, ImageType.WEBP, ""))
                .hasSize(251);
        assertThatThrownBy(() -> FramePattern.parse("x".repeat(243))).hasMessageContaining("leave room");
        assertThatThrownBy(() -> FramePattern.parse("x".repeat(256))).hasMessageContaining("more than 255 bytes");
        assertThatThrownBy(() -> FramePattern.parse("é".repeat(128) + "/x")).hasMessageContaining("more than 255");
        assertThatThrownBy(() -> FramePattern.parse("x/".repeat(512) + "x")).hasMessageContaining("at most 1024");
    }

    @Test
    void aNegativeFrameHasItsSignBeforeTheZeros() {
        assertThat(FramePattern.parse("x_###").fileName(-3, ImageType.PNG, "_L"))
                .isEqualTo("x_-003_L.png");
        assertThat(FramePattern.parse("x#").fileName(-1234, ImageType.PNG, "")).isEqualTo("x-1234.png");
    }

    @Test
    void refusesAViewThatCannotBe() {
        FramePattern pattern = FramePattern.parse("x");
        assertThatThrownBy(() -> pattern.fileName(1, ImageType.PNG, "/../../x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void distinctFramesHaveDistinctNamesInsideTheFolder(
            @ForAll
                    @Chars({'#', '#', '#', '.', '/', 'j', 'p', 'g', '2', 'c', '0', ' '})
                    @CharRange(from = '1', to = '3')
                    @StringLength(max = 12)
                    String text,
            @ForAll @IntRange(max = 1048574) int frame,
            @ForAll @IntRange(max = 1048574) int other,
            @ForAll ImageType type) {
        Assume.that(frame != other);
        FramePattern pattern;
        try {
            pattern = FramePattern.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(must|contains) .*");
            return;
        }
        String name = pattern.fileName(frame, type, "");
        assertThat(name).isNotEqualTo(pattern.fileName(other, type, ""));
        Path root = Path.of("/output");
        assertThat(root.resolve(name).normalize()).startsWithRaw(root).isEqualTo(root.resolve(name));
        assertThat(type.hasExtension(name.substring(name.lastIndexOf('.') + 1))).isTrue();
    }
}
