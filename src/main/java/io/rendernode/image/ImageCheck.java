package io.rendernode.image;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Says whether an image file is whole, by its structure to the very end.
 *
 * <p>It reads through small buffers of fixed size and allocates nothing by a size that the file declares, so a file of
 * any size or malice costs no more than reading it once.
 */
public final class ImageCheck {
    private static final int PNG_START = 0x89504E47;
    private static final int RIFF = 0x52494646;
    private static final int EXR_START = 0x762F3101;
    private static final int JPEG_START = 0xFFD8;
    private static final int TIFF_LITTLE_ENDIAN = 0x4949;
    private static final int TIFF_BIG_ENDIAN = 0x4D4D;

    private ImageCheck() {}

    /**
     * Checks one file; it is opened once and not changed.
     *
     * @return the kind of the image, told from its first bytes
     * @throws TornImageException if the file is not a whole image
     * @throws IOException if the file is missing or cannot be read
     */
    public static ImageType check(Path file) throws IOException, TornImageException {
        // Opening a pipe would wait for ever, and a link could lead anywhere.
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new TornImageException("no regular file", 0);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ImageCursor start = new ImageCursor(channel, ByteOrder.BIG_ENDIAN);
            if (start.size() == 0) {
                throw new TornImageException("the file is empty", 0);
            }
            int magic = start.signedInt("the first bytes");
            start.seek(0);
            ImageType type = typeOf(magic);
            switch (type) {
                case PNG -> new PngCheck(start).check();
                case JPEG -> new JpegCheck(start).check();
                case OPEN_EXR -> new ExrCheck(new ImageCursor(channel, ByteOrder.LITTLE_ENDIAN)).check();
                case TIFF -> new TiffCheck(channel, tiffOrder(magic)).check();
                case WEBP -> new WebpCheck(new ImageCursor(channel, ByteOrder.LITTLE_ENDIAN)).check();
            }
            return type;
        }
    }

    private static ByteOrder tiffOrder(int magic) {
        return magic >>> 16 == TIFF_LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    private static ImageType typeOf(int magic) throws TornImageException {
        int half = magic >>> 16;
        if (half == JPEG_START) {
            return ImageType.JPEG;
        }
        if (half == TIFF_LITTLE_ENDIAN || half == TIFF_BIG_ENDIAN) {
            return ImageType.TIFF;
        }
        return switch (magic) {
            case PNG_START -> ImageType.PNG;
            case EXR_START -> ImageType.OPEN_EXR;
            case RIFF -> ImageType.WEBP;
            default -> throw new TornImageException("not a PNG, JPEG, OpenEXR, TIFF or WebP file", 0);
        };
    }
}
