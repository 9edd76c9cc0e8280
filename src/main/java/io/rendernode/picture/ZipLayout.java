package io.rendernode.picture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What is in a ZIP beside the files: its headers, byte by byte (PKWARE's APPNOTE 6.3). Files are stored as they are, and
 * each header's size is known without the file's checksum, so that the whole size is known beforehand. What does not fit into
 * 32 bits is written as Zip64.
 */
final class ZipLayout {
    private static final int LOCAL = 0x04034b50;
    private static final int DIRECTORY = 0x02014b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int END = 0x06054b50;

    private static final int LOCAL_BYTES = 30;
    private static final int DIRECTORY_BYTES = 46;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR64_BYTES = 20;
    private static final int END_BYTES = 22;
    private static final int EXTRA_HEAD = 4;

    private static final short ZIP64_EXTRA = 1;
    private static final short NEEDS_PLAIN = 20;
    private static final short NEEDS_ZIP64 = 45;

    /** Unix, so that the mode counts. */
    private static final short MADE_BY = (3 << 8) | NEEDS_ZIP64;

    private static final short NAME_IS_UTF8 = 1 << 11;
    private static final int REGULAR_FILE = 0100644 << 16;
    private static final long MOST_32 = 0xFFFFFFFFL;
    private static final int MOST_16 = 0xFFFF;

    private ZipLayout() {}

    /**
     * A file in it.
     *
     * @param name with {@code /} between folders; at most 65535 bytes
     * @param size bytes
     * @param modified kept to two seconds, in UTC
     */
    record Entry(String name, long size, Instant modified) {
        /** For some unpackers a backslash parts folders, too, and could lead out of theirs. */
        private byte[] nameBytes() {
            return name.replace('\\', '_').getBytes(UTF_8);
        }

        private boolean isLarge() {
            return size >= MOST_32;
        }
    }

    /** The size of the whole ZIP in bytes. */
    static long size(List<Entry> entries) {
        long offset = 0;
        long directory = 0;
        for (Entry entry : entries) {
            directory += DIRECTORY_BYTES + entry.nameBytes().length + directoryExtra(entry, offset);
            offset += localSize(entry) + entry.size();
        }
        return offset + directory + endSize(entries.size(), directory, offset);
    }

    /** The size of a local header in bytes. */
    static long localSize(Entry entry) {
        return (long) LOCAL_BYTES + entry.nameBytes().length + (entry.isLarge() ? EXTRA_HEAD + 2 * Long.BYTES : 0);
    }

    /** What comes before a file. */
    static byte[] local(Entry entry, int checksum) {
        byte[] name = entry.nameBytes();
        byte[] bytes = new byte[(int) localSize(entry)];
        ByteBuffer out = writer(bytes).putInt(LOCAL);
        out.putShort(entry.isLarge() ? NEEDS_ZIP64 : NEEDS_PLAIN);
        common(out, entry, checksum, name.length);
        out.putShort((short) (entry.isLarge() ? EXTRA_HEAD + 2 * Long.BYTES : 0))
                .put(name);
        if (entry.isLarge()) {
            out.putShort(ZIP64_EXTRA).putShort((short) (2 * Long.BYTES));
            out.putLong(entry.size()).putLong(entry.size());
        }
        return bytes;
    }

    /** A file's line in the directory, which comes after all files. */
    static byte[] directory(Entry entry, int checksum, long offset) {
        byte[] name = entry.nameBytes();
        int extra = directoryExtra(entry, offset);
        byte[] bytes = new byte[DIRECTORY_BYTES + name.length + extra];
        ByteBuffer out = writer(bytes).putInt(DIRECTORY);
        out.putShort(MADE_BY).putShort(extra > 0 ? NEEDS_ZIP64 : NEEDS_PLAIN);
        common(out, entry, checksum, name.length);
        // No comment, one disk, no internal attributes.
        out.putShort((short) extra).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        out.putInt(REGULAR_FILE).putInt(narrow(offset)).put(name);
        if (extra > 0) {
            out.putShort(ZIP64_EXTRA).putShort((short) (extra - EXTRA_HEAD));
            if (entry.isLarge()) {
                out.putLong(entry.size()).putLong(entry.size());
            }
            if (offset >= MOST_32) {
                out.putLong(offset);
            }
        }
        return bytes;
    }

    /**
     * The end.
     *
     * @param count how many files there are
     * @param directoryBytes the directory's size
     * @param offset where the directory begins
     */
    static byte[] end(int count, long directoryBytes, long offset) {
        byte[] bytes = new byte[endSize(count, directoryBytes, offset)];
        ByteBuffer out = writer(bytes);
        if (bytes.length > END_BYTES) {
            out.putInt(END64).putLong(END64_BYTES - 12).putShort(MADE_BY).putShort(NEEDS_ZIP64);
            out.putInt(0)
                    .putInt(0)
                    .putLong(count)
                    .putLong(count)
                    .putLong(directoryBytes)
                    .putLong(offset);
            out.putInt(LOCATOR64).putInt(0).putLong(offset + directoryBytes).putInt(1);
        }
        short few = (short) Math.min(count, MOST_16);
        out.putInt(END).putShort((short) 0).putShort((short) 0).putShort(few).putShort(few);
        out.putInt(narrow(directoryBytes)).putInt(narrow(offset)).putShort((short) 0);
        return bytes;
    }

    /** From the flags to the name's length, alike in both headers of a file. */
    private static void common(ByteBuffer out, Entry entry, int checksum, int nameLength) {
        // Stored as it is: method 0.
        out.putShort(NAME_IS_UTF8).putShort((short) 0);
        LocalDateTime time = LocalDateTime.ofInstant(entry.modified(), ZoneOffset.UTC);
        // MS-DOS counts from 1980 and ends in 2107.
        int year = Math.max(0, Math.min(time.getYear() - 1980, 127));
        out.putShort((short) (time.getHour() << 11 | time.getMinute() << 5 | time.getSecond() / 2));
        out.putShort((short) (year << 9 | time.getMonthValue() << 5 | time.getDayOfMonth()));
        out.putInt(checksum).putInt(narrow(entry.size())).putInt(narrow(entry.size()));
        out.putShort((short) nameLength);
    }

    private static int directoryExtra(Entry entry, long offset) {
        int numbers = (entry.isLarge() ? 2 : 0) + (offset >= MOST_32 ? 1 : 0);
        return numbers == 0 ? 0 : EXTRA_HEAD + numbers * Long.BYTES;
    }

    private static int endSize(int count, long directoryBytes, long offset) {
        boolean plain = count < MOST_16 && directoryBytes < MOST_32 && offset < MOST_32;
        return END_BYTES + (plain ? 0 : END64_BYTES + LOCATOR64_BYTES);
    }

    /** All ones where the number stands elsewhere, in 64 bits. */
    private static int narrow(long number) {
        return (int) Math.min(number, MOST_32);
    }

    private static ByteBuffer writer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
