package io.rendernode.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Whole images for tests: PNG, JPEG and TIFF as the JDK writes them, OpenEXR and WebP put together by hand. */
public final class TestImages {
    /** The bytes of one image and what made it, for a failing test's message. */
    static final class Sample {
        private final String name;
        private final ImageType type;
        private final byte[] bytes;

        Sample(String name, ImageType type, byte[] bytes) {
            this.name = name;
            this.type = type;
            this.bytes = bytes;
        }

        String name() {
            return name;
        }

        ImageType type() {
            return type;
        }

        /** A new copy each time. */
        byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return name + " of " + bytes.length + " bytes";
        }
    }

    private TestImages() {}

    /** One image of each format and form; the same seed gives the same images. */
    static List<Sample> all(int width, int height, long seed) {
        BufferedImage image = noise(width, height, seed);
        return List.of(
                new Sample("png", ImageType.PNG, write(image, "png", "", false)),
                new Sample("interlaced png", ImageType.PNG, write(image, "png", "", true)),
                new Sample("jpeg", ImageType.JPEG, write(image, "jpeg", "JPEG", false)),
                new Sample("progressive jpeg", ImageType.JPEG, write(image, "jpeg", "JPEG", true)),
                new Sample("tiff", ImageType.TIFF, write(image, "tiff", "", false)),
                new Sample("lzw tiff", ImageType.TIFF, write(image, "tiff", "LZW", false)),
                new Sample("deflate tiff", ImageType.TIFF, write(image, "tiff", "Deflate", false)),
                new Sample("bigtiff", ImageType.TIFF, bigTiff(width, height)),
                new Sample("exr", ImageType.OPEN_EXR, TestExr.scanLines(width, height)),
                new Sample("multipart exr", ImageType.OPEN_EXR, TestExr.multipart(width, height)),
                new Sample("webp", ImageType.WEBP, webp(false)),
                new Sample("extended webp", ImageType.WEBP, webp(true)));
    }

    public static byte[] png(int width, int height, long seed) {
        return write(noise(width, height, seed), "png", "", false);
    }

    private static BufferedImage noise(int width, int height, long seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        return image;
    }

    private static byte[] write(BufferedImage image, String format, String compression, boolean progressive) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            if (!compression.isEmpty()) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionType(compression);
            }
            if (progressive) {
                parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            }
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Big-endian, its directory first, its two strips last. */
    private static byte[] bigTiff(int width, int height) {
        int rows = (height + 1) / 2;
        int strips = (height + rows - 1) / rows;
        int entries = 7;
        int directory = 16 + 8 + entries * 20 + 8;
        int values = directory + (strips > 1 ? strips * 8 : 0);
        ByteBuffer out = ByteBuffer.allocate(values + width * height);
        out.putShort((short) 0x4D4D).putShort((short) 43).putShort((short) 8).putShort((short) 0);
        out.putLong(16).putLong(entries);
        entry(out, TiffDirectory.WIDTH, 4, 1).putInt(width).putInt(0);
        entry(out, TiffDirectory.HEIGHT, 4, 1).putInt(height).putInt(0);
        entry(out, TiffDirectory.BITS_PER_SAMPLE, 3, 1)
                .putShort((short) 8)
                .putShort((short) 0)
                .putInt(0);
        entry(out, TiffDirectory.COMPRESSION, 3, 1)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0);
        entry(out, TiffDirectory.STRIP_OFFSETS, 16, strips).putLong(strips > 1 ? directory : values);
        entry(out, TiffDirectory.ROWS_PER_STRIP, 4, 1).putInt(rows).putInt(0);
        entry(out, TiffDirectory.STRIP_BYTE_COUNTS, 4, strips)
                .putInt(width * rows)
                .putInt(width * (height - rows));
        out.putLong(0);
        if (strips > 1) {
            out.putLong(values).putLong(values + (long) width * rows);
        }
        return out.array();
    }

    private static ByteBuffer entry(ByteBuffer out, int tag, int type, long count) {
        return out.putShort((short) tag).putShort((short) type).putLong(count);
    }

    /** A lossless image of odd length, so with a byte of padding; extended, it stands between two other chunks. */
    private static byte[] webp(boolean extended) {
        byte[] pixels = {0x2F, 0x3F, (byte) 0xC0, 0x0F, 0, 7, 7, 7, 7};
        ByteBuffer out = ByteBuffer.allocate(12 + 18 + (extended ? 18 + 18 : 0)).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("RIFF")).putInt(out.capacity() - 8).put(ascii("WEBP"));
        if (extended) {
            out.put(ascii("VP8X")).putInt(10).put(new byte[10]);
        }
        out.put(ascii("VP8L")).putInt(pixels.length).put(pixels).put((byte) 0);
        if (extended) {
            out.put(ascii("EXIF")).putInt(10).put(new byte[10]);
        }
        return out.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
