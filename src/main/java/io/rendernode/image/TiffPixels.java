package io.rendernode.image;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * The strips or tiles of one TIFF image: as many as the size implies, each inside the file, uncompressed ones long
 * enough, deflated ones inflated wholly.
 */
final class TiffPixels {
    private static final int UNCOMPRESSED = 1;
    private static final int DEFLATE = 8;
    /** Deflate's number before it had one of its own; what Blender 3.4 writes. */
    private static final int OLD_DEFLATE = 32946;

    private static final int SEPARATE_PLANES = 2;
    private static final int YCBCR = 6;
    /** Bounds the arithmetic; Blender's own limit is 65536 pixels a side. */
    private static final long LARGEST_SIDE = 1L << 28;

    private final TiffDirectory directory;
    private final ImageCursor fields;
    private final ImageCursor counts;
    private final ImageCursor data;
    private final long compression;
    private final long width;
    private final long height;
    private final boolean tiled;
    private final long pieceWidth;
    private final long pieceHeight;
    private final long planes;
    private final long samples;

    /** Prepares to check one directory's image; each of the file's three kinds of place has a buffer of its own. */
    TiffPixels(TiffDirectory directory, FileChannel channel, ByteOrder order) throws IOException, TornImageException {
        this.directory = directory;
        this.fields = new ImageCursor(channel, order);
        this.counts = new ImageCursor(channel, order);
        this.data = new ImageCursor(channel, order);
        width = side(directory.required(TiffDirectory.WIDTH).value(fields, 0));
        height = side(directory.required(TiffDirectory.HEIGHT).value(fields, 0));
        compression = directory.number(TiffDirectory.COMPRESSION, fields, UNCOMPRESSED);
        samples = directory.number(TiffDirectory.SAMPLES_PER_PIXEL, fields, 1);
        boolean separate = directory.number(TiffDirectory.PLANAR_CONFIGURATION, fields, 1) == SEPARATE_PLANES;
        planes = separate ? samples : 1;
        tiled = directory.fields().containsKey(TiffDirectory.TILE_OFFSETS);
        pieceWidth = tiled ? side(directory.required(TiffDirectory.TILE_WIDTH).value(fields, 0)) : width;
        pieceHeight = tiled
                ? side(directory.required(TiffDirectory.TILE_HEIGHT).value(fields, 0))
                : side(Math.min(height, directory.number(TiffDirectory.ROWS_PER_STRIP, fields, height)));
    }

    private long side(long pixels) throws TornImageException {
        if (pixels <= 0 || pixels > LARGEST_SIDE) {
            throw torn("TIFF image of an impossible size");
        }
        return pixels;
    }

    void check() throws IOException, TornImageException {
        TiffDirectory.Field offsets =
                directory.required(tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS);
        TiffDirectory.Field sizes =
                directory.required(tiled ? TiffDirectory.TILE_BYTE_COUNTS : TiffDirectory.STRIP_BYTE_COUNTS);
        long rows = ceilingOf(height, pieceHeight);
        long pieces = rows * ceilingOf(width, pieceWidth);
        if (offsets.count() != sizes.count() || offsets.count() != pieces * planes) {
            throw torn("TIFF image of " + pieces * planes + " pieces that has " + offsets.count());
        }
        long bits = bitsPerPixel();
        for (long i = 0; i < offsets.count(); i++) {
            long offset = offsets.value(fields, i);
            long size = sizes.value(counts, i);
            if (offset == 0 || size == 0) {
                throw torn("TIFF image whose piece " + i + " was never written");
            }
            if (offset > data.size() || size > data.size() - offset) {
                throw torn("the file ends before the TIFF pixels at byte " + offset);
            }
            long lines = tiled ? pieceHeight : Math.min(pieceHeight, height - i % pieces * pieceHeight);
            checkPiece(offset, size, lines * ((pieceWidth * bits + 7) / 8));
        }
    }

    private void checkPiece(long offset, long size, long expected) throws IOException, TornImageException {
        // Colour at a lower resolution than brightness has other sizes; nobody writes it without JPEG.
        boolean subsampled = directory.number(TiffDirectory.PHOTOMETRIC, counts, 1) == YCBCR;
        if (compression == UNCOMPRESSED && !subsampled && size < expected) {
            throw new TornImageException("TIFF pixels of " + size + " bytes, not " + expected, offset);
        }
        if (compression == DEFLATE || compression == OLD_DEFLATE) {
            inflate(offset, size, subsampled ? 0 : expected);
        }
    }

    private void inflate(long offset, long size, long atLeast) throws IOException, TornImageException {
        long[] total = {0};
        try (ZlibStream stream = new ZlibStream((bytes, at) -> total[0] += bytes.remaining())) {
            data.seek(offset);
            data.pass(size, "TIFF pixels", stream::accept);
            if (!stream.finished() || total[0] < atLeast) {
                throw new TornImageException("compressed TIFF pixels that are cut off", offset);
            }
        }
    }

    /** Bits of a pixel in one plane; samples are as wide as the first, as everywhere but in theory. */
    private long bitsPerPixel() throws IOException, TornImageException {
        long bits = directory.number(TiffDirectory.BITS_PER_SAMPLE, fields, 1);
        long perPlane = samples / planes;
        if (samples <= 0 || samples > 0xFFFF || bits <= 0 || bits > 0xFFFF) {
            throw torn("TIFF image of impossible samples");
        }
        return bits * perPlane;
    }

    private static long ceilingOf(long size, long piece) {
        return (size + piece - 1) / piece;
    }

    private TornImageException torn(String fault) {
        return new TornImageException(fault, directory.start());
    }
}
