package io.rendernode.image;

import java.io.IOException;

/**
 * The version field of an OpenEXR file.
 *
 * @param tiled a single part, of tiles
 * @param deep at least one part is deep
 * @param multipart several parts, each with a type; chunks name their part
 */
record ExrFlags(boolean tiled, boolean deep, boolean multipart) {
    private static final int VERSION = 2;
    private static final int VERSION_MASK = 0xFF;
    private static final int TILED = 0x200;
    private static final int LONG_NAMES = 0x400;
    private static final int DEEP = 0x800;
    private static final int MULTIPART = 0x1000;
    private static final int KNOWN = VERSION_MASK | TILED | LONG_NAMES | DEEP | MULTIPART;

    /** Takes a little-endian cursor behind the magic number. */
    static ExrFlags read(ImageCursor in) throws IOException, TornImageException {
        int field = in.signedInt("the OpenEXR version");
        boolean tiled = (field & TILED) != 0;
        boolean typed = (field & (DEEP | MULTIPART)) != 0;
        if ((field & VERSION_MASK) != VERSION || (field & ~KNOWN) != 0 || (tiled && typed)) {
            throw new TornImageException("unknown OpenEXR version 0x" + Integer.toHexString(field), in.position());
        }
        return new ExrFlags(tiled, (field & DEEP) != 0, (field & MULTIPART) != 0);
    }
}
