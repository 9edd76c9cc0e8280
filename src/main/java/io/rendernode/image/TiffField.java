package io.rendernode.image;

import java.io.IOException;

/**
 * One entry of a TIFF directory.
 *
 * @param type TIFF's number of the value's type
 * @param count how many values
 * @param position where in the file they are, already checked to be inside it
 */
record TiffField(int type, long count, long position) {
    private static final int BYTE = 1;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int IFD = 13;
    private static final int LONG8 = 16;
    private static final int IFD8 = 18;

    /** Bytes of one value, or 0 for a type that is not known (readers pass over those, by the standard). */
    static int bytesOf(int type) {
        return switch (type) {
            case BYTE, 2, 6, 7 -> 1;
            case SHORT, 8 -> 2;
            case LONG, 9, 11, IFD -> 4;
            case 5, 10, 12, LONG8, 17, IFD8 -> 8;
            default -> 0;
        };
    }

    /** Reads the value of an index below the count, as a whole number; a long above the largest comes out as that. */
    long value(ImageCursor in, long index) throws IOException, TornImageException {
        in.seek(position + index * bytesOf(type));
        return switch (type) {
            case BYTE -> in.unsignedByte("a TIFF value");
            case SHORT -> in.unsignedShort("a TIFF value");
            case LONG, IFD -> in.unsignedInt("a TIFF value");
            case LONG8, IFD8 -> in.unsignedLong("a TIFF value");
            default -> throw new TornImageException("TIFF value of the wrong type " + type, position);
        };
    }
}
