package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.rendernode.blender.BlenderEvent.BreakRequested;
import io.rendernode.blender.BlenderEvent.CrashReport;
import io.rendernode.blender.BlenderEvent.Failure;
import io.rendernode.blender.BlenderEvent.FrameDone;
import io.rendernode.blender.BlenderEvent.Names;
import io.rendernode.blender.BlenderEvent.Saved;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlenderOutputTest {

    @Test
    void aSavedFileIsTold() {
        assertThat(read("Saved: '/out/it's_0001.png'")).contains(new Saved("/out/it's_0001.png"));
        assertThat(read("00:01.543  render           | Saved: '/out/a | b.png'"))
                .contains(new Saved("/out/a | b.png"));
        assertThat(read("Info: Saved \"demo.blend\"")).isEmpty();
    }

    @Test
    void aFrameDoneIsTold() {
        assertThat(read(" Time: 00:00.99 (Saving: 00:00.15)")).contains(new FrameDone(Duration.ofMillis(990)));
        assertThat(read("Time: 00:00.52 (Saving: 00:00.04)")).contains(new FrameDone(Duration.ofMillis(520)));
        assertThat(read("00:00.813  render           | Time: 00:00.53"))
                .contains(new FrameDone(Duration.ofMillis(530)));
        assertThat(read(" Time: 26:01:02.50 (Saving: 00:00.15)"))
                .contains(new FrameDone(
                        Duration.ofHours(26).plusMinutes(1).plusSeconds(2).plusMillis(500)));
    }

    @Test
    void theFilesOfAFrameAreTold() {
        assertThat(read("render-node: files {\"format\": \"OPEN_EXR\", \"suffixes\": [\"_L\", \" r\\u00e9\"]}"))
                .contains(new Names(new FrameNames(ImageFormat.OPEN_EXR, List.of("_L", " r\u00e9"), List.of())));
        assertThat(read("render-node: files {\"format\": \"PNG\", \"suffixes\": []}"))
                .isEmpty();
        assertThat(read("render-node: files {\"format\": \"BMP\", \"suffixes\": [\"\"]}"))
                .isEmpty();
        assertThat(read("render-node: files {\"form")).isEmpty();
        assertThat(read("render-node: FFMPEG frames cannot be checked, rendering PNG instead"))
                .isEmpty();
    }

    @Test
    void itsEndIsTold() {
        assertThat(read("Sent an internal break event. Press ^C again to kill Blender"))
                .contains(new BreakRequested());
        assertThat(read("Writing: /tmp/a b.crash.txt")).contains(new CrashReport("/tmp/a b.crash.txt"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "Error: Cannot render, no camera; NO_CAMERA; Cannot render, no camera",
                "00:00.303  reports          | ERROR Cannot render, no camera; NO_CAMERA; Cannot render, no camera",
                "01:00:00.303  reports          | ERROR Cannot render, no camera; NO_CAMERA; Cannot render, no camera",
                "Error: Cannot read file '/w/a': No such file or directory; BAD_BLEND; Cannot read file '/w/a': No such file or directory",
                "Error: Cannot read file '/w/a': Stale file handle; OTHER; Cannot read file '/w/a': Stale file handle",
                "Error: engine not found 'NOPE'; UNKNOWN_ENGINE; engine not found 'NOPE'",
                "Error: scene not found: 'NOPE'; SCENE_NOT_FOUND; scene not found: 'NOPE'",
                "Can't find scene: 'NOPE' in file: '/w/a'; SCENE_NOT_FOUND; Can't find scene: 'NOPE' in file: '/w/a'",
                "Error: camera not found: 'Cube'; CAMERA_NOT_FOUND; camera not found: 'Cube'",
                "Error: Render error (No space left on device) cannot save: '/w/a'; DISK_FULL; Render error (No space left on device) cannot save: '/w/a'",
                "/w/a.png: No space left on device; DISK_FULL; /w/a.png: No space left on device",
                "Error: Render error (Permission denied) cannot save: '/w/a'; CANNOT_WRITE; Render error (Permission denied) cannot save: '/w/a'",
                "Error: System is out of GPU memory; OUT_OF_MEMORY; System is out of GPU memory",
                "Malloc returns null: len=9 in x, total 1; OUT_OF_MEMORY; Malloc returns null: len=9 in x, total 1",
                "Error: Build without OpenImageDenoiser; NOT_SUPPORTED; Build without OpenImageDenoiser",
                "Error: format not available in this Blender: 'WEBP'; NOT_SUPPORTED; format not available in this Blender: 'WEBP'",
                "Error: something new; OTHER; something new"
            })
    void anErrorIsToldInBlendersWords(String line, FailureKind kind, String message) {
        assertThat(read(line)).contains(new Failure(kind, message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Error: ",
                "Blender quit",
                "00:00.070  system.path      | WARNING Could not get a list of mounted file-systems",
                "Info: No frames rendered, skipped to not overwrite",
                "WARN (bpy.rna): bpy_rna.c:1335 pyrna_enum_to_py: current value '1' matches no enum",
                "Cannot render, no camera"
            })
    void otherLinesTellNothing(String line) {
        assertThat(read(line)).isEmpty();
    }

    @Test
    void anExceptionCountsOnlyWhereItEndsTheScript() {
        BlenderOutput output = new BlenderOutput();

        for (String line : List.of(
                "Error: Python: Traceback (most recent call last):",
                "  File \"/data/render_node.py\", line 1, in <module>",
                "RuntimeError: boom",
                "")) {
            assertThat(output.read(line)).isEmpty();
        }
        assertThat(output.read("Error: script failed, file: '/data/render_node.py', exiting."))
                .contains(new Failure(FailureKind.PYTHON, "RuntimeError: boom"));
    }

    @Test
    void aTracebackHidesNoOtherLine() {
        BlenderOutput output = new BlenderOutput();
        output.read("Traceback (most recent call last):");

        assertThat(output.read("Saved: '/w/a.png'")).contains(new Saved("/w/a.png"));
        assertThat(output.read("  File \"x\", line 1")).isEmpty();
        assertThat(output.read("Error: Cannot render, no camera"))
                .contains(new Failure(FailureKind.NO_CAMERA, "Cannot render, no camera"));
    }

    @Test
    void theFirstFailureOfAKnownKindIsTheOneToShow() {
        Failure noise = new Failure(FailureKind.OTHER, "noise");
        Failure full = new Failure(FailureKind.DISK_FULL, "full");
        Failure camera = new Failure(FailureKind.NO_CAMERA, "camera");

        assertThat(noise.orMoreTelling(full)).isEqualTo(full);
        assertThat(full.orMoreTelling(noise)).isEqualTo(full);
        assertThat(full.orMoreTelling(camera)).isEqualTo(full);
    }

    @Property
    void noLineIsTooOdd(@ForAll("oddLines") String line) {
        assertThatCode(() -> read(line)).doesNotThrowAnyException();
    }

    @Provide
    Arbitrary<String> oddLines() {
        Arbitrary<String> pieces = Arbitraries.of(
                "Fra:",
                "1048575",
                "99999999999",
                " | ",
                "Sample ",
                "/",
                "Mem:",
                "M",
                ".",
                "Time: ",
                "00:",
                "Saved: '",
                "Error: ",
                "ERROR ",
                "render-node: files ",
                "{\"suffixes\":",
                "[",
                "Rendered ",
                " Tiles",
                "Writing: ");
        Arbitrary<String> mixed =
                Arbitraries.oneOf(pieces, Arbitraries.strings().ofMaxLength(6));
        return Combinators.combine(pieces, mixed.list().ofMaxSize(12).map(parts -> String.join("", parts)))
                .as(String::concat);
    }

    @Test
    void longLinesCostLittle() {
        BlenderOutput output = new BlenderOutput();
        String[] fillers = {"9", "0:", " ", "Sample 1/", "Fra:1 Mem:", "Saved: '", "\u00e9", "00:00.000  a | "};
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        int lines = 0;
        for (int round = 0; round < 250; round++) {
            for (String filler : fillers) {
                String garbage = filler.repeat(16 * 1024 / filler.length());
                output.read(garbage);
                output.read("Fra:1 " + garbage);
                lines += 2;
            }
        }

        Duration each = Duration.ofNanos((threads.getCurrentThreadCpuTime() - start) / lines);

        assertThat(each).isLessThan(Duration.ofMillis(1));
        assertThat(((Failure) read("Error: " + "x".repeat(1_000_000)).orElseThrow()).message())
                .hasSizeLessThan(5000);
    }

    private static Optional<BlenderEvent> read(String line) {
        return new BlenderOutput().read(line);
    }
}
