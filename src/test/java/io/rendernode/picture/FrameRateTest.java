package io.rendernode.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameRateTest {
    @ParameterizedTest
    @CsvSource({
        "24, 24/1",
        "1, 1/1",
        "120, 120/1",
        "12.5, 25/2",
        "24.975, 999/40",
        "23.976, 24000/1001",
        "23.98, 24000/1001",
        "29.97, 30000/1001",
        "119.88, 120000/1001",
        "24000/1001, 24000/1001",
        "50/2, 25/1"
    })
    void isWhatThePersonMeans(String text, String rate) {
        assertThat(FrameRate.parse(text)).hasToString(rate);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "0", "0.999", "120.001", "-24", "+24", "x", "NaN", "24/0", "0/1", "1/2", "1e1", "24,5", "0x18"
            })
    void isRefusedByName(String text) {
        assertThatThrownBy(() -> FrameRate.parse(text))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("Invalid input: fps must be");
    }

    @Test
    void ofASceneIsTheNearestThatPlays() {
        assertThat(FrameRate.of(30 / 1.001)).hasToString("30000/1001");
        assertThat(FrameRate.of(240)).hasToString("120/1");
        assertThat(FrameRate.of(0.5)).hasToString("1/1");
    }
}
