package io.rendernode.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExrTilesTest {
    /** The counts of tiles in files that OpenEXR's own exrmaketiled made of an image of 37 by 61 pixels. */
    @ParameterizedTest
    @CsvSource({"0x00, 24", "0x01, 37", "0x11, 38", "0x02, 153", "0x12, 180"})
    void countsTheTilesOfAllLevels(String mode, long tiles) {
        assertThat(new ExrTiles(16, 8, Integer.decode(mode)).count(37, 61)).isEqualTo(tiles);
    }

    @ParameterizedTest
    @CsvSource({"0, 8, 0", "16, 0, 0", "16, 8, 3", "16, 8, 0x21"})
    void knowsWhatCannotBe(long width, long height, String mode) {
        assertThat(new ExrTiles(width, height, Integer.decode(mode)).plausible())
                .isFalse();
    }
}
