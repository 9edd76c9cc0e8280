package io.rendernode.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.scene.BlendHeader.NoBlendException;
import io.rendernode.scene.BlendHeader.Reading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BlendHeaderTest {
    @TempDir
    Path folder;

    @Test
    void whatBlendersSavedIsTheirs() throws Exception {
        for (String name : TestBlend.SAVED) {
            assertThat(read(TestBlend.saved(name))).as(name).hasToString(name.substring(0, 3));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BLENDER-v304,3,4",
        "BLENDER_v279,2,79",
        "BLENDER-V293,2,93",
        "BLENDER_V250,2,50",
        "BLENDER-v400,4,0",
        "BLENDER-v405,4,5",
        "BLENDER17-01v0500,5,0",
        "BLENDER17-01v1002,10,2"
    })
    void everyHeaderIsReadHoweverTheFileIsPacked(String header, int major, int minor) throws Exception {
        BlendHeader expected = new BlendHeader(major, minor);
        byte[] plain = TestBlend.plain(header);
        assertThat(read(plain)).isEqualTo(expected);
        assertThat(read(header.getBytes(StandardCharsets.US_ASCII))).isEqualTo(expected);
        assertThat(read(TestBlend.gzip(plain))).isEqualTo(expected);
        assertThat(read(TestBlend.zstd(plain))).isEqualTo(expected);
    }

    @Test
    void aWindowOfTerabytesIsNotAllocated() throws Exception {
        // Magic number, no options, the largest window, one block as it is.
        byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) 0xFF, 12 << 3 | 1, 0, 0};
        byte[] file = Arrays.copyOf(frame, frame.length + 12);
        System.arraycopy("BLENDER-v306".getBytes(StandardCharsets.US_ASCII), 0, file, frame.length, 12);
        assertThat(read(file)).isEqualTo(new BlendHeader(3, 6));
    }

    static Stream<Arguments> others() throws Exception {
        String page = "\uFEFF\n<!DOCTYPE html>\n<html><body>Sign in</body></html>";
        return Stream.of(
                Arguments.of(new byte[0], "is empty"),
                Arguments.of(
                        text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
                        "is a git-lfs pointer, not the file itself: run git lfs pull"),
                Arguments.of(
                        text(page),
                        "is a web page (HTML), no .blend file: it was not downloaded, but the page about it"),
                Arguments.of(
                        text("<html>"),
                        "is a web page (HTML), no .blend file: it was not downloaded, but the page about it"),
                Arguments.of(text("PK\u0003\u0004\u0014"), "is a zip archive, no .blend file: unpack it"),
                Arguments.of(text("BLEN"), "is cut short"),
                Arguments.of(text("BLENDER-v3"), "is cut short"),
                Arguments.of(text("BLENDER17-01v05"), "is cut short"),
                Arguments.of(Arrays.copyOf(TestBlend.saved("3.4.1-zst"), 1000), "is cut short"),
                Arguments.of(Arrays.copyOf(TestBlend.saved("3.4.1-zst"), 4), "is cut short"),
                Arguments.of(Arrays.copyOf(TestBlend.gzip(TestBlend.plain("BLENDER-v279")), 14), "is cut short"),
                Arguments.of(new byte[] {0x1F, (byte) 0x8B}, "is cut short"),
                Arguments.of(text("BLENDER-vXYZ and more of it"), "is no .blend file"),
                Arguments.of(text("a picture"), "is no .blend file"),
                Arguments.of(new byte[4096], "is no .blend file"),
                Arguments.of(TestBlend.gzip(text(page)), "is no .blend file"),
                Arguments.of(TestBlend.zstd(text(page)), "is no .blend file"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void whatIsNoBlendIsCalledWhatItIs(byte[] file, String what) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(NoBlendException.class)
                .hasMessage(what);
    }

    @ParameterizedTest
    @CsvSource({
        "3.4.1,3,4,WHOLE",
        "3.4.1,3,0,WHOLE",
        "3.4.1,2,93,WHOLE",
        "3.4.1,3,6,WITH_LOSS",
        "3.4.1,4,0,NONE",
        "3.4.1,5,2,NONE",
        "4.5.3,5,0,WITH_LOSS",
        "4.4.3,5,0,NONE",
        "4.5.3,6,0,NONE",
        "3.6.23,4,1,WITH_LOSS",
        "2.93.18,3,0,WITH_LOSS",
        "2.83.20,3,0,NONE",
        "2.82,2,93,WITH_LOSS",
        "5.2.2,4,5,WHOLE",
        "5.2.2,5,2,WHOLE",
        "10.0.0,9,3,WHOLE",
        "'',3,4,UNKNOWN",
        "unknown,3,4,UNKNOWN"
    })
    void aBlenderReadsWhatAnotherSaved(String version, int major, int minor, Reading reading) {
        assertThat(new BlendHeader(major, minor).by(version)).isEqualTo(reading);
    }

    private BlendHeader read(byte[] file) throws Exception {
        return BlendHeader.read(Files.write(folder.resolve("file"), file));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
