package io.rendernode.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates a zlib stream piece by piece, through one buffer, to see that it is whole; its Adler-32 is checked too. */
final class ZlibStream implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Takes what was inflated: the first {@code length} bytes of an array that is used again. */
    interface Sink {
        void accept(byte[] bytes, int length, long offset) throws TornImageException;
    }

    private final Inflater inflater = new Inflater();
    private final byte[] inflated = new byte[BUFFER_BYTES];
    private final Sink sink;

    ZlibStream(Sink sink) {
        this.sink = sink;
    }

    /** Inflates the first {@code length} bytes of an array; {@code offset} is where in the file they begin. */
    void accept(byte[] compressed, int length, long offset) throws TornImageException {
        inflater.setInput(compressed, 0, length);
        try {
            while (!inflater.finished() && !inflater.needsInput()) {
                int count = inflater.inflate(inflated);
                if (count == 0 && inflater.needsDictionary()) {
                    throw new TornImageException("compressed pixels that need a dictionary", offset);
                }
                sink.accept(inflated, count, offset);
            }
        } catch (DataFormatException e) {
            throw new TornImageException("damaged compressed pixels: " + e.getMessage(), offset);
        }
        if (inflater.getRemaining() > 0) {
            throw new TornImageException("more compressed data after the last pixel", offset);
        }
    }

    /** Whether the stream has ended, its checksum right. */
    boolean finished() {
        return inflater.finished();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
