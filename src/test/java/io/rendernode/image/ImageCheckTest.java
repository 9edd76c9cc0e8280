package io.rendernode.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.image.TestImages.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCheckTest {
    @TempDir
    Path folder;

    static Stream<Sample> samples() {
        return TestImages.all(5, 3, 1).stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void takesAWholeImageAndNamesItsKind(Sample sample) throws Exception {
        assertThat(check(sample.bytes())).isEqualTo(sample.type());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void refusesEveryProperPrefix(Sample sample) throws IOException {
        for (int length = 0; length < sample.bytes().length; length++) {
            byte[] cut = Arrays.copyOf(sample.bytes(), length);
            assertThatThrownBy(() -> check(cut))
                    .as("%s cut to %d bytes", sample, length)
                    .isInstanceOf(TornImageException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void refusesBytesAfterTheEndWhereTheFormatHasOne(Sample sample) throws Exception {
        byte[] longer = Arrays.copyOf(sample.bytes(), sample.bytes().length + 1);
        if (sample.type() == ImageType.TIFF) {
            // Nothing in a TIFF says where it ends.
            assertThat(check(longer)).isEqualTo(ImageType.TIFF);
        } else {
            assertThatThrownBy(() -> check(longer)).isInstanceOf(TornImageException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void refusesAFileWhoseSecondHalfWasNeverWritten(Sample sample) {
        // A file whose room was taken before its bytes came holds zeros, at its full length.
        byte[] hollow = Arrays.copyOf(sample.bytes(), sample.bytes().length);
        int keep = switch (sample.name()) {
            // What is not compressed may be zeros: here the zeros begin in the table that says where things are.
            case "tiff", "lzw tiff", "bigtiff", "exr", "multipart exr" -> 60;
            case "webp", "extended webp" -> 20;
            default -> hollow.length / 2;
        };
        Arrays.fill(hollow, keep, hollow.length, (byte) 0);
        assertThatThrownBy(() -> check(hollow)).isInstanceOf(TornImageException.class);
    }

    @Test
    void refusesWhatIsNoImage() {
        assertThatThrownBy(() -> check(new byte[0])).hasMessage("the file is empty (at byte 0)");
        assertThatThrownBy(() -> check("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(TornImageException.class)
                .hasMessageContaining("not a PNG, JPEG, OpenEXR, TIFF or WebP file");
        assertThatThrownBy(() -> ImageCheck.check(folder))
                .isInstanceOf(TornImageException.class)
                .hasMessageContaining("no regular file");
        assertThatThrownBy(() -> ImageCheck.check(folder.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void saysWhereTheFaultIs() {
        byte[] png = TestImages.png(5, 3, 1);
        png[30] ^= 1;
        assertThatThrownBy(() -> check(png)).hasMessage("wrong checksum of PNG chunk IHDR (at byte 8)");
    }

    /** Right checksums all the way, but not the pixels that the header promises. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 6, 200})
    void refusesAPngWithAnotherNumberOfRows(int rows) {
        assertThatThrownBy(() -> check(grayPng(7, 4, rows, 0)))
                .isInstanceOf(TornImageException.class)
                .hasMessageContaining(rows < 4 ? "fewer pixels" : "more pixels");
    }

    @Test
    void takesAPngWithItsNumberOfRows() throws Exception {
        assertThat(check(grayPng(7, 4, 4, 0))).isEqualTo(ImageType.PNG);
    }

    @Test
    void refusesAPngWithMoreDataAfterItsPixels() {
        assertThatThrownBy(() -> check(grayPng(7, 4, 4, 1))).hasMessageContaining("after the last pixel");
    }

    @Test
    void refusesAHugePngThatHoldsNothingAtOnce() {
        assertThatThrownBy(() -> check(grayPng(Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0)))
                .isInstanceOf(TornImageException.class);
    }

    @Test
    void refusesAnExrWhoseTableNamesAnotherPlace() {
        byte[] exr = TestExr.scanLines(5, 3);
        int table = exr.length - 3 * 8 - (3 * 8 + 3 + 4 + 5);
        ByteBuffer.wrap(exr).order(ByteOrder.LITTLE_ENDIAN).putLong(table, exr.length - 1);
        assertThatThrownBy(() -> check(exr)).hasMessageContaining("offset table that does not name its chunks");
    }

    @Test
    void refusesAnExrThatWasNeverClosed() {
        byte[] exr = TestExr.scanLines(5, 3);
        int table = exr.length - 3 * 8 - (3 * 8 + 3 + 4 + 5);
        ByteBuffer.wrap(exr).putLong(table, 0);
        assertThatThrownBy(() -> check(exr)).hasMessageContaining("never finished");
    }

    @Test
    void refusesAnExrChunkOfALineOutsideTheImage() {
        byte[] exr = TestExr.scanLines(5, 3);
        int lastChunk = exr.length - 5 - 8;
        ByteBuffer.wrap(exr).order(ByteOrder.LITTLE_ENDIAN).putInt(lastChunk, 3);
        assertThatThrownBy(() -> check(exr)).hasMessageContaining("a line where none begins");
    }

    private ImageType check(byte[] bytes) throws IOException, TornImageException {
        return ImageCheck.check(Files.write(folder.resolve("image"), bytes));
    }

    private static byte[] grayPng(int width, int height, int rows, int bytesTooMany) {
        ByteBuffer out = ByteBuffer.allocate(1024).putLong(0x89504E470D0A1A0AL);
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) 8)
                        .array());
        Deflater deflater = new Deflater();
        deflater.setInput(new byte[rows * (1 + width % 8)]);
        deflater.finish();
        byte[] pixels = new byte[512];
        int length = deflater.deflate(pixels);
        deflater.end();
        chunk(out, "IDAT", Arrays.copyOf(pixels, length + bytesTooMany));
        chunk(out, "IEND", new byte[0]);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void chunk(ByteBuffer out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        out.putInt(data.length).put(name).put(data).putInt((int) checksum.getValue());
    }
}
