package io.rendernode.image;

/**
 * The {@code tiles} attribute of an OpenEXR part: tile size in pixels and how levels of lower resolution are made.
 */
record ExrTiles(long width, long height, int mode) {
    private static final int ONE_LEVEL = 0;
    private static final int MIPMAP = 1;
    private static final int RIPMAP = 2;

    /** Whether there can be such tiles. */
    boolean plausible() {
        return width > 0 && height > 0 && levels() <= RIPMAP && mode >>> 4 <= 1;
    }

    /** The number of tiles of all levels of an image of this size in pixels. */
    long count(long imageWidth, long imageHeight) {
        long total = 0;
        int xLevels = levelCount(levels() == MIPMAP ? Math.max(imageWidth, imageHeight) : imageWidth);
        int yLevels = levelCount(imageHeight);
        for (int x = 0; x < xLevels; x++) {
            long columns = tiles(imageWidth, x, width);
            if (levels() == RIPMAP) {
                for (int y = 0; y < yLevels; y++) {
                    total += columns * tiles(imageHeight, y, height);
                }
            } else {
                total += columns * tiles(imageHeight, x, height);
            }
        }
        return total;
    }

    private int levels() {
        return mode & 0x0F;
    }

    private boolean roundsUp() {
        return mode >>> 4 == 1;
    }

    private int levelCount(long size) {
        if (levels() == ONE_LEVEL) {
            return 1;
        }
        int floor = Long.SIZE - 1 - Long.numberOfLeadingZeros(size);
        boolean exact = size == 1L << floor;
        return roundsUp() && !exact ? floor + 2 : floor + 1;
    }

    private long tiles(long size, int level, long tileSize) {
        long rounding = roundsUp() ? (1L << level) - 1 : 0;
        long levelSize = Math.max(1, (size + rounding) >> level);
        return (levelSize + tileSize - 1) / tileSize;
    }
}
