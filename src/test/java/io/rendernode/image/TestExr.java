package io.rendernode.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** OpenEXR files put together by hand, by the file layout document; the pixels in them mean nothing. */
final class TestExr {
    private static final int MULTIPART = 0x1000;
    private static final int TILE = 4;
    private static final int MOST_BYTES = 1 << 16;
    private static final int PIXEL_BYTES = 3;

    private TestExr() {}

    /** One part of scan lines, ZIPS compressed: a chunk for each line. */
    static byte[] scanLines(int width, int height) {
        ByteBuffer out = begin(0);
        header(out, width, height);
        out.put((byte) 0);
        int table = out.position();
        out.position(table + height * Long.BYTES);
        for (int y = 0; y < height; y++) {
            out.putLong(table + y * Long.BYTES, out.position());
            out.putInt(y);
            chunk(out, y);
        }
        return end(out);
    }

    /** Two parts: scan lines, bottom line first, and tiles. */
    static byte[] multipart(int width, int height) {
        ByteBuffer out = begin(MULTIPART);
        int columns = (width + TILE - 1) / TILE;
        int rows = (height + TILE - 1) / TILE;
        header(out, width, height);
        type(out, "scanlineimage", height);
        header(out, width, height);
        attribute(out, "tiles", "tiledesc", 9).putInt(TILE).putInt(TILE).put((byte) 0);
        type(out, "tiledimage", columns * rows);
        out.put((byte) 0);
        int lines = out.position();
        int tiles = lines + height * Long.BYTES;
        out.position(tiles + columns * rows * Long.BYTES);
        for (int y = height - 1; y >= 0; y--) {
            out.putLong(lines + y * Long.BYTES, out.position());
            out.putInt(0).putInt(y);
            chunk(out, y);
        }
        for (int tile = 0; tile < columns * rows; tile++) {
            out.putLong(tiles + tile * Long.BYTES, out.position());
            out.putInt(1)
                    .putInt(tile % columns)
                    .putInt(tile / columns)
                    .putInt(0)
                    .putInt(0);
            chunk(out, tile);
        }
        return end(out);
    }

    private static ByteBuffer begin(int flags) {
        return ByteBuffer.allocate(MOST_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(20000630)
                .putInt(2 | flags);
    }

    private static byte[] end(ByteBuffer out) {
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private static void header(ByteBuffer out, int width, int height) {
        attribute(out, "channels", "chlist", 1).put((byte) 0);
        attribute(out, "compression", "compression", 1).put((byte) 2);
        for (String window : new String[] {"dataWindow", "displayWindow"}) {
            attribute(out, window, "box2i", 16)
                    .putInt(0)
                    .putInt(0)
                    .putInt(width - 1)
                    .putInt(height - 1);
        }
        attribute(out, "lineOrder", "lineOrder", 1).put((byte) 0);
    }

    private static void type(ByteBuffer out, String type, int chunks) {
        attribute(out, "type", "string", type.length()).put(type.getBytes(StandardCharsets.US_ASCII));
        attribute(out, "chunkCount", "int", 4).putInt(chunks);
        out.put((byte) 0);
    }

    private static ByteBuffer attribute(ByteBuffer out, String name, String type, int size) {
        return out.put((name + "\0" + type + "\0").getBytes(StandardCharsets.US_ASCII))
                .putInt(size);
    }

    private static void chunk(ByteBuffer out, int seed) {
        int size = PIXEL_BYTES + seed % 5;
        out.putInt(size).position(out.position() + size);
    }
}
