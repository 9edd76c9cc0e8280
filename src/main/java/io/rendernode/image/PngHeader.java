package io.rendernode.image;

import java.nio.ByteBuffer;

/**
 * What a PNG's IHDR chunk says about its pixels.
 *
 * @param width in pixels
 * @param height in pixels
 * @param bitsPerPixel of all channels together
 * @param indexed whether the pixels are palette entries
 * @param interlaced whether the pixels come in Adam7's seven passes
 */
record PngHeader(int width, int height, int bitsPerPixel, boolean indexed, boolean interlaced) {
    /** Bytes of an IHDR chunk's data. */
    static final int BYTES = 13;

    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int INDEXED = 3;
    private static final int GRAY_ALPHA = 4;
    private static final int RGBA = 6;

    /** Reads the data of an IHDR chunk, the first 13 bytes of the array; {@code offset} is where the chunk begins. */
    static PngHeader parse(byte[] data, long offset) throws TornImageException {
        ByteBuffer in = ByteBuffer.wrap(data, 0, BYTES);
        int width = in.getInt();
        int height = in.getInt();
        int depth = in.get();
        int colorType = in.get();
        int compression = in.get();
        int filter = in.get();
        int interlace = in.get();
        int channels = channels(colorType);
        if (width <= 0 || height <= 0 || channels == 0 || !depthAllowed(depth, colorType)) {
            throw new TornImageException("PNG header of no possible image", offset);
        }
        if (compression != 0 || filter != 0 || interlace < 0 || interlace > 1) {
            throw new TornImageException("PNG header names an unknown method", offset);
        }
        return new PngHeader(width, height, depth * channels, colorType == INDEXED, interlace == 1);
    }

    private static int channels(int colorType) {
        return switch (colorType) {
            case GRAY, INDEXED -> 1;
            case GRAY_ALPHA -> 2;
            case RGB -> 3;
            case RGBA -> 4;
            default -> 0;
        };
    }

    private static boolean depthAllowed(int depth, int colorType) {
        return switch (depth) {
            case 1, 2, 4 -> colorType == GRAY || colorType == INDEXED;
            case 8 -> true;
            case 16 -> colorType != INDEXED;
            default -> false;
        };
    }
}
