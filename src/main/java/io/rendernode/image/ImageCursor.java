package io.rendernode.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A place in an image file that numbers are read from, through one buffer of fixed size.
 *
 * <p>Several cursors can share a channel: they read by position. Every read names what it reads, for the message of the
 * {@link TornImageException} that it throws when the file ends before it.
 */
final class ImageCursor {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Takes bytes on their way; {@code offset} is where in the file they, or their compressed form, begin. */
    interface Sink {
        void accept(ByteBuffer bytes, long offset) throws TornImageException;
    }

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer;
    private long bufferStart;

    /** Stands at the file's start; the size is taken now, and a file that grows later is read no further. */
    ImageCursor(FileChannel channel, ByteOrder order) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        this.buffer = ByteBuffer.allocate(BUFFER_BYTES).order(order).limit(0);
    }

    /** The file's size in bytes. */
    long size() {
        return size;
    }

    /** Where the next read begins, in bytes from the file's start. */
    long position() {
        return bufferStart + buffer.position();
    }

    /** Bytes from here to the file's end. */
    long remaining() {
        return size - position();
    }

    /** Goes to a place inside the file or at its end; the caller has checked that it is one. */
    void seek(long position) {
        if (position < 0 || position > size) {
            throw new IllegalArgumentException("position " + position + " in a file of " + size + " bytes");
        }
        long inBuffer = position - bufferStart;
        if (inBuffer >= 0 && inBuffer <= buffer.limit()) {
            buffer.position((int) inBuffer);
        } else {
            bufferStart = position;
            buffer.limit(0);
        }
    }

    /** Passes over bytes; a negative or too large count is a torn file. */
    void skip(long count, String what) throws TornImageException {
        if (count < 0 || count > remaining()) {
            throw new TornImageException(
                    what + " is cut off: " + count + " bytes, of which the file holds " + remaining(), position());
        }
        seek(position() + count);
    }

    /** What is thrown where the fault is noticed here. */
    TornImageException torn(String fault) {
        return new TornImageException(fault, position());
    }

    /** Fails where something is wrong, as noticed here. */
    void tornIf(boolean wrong, String fault) throws TornImageException {
        if (wrong) {
            throw torn(fault);
        }
    }

    /** Fails unless the file ends here. */
    void expectEnd(String last) throws TornImageException {
        tornIf(remaining() != 0, remaining() + " bytes too many after " + last);
    }

    int unsignedByte(String what) throws IOException, TornImageException {
        need(Byte.BYTES, what);
        return Byte.toUnsignedInt(buffer.get());
    }

    int unsignedShort(String what) throws IOException, TornImageException {
        need(Short.BYTES, what);
        return Short.toUnsignedInt(buffer.getShort());
    }

    int signedInt(String what) throws IOException, TornImageException {
        need(Integer.BYTES, what);
        return buffer.getInt();
    }

    long unsignedInt(String what) throws IOException, TornImageException {
        return Integer.toUnsignedLong(signedInt(what));
    }

    /** Reads 64 bits; what is above the largest long comes out as that, beyond the end of any file. */
    long unsignedLong(String what) throws IOException, TornImageException {
        need(Long.BYTES, what);
        long value = buffer.getLong();
        return value < 0 ? Long.MAX_VALUE : value;
    }

    /** Gives the next bytes to a sink, piece by piece. */
    void pass(long length, String what, Sink sink) throws IOException, TornImageException {
        long end = position() + length;
        while (position() < end) {
            need(1, what);
            int count = (int) Math.min(end - position(), buffer.remaining());
            sink.accept(buffer.slice(buffer.position(), count), position());
            buffer.position(buffer.position() + count);
        }
    }

    private void need(int count, String what) throws IOException, TornImageException {
        if (buffer.remaining() >= count) {
            return;
        }
        if (count > remaining()) {
            throw new TornImageException("the file ends in " + what, size);
        }
        bufferStart = position();
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, size - bufferStart));
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, bufferStart + buffer.position()) < 0) {
                throw new TornImageException("the file became shorter while it was read", bufferStart);
            }
        }
        buffer.flip();
    }
}
