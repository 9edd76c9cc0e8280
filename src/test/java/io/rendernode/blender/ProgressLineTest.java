package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.blender.BlenderEvent.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressLineTest {

    @Test
    void readsAllThatBlender34Tells() {
        assertThat(progress("Fra:1 Mem:24.42M (Peak 24.42M) | Time:00:00.30 | Remaining:00:01.05"
                        + " | Mem:12.40M, Peak:12.40M | Scene, ViewLayer | Sample 1/16"))
                .isEqualTo(
                        new Progress(1, OptionalInt.of(1), OptionalInt.of(16), Optional.of(Duration.ofMillis(1050))));
    }

    @Test
    void readsAllThatBlender5Tells() {
        assertThat(progress("00:01.079  render           | Fra: 1 | Remaining: 00:00.59 | Mem: 9M | Sample 1/16"))
                .isEqualTo(new Progress(1, OptionalInt.of(1), OptionalInt.of(16), Optional.of(Duration.ofMillis(590))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Fra:12 Mem:24.42M (0.00M, Peak 24.42M) | Time:00:00.30 | Mem:1M | Scene | Rendered 3/20 Tiles; 3; 20",
                "Fra:12 Mem:24.42M (0.00M, Peak 24.42M) | Time:00:00.30 | Mem:1M | Scene | Path Tracing Tile 3/20; 3; 20",
                "Fra:12 Mem:24.42M (Peak 24.42M) | Time:00:00.30 | Scene | Rendered 1/4 Tiles, Sample 32/128; 160; 512",
                "Fra:12 Mem:24.42M (Peak 24.42M) | Time:00:00.30 | Rendering 7 / 64 samples; 7; 64",
                "Fra:12 Mem:24.42M (Peak 24.42M) | Sample 2/2 | Sample 16/16 (Using optimized kernels); 16; 16"
            })
    void readsTheSharesOfEachForm(String line, int done, int total) {
        Progress progress = progress(line);

        assertThat(progress.frame()).isEqualTo(12);
        assertThat(progress.sample()).hasValue(done);
        assertThat(progress.sampleTotal()).hasValue(total);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Fra:1 Mem:18.47M | Scene | Synchronizing object | Suzanne",
                "Fra:1 Mem:18.47M | Scene | Sample 0/0",
                "Fra:1 Mem:18.47M | Scene | Sample 17/16",
                "Fra:1 Mem:18.47M | Scene | Sample 1/99999999999"
            })
    void aShareThatCannotBeIsNone(String line) {
        assertThat(progress(line).sample()).isEmpty();
        assertThat(progress(line).sampleTotal()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Fra:", "Fra:x", "Fra:1048575 Mem:1M", "Fra:99999999999 Mem:1M"})
    void aFrameThatCannotBeIsNone(String line) {
        assertThat(new BlenderOutput().read(line)).isEmpty();
    }

    private static Progress progress(String line) {
        return (Progress) new BlenderOutput().read(line).orElseThrow();
    }
}
