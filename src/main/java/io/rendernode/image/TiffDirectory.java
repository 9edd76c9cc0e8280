package io.rendernode.image;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * One image directory of a TIFF file, classic or BigTIFF, with the fields that say where pixels are.
 *
 * @param start where in the file it begins
 * @param fields by tag; those of a type that is known
 * @param next where the next directory begins; 0 is none
 */
record TiffDirectory(long start, Map<Integer, Field> fields, long next) {
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS_PER_SAMPLE = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int STRIP_OFFSETS = 273;
    static final int SAMPLES_PER_PIXEL = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_BYTE_COUNTS = 279;
    static final int PLANAR_CONFIGURATION = 284;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTE_COUNTS = 325;
    static final int SUB_DIRECTORIES = 330;
    static final int EXIF_DIRECTORY = 34665;
    static final int GPS_DIRECTORY = 34853;

    /** As many as a classic file can say: nobody writes more, and they are kept. */
    private static final int MOST_FIELDS = 0xFFFF;

    /**
     * One entry of a TIFF directory.
     *
     * @param type TIFF's number of the value's type
     * @param count how many values
     * @param position where in the file they are, already checked to be inside it
     */
    record Field(int type, long count, long position) {
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

    /** Reads the directory at a place, and checks that all its values are inside the file. */
    static TiffDirectory read(ImageCursor in, long start, boolean big) throws IOException, TornImageException {
        if (start >= in.size()) {
            throw new TornImageException("the file ends before its TIFF directory at byte " + start, in.size());
        }
        in.seek(start);
        long count = big ? in.unsignedLong("a TIFF directory") : in.unsignedShort("a TIFF directory");
        int entryBytes = big ? 20 : 12;
        if (count == 0 || count > Math.min(MOST_FIELDS, in.remaining() / entryBytes)) {
            throw new TornImageException("the file ends in a TIFF directory of " + count + " entries", start);
        }
        Map<Integer, Field> fields = new HashMap<>();
        for (long i = 0; i < count; i++) {
            long entry = in.position();
            int tag = in.unsignedShort("a TIFF directory");
            Field field = field(in, big);
            if (Field.bytesOf(field.type()) > 0) {
                fields.put(tag, field);
            }
            in.seek(entry + entryBytes);
        }
        long next = word(in, big);
        return new TiffDirectory(start, fields, next);
    }

    private static long word(ImageCursor in, boolean big) throws IOException, TornImageException {
        return big ? in.unsignedLong("a TIFF directory") : in.unsignedInt("a TIFF directory");
    }

    private static Field field(ImageCursor in, boolean big) throws IOException, TornImageException {
        int type = in.unsignedShort("a TIFF directory");
        long count = word(in, big);
        int bytes = Field.bytesOf(type);
        int inline = big ? Long.BYTES : Integer.BYTES;
        if (bytes == 0 || count <= inline / bytes) {
            return new Field(type, count, in.position());
        }
        long position = word(in, big);
        if (position > in.size() || count > (in.size() - position) / bytes) {
            throw new TornImageException("the file ends before the TIFF values at byte " + position, in.position());
        }
        return new Field(type, count, position);
    }

    /** The first value of a field, or {@code otherwise} where there is no such field. */
    long number(int tag, ImageCursor in, long otherwise) throws IOException, TornImageException {
        Field field = fields.get(tag);
        return field == null || field.count() == 0 ? otherwise : field.value(in, 0);
    }

    /** A field that must be there. */
    Field required(int tag) throws TornImageException {
        Field field = fields.get(tag);
        if (field == null || field.count() == 0) {
            throw new TornImageException("TIFF directory without the field " + tag, start);
        }
        return field;
    }
}
