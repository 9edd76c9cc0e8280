package io.rendernode.image;

/** How many scan lines OpenEXR's compressions put in one chunk (OpenEXR file layout; 10 and 11 since OpenEXR 3.4). */
final class ExrCompression {
    private ExrCompression() {}

    /** Takes the value of a header's {@code compression}; {@code offset} is where it stands. */
    static int linesPerChunk(int compression, long offset) throws TornImageException {
        return switch (compression) {
            case 0, 1, 2 -> 1; // none, RLE, ZIPS
            case 3, 5 -> 16; // ZIP, PXR24
            case 4, 6, 7, 8 -> 32; // PIZ, B44, B44A, DWAA
            case 9, 10 -> 256; // DWAB, HTJ2K256
            case 11 -> 32; // HTJ2K32
            default -> throw new TornImageException("unknown OpenEXR compression " + compression, offset);
        };
    }
}
