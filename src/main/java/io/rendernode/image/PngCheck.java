package io.rendernode.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * PNG (ISO/IEC 15948): every chunk's length and checksum, the pixels inflated wholly and of exactly the size that the
 * header implies, IEND last, nothing after it.
 */
final class PngCheck {
    private static final int[] SIGNATURE = {0x89504E47, 0x0D0A1A0A};
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504C5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    /** Bit 5 of a type's first letter: a chunk without it must be understood. */
    private static final int ANCILLARY = 0x20000000;

    private static final ImageCursor.Sink IGNORE = (bytes, offset) -> {};

    private final ImageCursor in;
    private final CRC32 checksum = new CRC32();
    private boolean paletteSeen;
    private long chunkStart;
    private long chunkLength;
    private int chunkType;

    /** Takes a big-endian cursor at the file's start. */
    PngCheck(ImageCursor in) {
        this.in = in;
    }

    void check() throws IOException, TornImageException {
        PngRows rows = header();
        beginChunk();
        while (chunkType != IDAT) {
            passOther();
        }
        if (rows.indexed() && !paletteSeen) {
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
        takeData(IGNORE);
        in.expectEnd("the PNG's end");
    }

    private PngRows header() throws IOException, TornImageException {
        for (int half : SIGNATURE) {
            if (in.signedInt("the PNG signature") != half) {
                throw new TornImageException("damaged PNG signature", 0);
            }
        }
        beginChunk();
        if (chunkType != IHDR || chunkLength != PngRows.HEADER_BYTES) {
            throw torn("no PNG header but");
        }
        long data = in.position();
        takeData(IGNORE);
        long next = in.position();
        in.seek(data);
        PngRows rows = new PngRows(in, chunkStart);
        in.seek(next);
        return rows;
    }

    private void beginChunk() throws IOException, TornImageException {
        chunkStart = in.position();
        chunkLength = in.unsignedInt("a PNG chunk's length");
        chunkType = in.signedInt("a PNG chunk's type");
        if (chunkLength + Integer.BYTES > in.remaining()) {
            throw torn("the file ends in");
        }
        checksum.reset();
        checksum.update(typeBytes());
    }

    private void passOther() throws IOException, TornImageException {
        if (chunkType == PLTE) {
            paletteSeen = true;
        } else if (chunkType == IDAT || chunkType == IEND || (chunkType & ANCILLARY) == 0) {
            throw torn("unexpected");
        }
        takeData(IGNORE);
        beginChunk();
    }

    private void takeData(ImageCursor.Sink sink) throws IOException, TornImageException {
        in.pass(chunkLength, "a PNG chunk", (bytes, offset) -> {
            checksum.update(bytes.duplicate());
            sink.accept(bytes, offset);
        });
        if (in.unsignedInt("a PNG chunk's checksum") != checksum.getValue()) {
            throw torn("wrong checksum of");
        }
    }

    private byte[] typeBytes() {
        return ByteBuffer.allocate(Integer.BYTES).putInt(chunkType).array();
    }

    private TornImageException torn(String fault) {
        String name = new String(typeBytes(), StandardCharsets.ISO_8859_1).replaceAll("[^!-~]", "?");
        return new TornImageException(fault + " PNG chunk " + name, chunkStart);
    }
}
