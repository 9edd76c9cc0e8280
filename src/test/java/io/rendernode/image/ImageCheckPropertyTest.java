package io.rendernode.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.image.TestImages.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ImageCheckPropertyTest {
    @Property(tries = 40)
    void wholeImagesOfAnySizeAreTakenAndCutOnesRefused(
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll long seed)
            throws Exception {
        Random random = new Random(seed);
        for (Sample sample : TestImages.all(width, height, seed)) {
            assertThat(check(sample.bytes())).as("%s", sample).isEqualTo(sample.type());
            int length = random.nextInt(sample.bytes().length);
            assertThatThrownBy(() -> check(Arrays.copyOf(sample.bytes(), length)))
                    .as("%s cut to %d bytes", sample, length)
                    .isInstanceOf(TornImageException.class);
        }
    }

    @Property(tries = 500)
    void aPngWithOneOtherByteIsRefused(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 99_999) int at,
            @ForAll @IntRange(min = 1, max = 255) int change) {
        byte[] png = TestImages.png(9, 6, seed);
        png[at % png.length] ^= (byte) change;
        assertThatThrownBy(() -> check(png)).isInstanceOf(TornImageException.class);
    }

    /** Whatever the damage: an answer, and never another exception, an endless loop or a huge allocation. */
    @Property(tries = 60)
    void damagedImagesGetAnAnswer(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        for (Sample sample : TestImages.all(6, 9, seed)) {
            byte[] bytes = sample.bytes();
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = 4 + random.nextInt(bytes.length - 4);
                bytes[at] = random.nextBoolean() ? (byte) 0xFF : (byte) random.nextInt();
            }
            try {
                assertThat(check(bytes)).isEqualTo(sample.type());
            } catch (TornImageException e) {
                String offset = e.getMessage().replaceAll("(?s).*\\(at byte (\\d+)\\)", "$1");
                assertThat(Long.parseLong(offset)).isBetween(0L, (long) bytes.length);
            }
        }
    }

    private static ImageType check(byte[] bytes) throws IOException, TornImageException {
        Path file = Files.createTempFile("image", "");
        try {
            return ImageCheck.check(Files.write(file, bytes));
        } finally {
            Files.delete(file);
        }
    }
}
