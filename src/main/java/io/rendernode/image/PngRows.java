package io.rendernode.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Counts the rows that a PNG's IHDR chunk promises as its inflated bytes go by: neither one byte too few nor one too
 * many, each filter known.
 */
final class PngRows {
    /** Bytes of an IHDR chunk's data. */
    static final int HEADER_BYTES = 13;

    private static final String HEADER = "the PNG header";
    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int INDEXED = 3;
    private static final int GRAY_ALPHA = 4;
    private static final int RGBA = 6;
    private static final int FILTERS = 5;

    /** First column, first row, and the steps to the next ones, of an image that is not interlaced. */
    private static final int[][] ONE_PASS = {{0, 0, 1, 1}};
    /** The same of Adam7's seven passes. */
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    /** The rows of one pass; {@code rowBytes} is with the filter byte that begins each row. */
    private record Pass(long rows, long rowBytes) {}

    private final ArrayDeque<Pass> passes = new ArrayDeque<>();
    private final boolean indexed;
    private long rowsLeft;
    private long bytesLeftInRow;

    /** Takes a big-endian cursor at the data of an IHDR chunk; {@code chunkStart} is where the chunk begins. */
    PngRows(ImageCursor in, long chunkStart) throws IOException, TornImageException {
        int width = in.signedInt(HEADER);
        int height = in.signedInt(HEADER);
        int depth = in.unsignedByte(HEADER);
        int colorType = in.unsignedByte(HEADER);
        int compression = in.unsignedByte(HEADER);
        int filter = in.unsignedByte(HEADER);
        int interlace = in.unsignedByte(HEADER);
        int channels = channels(colorType, depth);
        if (width <= 0 || height <= 0 || channels == 0) {
            throw new TornImageException("PNG header of no possible image", chunkStart);
        }
        if (compression != 0 || filter != 0 || interlace > 1) {
            throw new TornImageException("PNG header names an unknown method", chunkStart);
        }
        indexed = colorType == INDEXED;
        for (int[] pass : interlace == 0 ? ONE_PASS : ADAM7) {
            long columns = stepsFrom(pass[0], width, pass[2]);
            long rows = stepsFrom(pass[1], height, pass[3]);
            if (columns > 0 && rows > 0) {
                passes.add(new Pass(rows, 1 + (columns * depth * channels + 7) / 8));
            }
        }
        rowsLeft = passes.element().rows();
    }

    /** Numbers in a pixel; 0 where no pixel has that colour type and that many bits a number. */
    private static int channels(int colorType, int depth) {
        boolean fewBits = depth == 1 || depth == 2 || depth == 4;
        boolean wholeBytes = depth == 8 || depth == 16;
        return switch (colorType) {
            case GRAY -> fewBits || wholeBytes ? 1 : 0;
            case INDEXED -> fewBits || depth == 8 ? 1 : 0;
            case GRAY_ALPHA -> wholeBytes ? 2 : 0;
            case RGB -> wholeBytes ? 3 : 0;
            case RGBA -> wholeBytes ? 4 : 0;
            default -> 0;
        };
    }

    private static long stepsFrom(int first, int size, int step) {
        return (size - (long) first + step - 1) / step;
    }

    /** Whether the pixels are palette entries. */
    boolean indexed() {
        return indexed;
    }

    /** Takes the next inflated bytes; {@code offset} is where their compressed form begins, for the message. */
    void accept(ByteBuffer bytes, long offset) throws TornImageException {
        while (bytes.hasRemaining()) {
            if (bytesLeftInRow == 0) {
                beginRow(bytes.get(bytes.position()), offset);
            }
            int count = (int) Math.min(bytesLeftInRow, bytes.remaining());
            bytesLeftInRow -= count;
            bytes.position(bytes.position() + count);
        }
    }

    private void beginRow(int filter, long offset) throws TornImageException {
        if (rowsLeft == 0) {
            passes.remove();
            if (passes.isEmpty()) {
                throw new TornImageException("more pixels than the PNG header says", offset);
            }
            rowsLeft = passes.element().rows();
        }
        if (filter < 0 || filter >= FILTERS) {
            throw new TornImageException("a row with the unknown PNG filter " + filter, offset);
        }
        rowsLeft--;
        bytesLeftInRow = passes.element().rowBytes();
    }

    /** Whether exactly all rows have gone by. */
    boolean complete() {
        return passes.size() == 1 && rowsLeft == 0 && bytesLeftInRow == 0;
    }
}
