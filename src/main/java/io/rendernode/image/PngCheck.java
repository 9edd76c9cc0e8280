package io.rendernode.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * PNG (ISO/IEC 15948): every chunk's length and checksum, the pixels inflated wholly and of exactly the size that the
 * header implies, IEND last, nothing after it.
 */
final class PngCheck {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504C5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    /** Bit 5 of a type's first letter: a chunk without it must be understood. */
    private static final int ANCILLARY = 0x20000000;

    private final ImageCursor in;
    private final CRC32 checksum = new CRC32();
    private final byte[] block = new byte[BLOCK_BYTES];
    private boolean paletteSeen;
    private long chunkStart;
    private long chunkLength;
    private int chunkType;

    private PngCheck(ImageCursor in) {
        this.in = in;
    }

    /** Takes a big-endian cursor at the file's start. */
    static void check(ImageCursor in) throws IOException, TornImageException {
        new PngCheck(in).check();
    }

    private void check() throws IOException, TornImageException {
        PngHeader header = header();
        PngRows rows = new PngRows(header);
        beginChunk();
        while (chunkType != IDAT) {
            passOther();
        }
        if (header.indexed() && !paletteSeen) {
            throw torn("no palette, which the pixels need, before");
        }
        try (ZlibStream pixels = new ZlibStream(rows::accept)) {
            while (chunkType == IDAT) {
                takeData(pixels::accept);
                beginChunk();
            }
            if (!pixels.finished() || !rows.complete()) {
                throw torn("fewer pixels than the header says before");
            }
        }
        while (chunkType != IEND) {
            passOther();
        }
        if (chunkLength != 0) {
            throw torn("data in");
        }
        takeData(PngCheck::ignore);
        in.expectEnd("the PNG's end");
    }

    private PngHeader header() throws IOException, TornImageException {
        byte[] signature = new byte[Long.BYTES];
        in.read(signature, signature.length, "the PNG signature");
        if (ByteBuffer.wrap(signature).getLong() != SIGNATURE) {
            throw new TornImageException("damaged PNG signature", 0);
        }
        beginChunk();
        if (chunkType != IHDR || chunkLength != PngHeader.BYTES) {
            throw torn("no PNG header but");
        }
        takeData(PngCheck::ignore);
        return PngHeader.parse(block, chunkStart);
    }

    private void beginChunk() throws IOException, TornImageException {
        chunkStart = in.position();
        chunkLength = in.unsignedInt("a PNG chunk's length");
        chunkType = in.signedInt("a PNG chunk's type");
        if (chunkLength + Integer.BYTES > in.remaining()) {
            throw torn("the file ends in");
        }
        checksum.reset();
        checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(chunkType).flip());
    }

    private void passOther() throws IOException, TornImageException {
        if (chunkType == PLTE) {
            paletteSeen = true;
        } else if (chunkType == IDAT || chunkType == IEND || (chunkType & ANCILLARY) == 0) {
            throw torn("unexpected");
        }
        takeData(PngCheck::ignore);
        beginChunk();
    }

    private void takeData(ZlibStream.Sink sink) throws IOException, TornImageException {
        long left = chunkLength;
        while (left > 0) {
            int count = (int) Math.min(left, BLOCK_BYTES);
            long offset = in.position();
            in.read(block, count, "a PNG chunk");
            checksum.update(block, 0, count);
            sink.accept(block, count, offset);
            left -= count;
        }
        if (in.unsignedInt("a PNG chunk's checksum") != checksum.getValue()) {
            throw torn("wrong checksum of");
        }
    }

    private static void ignore(byte[] bytes, int length, long offset) {}

    private TornImageException torn(String fault) {
        StringBuilder name = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            int letter = (chunkType >>> shift) & 0xFF;
            name.append(letter > ' ' && letter < 0x7F ? (char) letter : '?');
        }
        return new TornImageException(fault + " PNG chunk " + name, chunkStart);
    }
}
