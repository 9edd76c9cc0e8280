package io.rendernode.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.rendernode.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files made to cost much or to look whole: each gets its answer at once. */
class HostileImagesTest {
    private static final int BIG_TIFF_NEXT_DIRECTORY = 16 + 8 + 7 * 20;
    private static final int BIG_TIFF_FIRST_ENTRY = 16 + 8;

    @TempDir
    Path folder;

    @Test
    void aTiffWhoseDirectoriesGoInACircle() {
        byte[] tiff = sample("bigtiff");
        ByteBuffer.wrap(tiff).putLong(BIG_TIFF_NEXT_DIRECTORY, 16);
        assertTorn(tiff, "go in a circle");
    }

    @Test
    void aTiffOfHugeCounts() {
        for (long huge : new long[] {Long.MAX_VALUE, -1, 1L << 60, 1L << 32}) {
            byte[] entries = sample("bigtiff");
            ByteBuffer.wrap(entries).putLong(16, huge);
            assertTorn(entries, "directory of");
            byte[] values = sample("bigtiff");
            ByteBuffer.wrap(values).putLong(BIG_TIFF_FIRST_ENTRY + 4, huge);
            assertTorn(values, "before the TIFF values");
        }
    }

    @Test
    void aTiffOfAHugeImage() {
        byte[] tiff = sample("bigtiff");
        ByteBuffer.wrap(tiff).putInt(BIG_TIFF_FIRST_ENTRY + 12, -1);
        assertTorn(tiff, "impossible size");
    }

    @Test
    void anExrOfAHugeWindow() {
        for (int bottom : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 27, -1}) {
            byte[] exr = sample("exr");
            ByteBuffer.wrap(exr).order(ByteOrder.LITTLE_ENDIAN).putInt(after(exr, "box2i\0") + 16, bottom);
            assertTorn(exr, "");
        }
    }

    @Test
    void anExrOfTinyTilesInAHugeWindow() {
        byte[] exr = sample("multipart exr");
        ByteBuffer.wrap(exr).order(ByteOrder.LITTLE_ENDIAN).putInt(after(exr, "tiledesc\0") + 4, 0);
        assertTorn(exr, "impossible tiles");
    }

    @Test
    void anExrAttributeOrChunkOfNegativeSize() {
        byte[] attribute = sample("exr");
        ByteBuffer.wrap(attribute).order(ByteOrder.LITTLE_ENDIAN).putInt(after(attribute, "chlist\0"), -1);
        assertTorn(attribute, "the file ends in the OpenEXR attribute channels");
        byte[] chunk = sample("exr");
        int lastSize = chunk.length - 3 - 2 - 4;
        ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).putInt(lastSize, -1);
        assertTorn(chunk, "is cut off");
    }

    @Test
    void aWebpOfAnimationsWithinAnimationsWithoutEnd() {
        int depth = 100_000;
        ByteBuffer out = ByteBuffer.allocate(12 + depth * 24).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("RIFF")).putInt(out.capacity() - 8).put(ascii("WEBP"));
        while (out.hasRemaining()) {
            out.put(ascii("ANMF")).putInt(out.remaining() - 4).put(new byte[16]);
        }
        assertTorn(out.array(), "begins with no image");
    }

    @Test
    void jpegRestartMarkersMustComeInTurn() throws Exception {
        assertThat(check(withRestarts(0, 1, 2))).isEqualTo(ImageType.JPEG);
        assertTorn(withRestarts(0, 2, 3), "out of turn");
        assertTorn(withRestarts(1), "out of turn");
    }

    @Test
    void aJpegThatEndsWithoutPixels() {
        byte[] jpeg = sample("jpeg");
        int scan = scanData(jpeg);
        byte[] empty = new byte[scan + 2];
        System.arraycopy(jpeg, 0, empty, 0, scan);
        empty[scan] = (byte) 0xFF;
        empty[scan + 1] = (byte) 0xD9;
        assertTorn(empty, "scan without pixels");
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> ImageCheck.check(pipe)).hasMessageContaining("no regular file");
    }

    private static byte[] withRestarts(int... numbers) {
        byte[] jpeg = sample("jpeg");
        int scan = scanData(jpeg);
        ByteBuffer out = ByteBuffer.allocate(jpeg.length + 6 + 3 * numbers.length);
        out.put(jpeg, 0, 2).putShort((short) 0xFFDD).putShort((short) 4).putShort((short) 1);
        out.put(jpeg, 2, scan - 2);
        for (int number : numbers) {
            out.put((byte) 1).putShort((short) (0xFFD0 + number));
        }
        out.put(jpeg, scan, jpeg.length - scan);
        return out.array();
    }

    private static int scanData(byte[] jpeg) {
        int header = after(jpeg, "\u00FF\u00DA");
        return header + ByteBuffer.wrap(jpeg).getShort(header);
    }

    private static int after(byte[] bytes, String what) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(what) + what.length();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] sample(String name) {
        return TestImages.all(5, 3, 1).stream()
                .filter(sample -> sample.name().equals(name))
                .findFirst()
                .orElseThrow()
                .bytes();
    }

    private void assertTorn(byte[] bytes, String message) {
        assertTimeoutPreemptively(
                Await.LONGEST,
                () -> assertThatThrownBy(() -> check(bytes))
                        .isInstanceOf(TornImageException.class)
                        .hasMessageContaining(message));
    }

    private ImageType check(byte[] bytes) throws IOException, TornImageException {
        return ImageCheck.check(Files.write(folder.resolve("image"), bytes));
    }
}
