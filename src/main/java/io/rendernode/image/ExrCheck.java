package io.rendernode.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenEXR (its file layout document): headers, then an offset table for each part, then chunks up to the file's end.
 *
 * <p>The library writes the tables last, so a table with a zero is a file that was never closed. Chunks follow each
 * other without a gap, in any order; walking over them must end exactly at the file's end, with as many as the tables
 * name, each at an offset that its part's table has.
 */
final class ExrCheck {
    private static final int MOST_PARTS = 10_000;
    private static final int VERSION = 2;
    private static final int VERSION_MASK = 0xFF;
    private static final int TILED = 0x200;
    private static final int LONG_NAMES = 0x400;
    private static final int DEEP = 0x800;
    private static final int MULTIPART = 0x1000;
    private static final int KNOWN = VERSION_MASK | TILED | LONG_NAMES | DEEP | MULTIPART;

    private final ImageCursor in;
    private final List<ExrHeader.Part> parts = new ArrayList<>();

    /** Takes a little-endian cursor at the file's start. */
    ExrCheck(ImageCursor in) {
        this.in = in;
    }

    void check() throws IOException, TornImageException {
        in.skip(Integer.BYTES, "the OpenEXR magic number");
        ExrHeader.Flags flags = flags();
        parts.add(ExrHeader.read(in, flags));
        while (flags.multipart() && !headersEnd()) {
            in.tornIf(parts.size() == MOST_PARTS, "OpenEXR of too many parts");
            parts.add(ExrHeader.read(in, flags));
        }
        long chunks = parts.stream().mapToLong(ExrHeader.Part::chunks).sum();
        if (chunks > in.remaining() / Long.BYTES) {
            throw in.torn("the file ends in the OpenEXR offset table of " + chunks + " entries");
        }
        long[] fingerprints = readTables(in.position() + chunks * Long.BYTES);
        walkChunks(chunks, fingerprints, flags.multipart());
        in.expectEnd("the last OpenEXR chunk");
        for (long fingerprint : fingerprints) {
            in.tornIf(fingerprint != 0, "OpenEXR offset table that does not name its chunks");
        }
    }

    private ExrHeader.Flags flags() throws IOException, TornImageException {
        int field = in.signedInt("the OpenEXR version");
        boolean tiled = (field & TILED) != 0;
        boolean typed = (field & (DEEP | MULTIPART)) != 0;
        if ((field & VERSION_MASK) != VERSION || (field & ~KNOWN) != 0 || (tiled && typed)) {
            throw in.torn("unknown OpenEXR version 0x" + Integer.toHexString(field));
        }
        return new ExrHeader.Flags(tiled, (field & DEEP) != 0, (field & MULTIPART) != 0);
    }

    /** An empty header ends the headers of a file of several parts. */
    private boolean headersEnd() throws IOException, TornImageException {
        long start = in.position();
        if (in.unsignedByte("the OpenEXR headers") == 0) {
            return true;
        }
        in.seek(start);
        return false;
    }

    /** Gives for each part a sum over its table that does not depend on the entries' order. */
    private long[] readTables(long firstChunk) throws IOException, TornImageException {
        long[] fingerprints = new long[parts.size()];
        for (int part = 0; part < fingerprints.length; part++) {
            for (long i = 0; i < parts.get(part).chunks(); i++) {
                long offset = in.unsignedLong("the OpenEXR offset table");
                in.tornIf(offset == 0, "OpenEXR offset table with a missing entry: the file was never finished");
                if (offset < firstChunk || offset >= in.size()) {
                    throw in.torn("OpenEXR offset table that points outside the pixels, to byte " + offset);
                }
                fingerprints[part] += scramble(offset);
            }
        }
        return fingerprints;
    }

    private void walkChunks(long chunks, long[] fingerprints, boolean multipart)
            throws IOException, TornImageException {
        for (long i = 0; i < chunks; i++) {
            long start = in.position();
            long part = multipart ? in.unsignedInt("an OpenEXR chunk") : 0;
            in.tornIf(part >= parts.size(), "OpenEXR chunk of a part that is not there");
            fingerprints[(int) part] -= scramble(start);
            passChunk(parts.get((int) part));
        }
    }

    private void passChunk(ExrHeader.Part part) throws IOException, TornImageException {
        if (part.tiled()) {
            for (int i = 0; i < 4; i++) {
                in.tornIf(in.signedInt("an OpenEXR tile") < 0, "OpenEXR tile with impossible coordinates");
            }
        } else if (!part.beginsChunk(in.signedInt("an OpenEXR chunk"))) {
            throw in.torn("OpenEXR chunk of a line where none begins");
        }
        if (part.deep()) {
            long counts = in.unsignedLong("an OpenEXR chunk");
            long samples = in.unsignedLong("an OpenEXR chunk");
            in.skip(Long.BYTES, "an OpenEXR chunk");
            in.skip(counts, "an OpenEXR chunk");
            in.skip(samples, "an OpenEXR chunk");
        } else {
            in.skip(in.signedInt("an OpenEXR chunk"), "an OpenEXR chunk");
        }
    }

    /** Spreads an offset's bits, so that sums of different sets of offsets differ. */
    private static long scramble(long offset) {
        long mixed = offset * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 29;
        mixed *= 0xBF58476D1CE4E5B9L;
        return mixed ^ mixed >>> 32;
    }
}
