package io.rendernode.picture;

import io.rendernode.frame.OutputFiles;
import io.rendernode.frame.PublishedFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A ZIP of frames, read piece by piece.
 *
 * <p>A file's checksum stands before its bytes, so that readers which do not seek, Java's among them, can take a stored file;
 * so each file is read twice, the second time from the kernel's memory, and one that has changed in between is noticed. What
 * is not what it was when the size was told is an error: what has been read until then is no whole ZIP.
 */
final class FrameZip implements Closeable {
    /** Bytes in the memory of each zip. */
    private static final int PIECE = 128 << 10;

    /** Bytes that one call may sum up before it gives others a turn. */
    private static final int SUMMED_AT_ONCE = 8 << 20;

    private static final byte[] NOTHING = {};

    private final OutputFiles files;
    private final List<PublishedFile> frames;
    private final List<ZipLayout.Entry> entries;
    private final int[] checksums;
    private final CRC32 sum = new CRC32();
    private int position;
    private int listed;
    private long offset;
    private long directory;
    private long directoryOffset;
    private boolean ended;
    private boolean closed;

    // Of the file that is read; the channel is null where there is none, and the sum is of its first or its second
    // reading.
    private FileChannel channel;
    private boolean summed;
    private long read;

    /** Takes the files in their order; none is opened yet. */
    FrameZip(OutputFiles files, List<PublishedFile> frames) {
        this.files = files;
        this.frames = List.copyOf(frames);
        this.entries = frames.stream()
                .map(file -> new ZipLayout.Entry(file.name(), file.sizeBytes(), file.lastModified()))
                .toList();
        this.checksums = new int[entries.size()];
    }

    /** The whole size in bytes. */
    long size() {
        return ZipLayout.size(entries);
    }

    /** Whether all has been read. */
    synchronized boolean isAtEnd() {
        return ended;
    }

    /**
     * The next piece, which may be empty, also before the end, and is always after it.
     *
     * @throws IOException if a file is not what it was, or cannot be read
     */
    synchronized byte[] next() throws IOException {
        if (closed) {
            throw new IOException("nobody reads the zip any more");
        }
        byte[] piece = piece();
        offset += piece.length;
        return piece;
    }

    private byte[] piece() throws IOException {
        if (position < entries.size()) {
            if (channel == null) {
                open();
            }
            return summed ? stream() : sumUp();
        }
        if (position == entries.size()) {
            directoryOffset = offset;
            position++;
        }
        if (listed < entries.size()) {
            return list();
        }
        if (ended) {
            return NOTHING;
        }
        ended = true;
        return ZipLayout.end(entries.size(), offset - directoryOffset, directoryOffset);
    }

    private void open() throws IOException {
        PublishedFile file = frames.get(position);
        channel = FileChannel.open(files.resolve(file.name()), StandardOpenOption.READ);
        // Asked once it is open: whatever takes its place now, this one is read.
        if (!files.isSame(file)) {
            throw changed();
        }
        sum.reset();
        read = 0;
        summed = false;
    }

    private byte[] sumUp() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(PIECE);
        for (int turn = 0; turn < SUMMED_AT_ONCE / PIECE; turn++) {
            int count = channel.read(buffer.clear());
            if (count < 0) {
                checksums[position] = (int) sum.getValue();
                summed = true;
                requireSize();
                channel.position(0);
                sum.reset();
                read = 0;
                return ZipLayout.local(entries.get(position), checksums[position]);
            }
            take(buffer.array(), count);
        }
        return NOTHING;
    }

    private byte[] stream() throws IOException {
        ByteBuffer buffer =
                ByteBuffer.allocate((int) Math.min(PIECE, entries.get(position).size() - read + 1));
        int count = channel.read(buffer);
        if (count >= 0) {
            take(buffer.array(), count);
            return count == buffer.capacity() ? buffer.array() : Arrays.copyOf(buffer.array(), count);
        }
        requireSize();
        if ((int) sum.getValue() != checksums[position]) {
            throw changed();
        }
        channel.close();
        channel = null;
        position++;
        return NOTHING;
    }

    private void take(byte[] bytes, int count) throws IOException {
        sum.update(bytes, 0, count);
        read += count;
        if (read > entries.get(position).size()) {
            throw changed();
        }
    }

    private void requireSize() throws IOException {
        if (read != entries.get(position).size()) {
            throw changed();
        }
    }

    private IOException changed() {
        return new IOException(frames.get(position).name() + " has changed since the zip was begun");
    }

    /** Some of the directory's lines, of bounded size. */
    private byte[] list() {
        ByteBuffer lines = ByteBuffer.allocate(PIECE);
        for (; listed < entries.size(); listed++) {
            ZipLayout.Entry entry = entries.get(listed);
            byte[] line = ZipLayout.directory(entry, checksums[listed], directory);
            if (line.length > lines.remaining()) {
                break;
            }
            lines.put(line);
            directory += ZipLayout.localSize(entry) + entry.size();
        }
        return Arrays.copyOf(lines.array(), lines.position());
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }
}
