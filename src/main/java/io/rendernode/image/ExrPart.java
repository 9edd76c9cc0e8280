package io.rendernode.image;

/**
 * One part of an OpenEXR file, as its header describes it.
 *
 * @param deep whether its chunks hold a list of samples for each pixel
 * @param tiled whether its chunks are tiles, not bands of scan lines
 * @param firstLine the y of the data window's first line
 * @param lines the data window's height
 * @param linesPerChunk scan lines in a chunk that is no tile
 * @param chunks how many chunks, and so how many entries in its offset table
 */
record ExrPart(boolean deep, boolean tiled, int firstLine, long lines, int linesPerChunk, long chunks) {
    /** Whether a chunk of scan lines can begin at this line. */
    boolean beginsChunk(int line) {
        long distance = (long) line - firstLine;
        return distance >= 0 && distance < lines && distance % linesPerChunk == 0;
    }
}
