package io.rendernode.scene;

import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Unpacks the first block of a file that Zstandard packed (RFC 8878): at most 128 KB. A frame declares how much memory it
 * takes, up to terabytes, but its first block refers to nothing before itself: it is unpacked as a small frame of its own.
 */
final class ZstandardStart {
    private static final byte[] MAGIC = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};
    private static final int LARGEST_BLOCK = 1 << 17;
    private static final int LONGEST_HEADERS = 32;

    /** Magic number, no options, a window of 128 KB. */
    private static final byte[] SMALL_FRAME = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, 7 << 3};

    private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
    private static final int[] CONTENT_SIZE_BYTES = {0, 2, 4, 8};
    private static final int BLOCK_HEADER = 3;
    private static final int RUN = 1;

    /** In so many bytes a first block ends, or there is none that a decoder may take. */
    static final int MOST_BYTES = LONGEST_HEADERS + LARGEST_BLOCK;

    private ZstandardStart() {}

    /** Whether a file with these first bytes is packed so. */
    static boolean isZstandard(byte[] start) {
        return start.length >= MAGIC.length && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * Unpacks what the first block holds.
     *
     * @throws EOFException if the bytes end before it does
     * @throws IOException if it is damaged
     */
    static byte[] unpack(byte[] start) throws IOException {
        int options = byteAt(start, MAGIC.length);
        boolean singleSegment = (options & 0x20) != 0;
        int contentSize = options >>> 6;
        // A single segment has no window, and always a content size.
        int block = MAGIC.length
                + 1
                + (singleSegment ? 0 : 1)
                + DICTIONARY_BYTES[options & 3]
                + (singleSegment && contentSize == 0 ? 1 : CONTENT_SIZE_BYTES[contentSize]);
        int header = byteAt(start, block) | byteAt(start, block + 1) << 8 | byteAt(start, block + 2) << 16;
        int length = BLOCK_HEADER + ((header >>> 1 & 3) == RUN ? 1 : header >>> 3);
        if (length > start.length - block) {
            throw new EOFException();
        }
        byte[] frame = Arrays.copyOf(SMALL_FRAME, SMALL_FRAME.length + length);
        System.arraycopy(start, block, frame, SMALL_FRAME.length, length);
        frame[SMALL_FRAME.length] |= 1; // its last block
        byte[] unpacked = new byte[LARGEST_BLOCK];
        try {
            return Arrays.copyOf(
                    unpacked, new ZstdDecompressor().decompress(frame, 0, frame.length, unpacked, 0, unpacked.length));
        } catch (RuntimeException damaged) {
            // The decoder has several for it, not all of them its own.
            throw new IOException(damaged);
        }
    }

    private static int byteAt(byte[] bytes, int at) throws EOFException {
        if (at >= bytes.length) {
            throw new EOFException();
        }
        return bytes[at] & 0xFF;
    }
}
