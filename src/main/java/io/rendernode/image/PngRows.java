package io.rendernode.image;

import java.util.ArrayDeque;

/** Counts the rows of a PNG as its inflated bytes go by: neither one byte too few nor one too many, each filter known. */
final class PngRows {
    private static final int FILTERS = 5;
    private static final int[] PASS_X = {0, 4, 0, 2, 0, 1, 0};
    private static final int[] PASS_Y = {0, 0, 4, 0, 2, 0, 1};
    private static final int[] PASS_X_STEP = {8, 8, 4, 4, 2, 2, 1};
    private static final int[] PASS_Y_STEP = {8, 8, 8, 4, 4, 2, 2};

    /** The rows of one pass; {@code rowBytes} is with the filter byte that begins each row. */
    private record Pass(long rows, long rowBytes) {}

    private final ArrayDeque<Pass> passes = new ArrayDeque<>();
    private long rowsLeft;
    private long bytesLeftInRow;

    PngRows(PngHeader header) {
        if (!header.interlaced()) {
            add(header, header.width(), header.height());
        } else {
            for (int pass = 0; pass < PASS_X.length; pass++) {
                long width = stepsFrom(PASS_X[pass], header.width(), PASS_X_STEP[pass]);
                long height = stepsFrom(PASS_Y[pass], header.height(), PASS_Y_STEP[pass]);
                if (width > 0 && height > 0) {
                    add(header, width, height);
                }
            }
        }
        rowsLeft = passes.element().rows();
    }

    private static long stepsFrom(int first, int size, int step) {
        return (size - (long) first + step - 1) / step;
    }

    private void add(PngHeader header, long width, long height) {
        passes.add(new Pass(height, 1 + (width * header.bitsPerPixel() + 7) / 8));
    }

    /** Takes the next inflated bytes; {@code offset} is where their compressed form ends, for the message. */
    void accept(byte[] bytes, int length, long offset) throws TornImageException {
        int at = 0;
        while (at < length) {
            if (bytesLeftInRow == 0) {
                beginRow(bytes[at], offset);
            }
            int count = (int) Math.min(bytesLeftInRow, length - at);
            bytesLeftInRow -= count;
            at += count;
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
