package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.blender.BlenderEvent.Failure;
import io.rendernode.blender.BlenderEvent.FrameDone;
import io.rendernode.blender.BlenderEvent.Progress;
import io.rendernode.blender.BlenderEvent.Saved;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole logs of real runs of three versions. */
class BlenderLogsTest {

    @ParameterizedTest
    @CsvSource({
        "3.4.1-cycles, 82, /w/c_0001.png /w/c_0002.png",
        "4.3.2-cycles, 82, /w/c_0001.png /w/c_0002.png",
        "5.2.2-cycles, 88, /w/c_0001.png /w/c_0002.png",
        "3.4.1-python-error, 41, /w/m_0001.png",
        "4.3.2-python-error, 41, /w/m_0001.png",
        "5.2.2-python-error, 44, /w/m_0001.png"
    })
    void aRenderThatWorksTellsItsFramesAndNoFailure(String log, int progress, String saved) throws IOException {
        List<BlenderEvent> events = events(log);

        assertThat(only(Progress.class, events)).hasSize(progress);
        assertThat(only(Saved.class, events)).extracting(Saved::path).containsExactly(saved.split(" ", -1));
        assertThat(only(FrameDone.class, events)).hasSize(saved.split(" ", -1).length);
        assertThat(only(Failure.class, events)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cannot-write, CANNOT_WRITE",
        "cut-short, BAD_BLEND",
        "missing-file, BAD_BLEND",
        "no-camera, NO_CAMERA",
        "not-a-blend, BAD_BLEND",
        "python-error-exit-code, PYTHON",
        "unknown-engine, UNKNOWN_ENGINE",
        "unknown-option, BAD_BLEND",
        "unknown-scene, SCENE_NOT_FOUND"
    })
    void aRenderThatFailsTellsWhy(String log, FailureKind kind) throws IOException {
        for (String version : List.of("3.4.1", "4.3.2", "5.2.2")) {
            Failure failure = only(Failure.class, events(version + "-" + log)).stream()
                    .reduce(Failure::orMoreTelling)
                    .orElseThrow();

            assertThat(failure.kind()).as(version).isEqualTo(kind);
            assertThat(failure.message())
                    .as(version)
                    .doesNotContain("|", "ERROR")
                    .doesNotStartWith("Error");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3.4.1-backward-range",
                "4.3.2-backward-range",
                "5.2.2-backward-range",
                "3.4.1-overwrite-off",
                "4.3.2-overwrite-off",
                "5.2.2-overwrite-off"
            })
    void aRenderOfNothingTellsNothing(String log) throws IOException {
        assertThat(events(log)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = "5.2.2-movie-format")
    void aMovieHasFramesButNoFiles(String log) throws IOException {
        assertThat(only(Saved.class, events(log))).isEmpty();
        assertThat(only(FrameDone.class, events(log))).hasSize(2);
    }

    private static List<BlenderEvent> events(String log) throws IOException {
        BlenderOutput output = new BlenderOutput();
        try (InputStream stream = BlenderLogsTest.class.getResourceAsStream("/blender-logs/" + log + ".txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(output::read)
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    private static <T extends BlenderEvent> List<T> only(Class<T> type, List<BlenderEvent> events) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
