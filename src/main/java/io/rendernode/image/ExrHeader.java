package io.rendernode.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Reads one header of an OpenEXR file: attributes with a name, a type and a size, up to an empty name. */
final class ExrHeader {
    private static final int LONGEST_NAME = 255;
    private static final String CHUNK_COUNT = "chunkCount";
    private static final Set<String> REQUIRED =
            Set.of("channels", "compression", "dataWindow", "displayWindow", "lineOrder");
    /** Bounds the arithmetic of chunk counts; Blender's own limit is 65536 pixels a side. */
    private static final long LARGEST_SIDE = 1L << 28;

    /**
     * The version field of a file.
     *
     * @param tiled a single part, of tiles
     * @param deep at least one part is deep
     * @param multipart several parts, each with a type; chunks name their part
     */
    record Flags(boolean tiled, boolean deep, boolean multipart) {}

    /**
     * One part of a file, as its header describes it.
     *
     * @param deep whether its chunks hold a list of samples for each pixel
     * @param tiled whether its chunks are tiles, not bands of scan lines
     * @param firstLine the y of the data window's first line
     * @param lines the data window's height
     * @param linesPerChunk scan lines in a chunk that is no tile
     * @param chunks how many chunks, and so how many entries in its offset table
     */
    record Part(boolean deep, boolean tiled, int firstLine, long lines, int linesPerChunk, long chunks) {
        /** Whether a chunk of scan lines can begin at this line. */
        boolean beginsChunk(int line) {
            long distance = (long) line - firstLine;
            return distance >= 0 && distance < lines && distance % linesPerChunk == 0;
        }
    }

    private final ImageCursor in;
    private final Set<String> seen = new HashSet<>();
    private int compression = -1;
    private int left;
    private int top;
    private int right;
    private int bottom;
    private ExrTiles tiles = new ExrTiles(0, 0, 0);
    private String type = "";
    private long declaredChunks;

    private ExrHeader(ImageCursor in) {
        this.in = in;
    }

    /**
     * Takes a little-endian cursor at a header; leaves it behind the header's end.
     *
     * @param flags the file's version flags, which say what a part without a type is
     */
    static Part read(ImageCursor in, Flags flags) throws IOException, TornImageException {
        ExrHeader header = new ExrHeader(in);
        String name = header.text("an OpenEXR header");
        while (!name.isEmpty()) {
            header.attribute(name);
            name = header.text("an OpenEXR header");
        }
        return header.part(flags);
    }

    private void attribute(String name) throws IOException, TornImageException {
        text("an OpenEXR header");
        long size = in.unsignedInt("an OpenEXR header");
        long end = in.position() + size;
        in.tornIf(size > in.remaining(), "the file ends in the OpenEXR attribute " + name);
        if (REQUIRED.contains(name) || name.equals(CHUNK_COUNT)) {
            seen.add(name);
        }
        switch (name) {
            case "compression" -> compression = in.unsignedByte(name);
            case "dataWindow" -> {
                left = in.signedInt(name);
                top = in.signedInt(name);
                right = in.signedInt(name);
                bottom = in.signedInt(name);
            }
            case "tiles" -> tiles = new ExrTiles(in.unsignedInt(name), in.unsignedInt(name), in.unsignedByte(name));
            case "type" -> type = fixedText(size);
            case CHUNK_COUNT -> declaredChunks = in.signedInt(name);
            default -> in.seek(end);
        }
        in.tornIf(in.position() != end, "OpenEXR attribute " + name + " of a wrong size");
    }

    private Part part(Flags flags) throws TornImageException {
        if (!seen.containsAll(REQUIRED)) {
            throw in.torn("OpenEXR header without one of "
                    + REQUIRED.stream().sorted().toList());
        }
        boolean typed = flags.multipart() || flags.deep();
        boolean deep = typed && (type.equals("deepscanline") || type.equals("deeptile"));
        boolean tiled = typed ? type.equals("tiledimage") || type.equals("deeptile") : flags.tiled();
        if (typed && !deep && !tiled && !type.equals("scanlineimage")) {
            throw in.torn("OpenEXR part of the unknown type " + type);
        }
        long width = (long) right - left + 1;
        long height = (long) bottom - top + 1;
        if (width <= 0 || height <= 0 || width > LARGEST_SIDE || height > LARGEST_SIDE) {
            throw in.torn("OpenEXR header of no possible image");
        }
        in.tornIf(tiled && !tiles.plausible(), "OpenEXR header of impossible tiles");
        int linesPerChunk = linesPerChunk();
        long chunks = tiled ? tiles.count(width, height) : (height + linesPerChunk - 1) / linesPerChunk;
        in.tornIf(chunks > in.remaining() / Long.BYTES, "the file ends before its " + chunks + " OpenEXR chunks");
        if (seen.contains(CHUNK_COUNT) && declaredChunks != chunks) {
            throw in.torn("OpenEXR part of " + chunks + " chunks by its size, " + declaredChunks + " by its header");
        }
        return new Part(deep, tiled, top, height, linesPerChunk, chunks);
    }

    /** How many scan lines the compression puts in one chunk (OpenEXR file layout; 10 and 11 since OpenEXR 3.4). */
    private int linesPerChunk() throws TornImageException {
        return switch (compression) {
            case 0, 1, 2 -> 1; // none, RLE, ZIPS
            case 3, 5 -> 16; // ZIP, PXR24
            case 4, 6, 7, 8, 11 -> 32; // PIZ, B44, B44A, DWAA, HTJ2K32
            case 9, 10 -> 256; // DWAB, HTJ2K256
            default -> throw in.torn("unknown OpenEXR compression " + compression);
        };
    }

    /** Text up to a zero byte. */
    private String text(String what) throws IOException, TornImageException {
        StringBuilder text = new StringBuilder();
        int letter = in.unsignedByte(what);
        while (letter != 0) {
            in.tornIf(text.length() == LONGEST_NAME, "OpenEXR name without an end");
            text.append((char) letter);
            letter = in.unsignedByte(what);
        }
        return text.toString();
    }

    private String fixedText(long size) throws IOException, TornImageException {
        in.tornIf(size > LONGEST_NAME, "OpenEXR part type without an end");
        StringBuilder text = new StringBuilder();
        in.pass(size, "an OpenEXR header", (bytes, offset) -> text.append(ISO_8859_1.decode(bytes)));
        return text.toString();
    }
}
