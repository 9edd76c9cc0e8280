package io.rendernode.image;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates a zlib stream piece by piece, through one buffer, to see that it is whole; its Adler-32 is checked too. */
final class ZlibStream implements AutoCloseable {
    private final Inflater inflater = new Inflater();
    private final ByteBuffer inflated = ByteBuffer.allocate(1 << 16);
    private final ImageCursor.Sink sink;

    /** Gives what it inflates to a sink, in a buffer that is used again. */
    ZlibStream(ImageCursor.Sink sink) {
        this.sink = sink;
    }

    /** Inflates the next bytes; {@code offset} is where in the file they begin. */
    void accept(ByteBuffer compressed, long offset) throws TornImageException {
        inflater.setInput(compressed);
        try {
            while (!inflater.finished() && !inflater.needsInput()) {
                int count = inflater.inflate(inflated.clear());
                if (count == 0 && inflater.needsDictionary()) {
                    throw new TornImageException("compressed pixels that need a dictionary", offset);
                }
                sink.accept(inflated.flip(), offset);
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
