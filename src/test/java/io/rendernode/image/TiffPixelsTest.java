package io.rendernode.image;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.image.TestImages.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strips that are inside the file, and yet not whole. */
class TiffPixelsTest {
    @TempDir
    Path folder;

    private Path image;

    @BeforeEach
    void nameImage() {
        image = folder.resolve("image.tif");
    }

    @Test
    void aDeflatedStripWithoutItsLastBytes() throws Exception {
        assertStripTorn("deflate tiff", -2, "compressed TIFF pixels that are cut off");
    }

    @Test
    void anUncompressedStripThatIsTooShort() throws Exception {
        assertStripTorn("tiff", -1, "not 45");
    }

    @Test
    void aStripThatWasNeverWritten() throws Exception {
        assertStripTorn("lzw tiff", Integer.MIN_VALUE, "was never written");
    }

    /** Adds to the byte count of the first strip of an image, down to none, and checks that the file is refused. */
    private void assertStripTorn(String name, int change, String message) throws IOException, TornImageException {
        byte[] bytes = TestImages.all(5, 3, 1).stream()
                .filter(sample -> sample.name().equals(name))
                .map(Sample::bytes)
                .findFirst()
                .orElseThrow();
        ByteOrder order = bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer content = ByteBuffer.wrap(bytes).order(order);
        Files.write(image, bytes);
        TiffDirectory.Field count;
        try (FileChannel channel = FileChannel.open(image)) {
            ImageCursor in = new ImageCursor(channel, order);
            count = TiffDirectory.read(in, content.getInt(4), false).required(TiffDirectory.STRIP_BYTE_COUNTS);
        }
        int position = (int) count.position();
        switch (TiffDirectory.Field.bytesOf(count.type())) {
            case 2 -> content.putShort(position, (short) Math.max(0, content.getShort(position) + change));
            case 4 -> content.putInt(position, Math.max(0, content.getInt(position) + change));
            default -> throw new AssertionError("strip byte count of the type " + count.type());
        }
        Files.write(image, bytes);
        assertThatThrownBy(() -> ImageCheck.check(image))
                .isInstanceOf(TornImageException.class)
                .hasMessageContaining(message);
    }
}
