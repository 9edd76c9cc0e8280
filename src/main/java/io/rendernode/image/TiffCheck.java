package io.rendernode.image;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * TIFF 6.0 and BigTIFF, of either byte order: every directory that can be reached, with all its values and pixels inside
 * the file. Where in the file a directory is does not matter: libtiff, which Blender uses, writes it last.
 *
 * <p>Bytes that nothing points to are no fault: a directory that was written again leaves the old one behind.
 */
final class TiffCheck {
    private static final int CLASSIC = 42;
    private static final int BIG = 43;
    private static final int MOST_DIRECTORIES = 4096;

    private final FileChannel channel;
    private final ByteOrder order;
    private final ImageCursor in;
    private final ArrayDeque<Long> ahead = new ArrayDeque<>();
    private final Set<Long> seen = new HashSet<>();

    /** Takes an open file, of the byte order that its first bytes tell, and closes nothing. */
    TiffCheck(FileChannel channel, ByteOrder order) throws IOException {
        this.channel = channel;
        this.order = order;
        this.in = new ImageCursor(channel, order);
    }

    void check() throws IOException, TornImageException {
        boolean big = readHeader();
        in.tornIf(ahead.isEmpty(), "TIFF without a directory: the file was never finished");
        while (!ahead.isEmpty()) {
            TiffDirectory directory = TiffDirectory.read(in, ahead.remove(), big);
            visit(directory.next());
            TiffDirectory.Field below = directory.fields().get(TiffDirectory.SUB_DIRECTORIES);
            for (long i = 0; below != null && i < below.count(); i++) {
                visit(below.value(in, i));
            }
            new TiffPixels(directory, channel, order).check();
            // These hold notes about the image, not another image: their values must be there, and no pixels.
            for (int notes : new int[] {TiffDirectory.EXIF_DIRECTORY, TiffDirectory.GPS_DIRECTORY}) {
                long position = directory.number(notes, in, 0);
                if (position != 0) {
                    TiffDirectory.read(in, position, big);
                }
            }
        }
    }

    /** Gives whether it is BigTIFF. */
    private boolean readHeader() throws IOException, TornImageException {
        in.skip(Short.BYTES, "the TIFF header");
        int version = in.unsignedShort("the TIFF header");
        if (version == CLASSIC) {
            visit(in.unsignedInt("the TIFF header"));
            return false;
        }
        int offsetBytes = in.unsignedShort("the TIFF header");
        int zero = in.unsignedShort("the TIFF header");
        in.tornIf(version != BIG || offsetBytes != Long.BYTES || zero != 0, "unknown TIFF version " + version);
        visit(in.unsignedLong("the TIFF header"));
        return true;
    }

    private void visit(long position) throws TornImageException {
        if (position == 0) {
            return;
        }
        if (!seen.add(position) || seen.size() > MOST_DIRECTORIES) {
            throw new TornImageException("TIFF directories that go in a circle or are too many", position);
        }
        ahead.add(position);
    }
}
