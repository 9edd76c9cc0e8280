package io.rendernode.image;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * JPEG (ITU-T T.81): segments by their lengths, one frame header, every scan to its end with its restart markers in
 * turn, each component in some scan, EOI last, nothing after it. The entropy-coded data is not decoded.
 */
final class JpegCheck {
    private static final int START_OF_IMAGE = 0xD8;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final int RESTART_INTERVAL = 0xDD;
    private static final int FIRST_RESTART = 0xD0;
    private static final int LAST_RESTART = 0xD7;
    private static final int RESTARTS = 8;
    /** The first marker that the standard does not reserve. */
    private static final int FIRST_MARKER = 0xC0;

    private final ImageCursor in;
    private final Set<Integer> components = new HashSet<>();
    private final Set<Integer> componentsWithoutScan = new HashSet<>();
    private boolean restarts;

    /** Takes a big-endian cursor at the file's start. */
    JpegCheck(ImageCursor in) {
        this.in = in;
    }

    void check() throws IOException, TornImageException {
        if (marker() != START_OF_IMAGE) {
            throw new TornImageException("damaged JPEG start", 0);
        }
        int marker = marker();
        while (marker != END_OF_IMAGE) {
            marker = segment(marker);
        }
        if (components.isEmpty() || !componentsWithoutScan.isEmpty()) {
            throw in.torn("JPEG that ends before all its components had a scan");
        }
        in.expectEnd("the JPEG's end");
    }

    /** Takes the segment of a marker, with the scan that may follow it; gives the next marker. */
    private int segment(int marker) throws IOException, TornImageException {
        if (marker < FIRST_MARKER || (marker >= FIRST_RESTART && marker <= START_OF_IMAGE)) {
            throw in.torn("JPEG marker 0x" + Integer.toHexString(marker) + " where no such can be");
        }
        long end = in.position() + in.unsignedShort("a JPEG segment's length");
        if (end < in.position() || end > in.size()) {
            throw in.torn("JPEG segment 0x" + Integer.toHexString(marker) + " of impossible length");
        }
        if (marker == START_OF_SCAN) {
            scanHeader();
        } else if (isFrameHeader(marker)) {
            frameHeader();
        } else if (marker == RESTART_INTERVAL) {
            restarts = in.unsignedShort("the JPEG restart interval") != 0;
        } else {
            in.seek(end);
        }
        if (in.position() > end || (marker != START_OF_SCAN && in.position() != end)) {
            throw in.torn("JPEG segment 0x" + Integer.toHexString(marker) + " of a wrong length");
        }
        in.seek(end);
        return marker == START_OF_SCAN ? scan() : marker();
    }

    /** SOF0 to SOF15, without the three numbers in between that mean other things (DHT, JPG, DAC). */
    private static boolean isFrameHeader(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private void frameHeader() throws IOException, TornImageException {
        int precision = in.unsignedByte("the JPEG frame header");
        int height = in.unsignedShort("the JPEG frame header");
        int width = in.unsignedShort("the JPEG frame header");
        int count = in.unsignedByte("the JPEG frame header");
        if (!components.isEmpty() || precision < 2 || precision > 16 || height == 0 || width == 0 || count == 0) {
            throw in.torn("JPEG frame header of no possible image");
        }
        for (int i = 0; i < count; i++) {
            components.add(in.unsignedByte("the JPEG frame header"));
            in.skip(2, "the JPEG frame header");
        }
        componentsWithoutScan.addAll(components);
    }

    private void scanHeader() throws IOException, TornImageException {
        int count = in.unsignedByte("a JPEG scan header");
        in.tornIf(count == 0, "JPEG scan without components");
        for (int i = 0; i < count; i++) {
            int component = in.unsignedByte("a JPEG scan header");
            in.skip(1, "a JPEG scan header");
            in.tornIf(!components.contains(component), "JPEG scan of a component that the frame header does not name");
            componentsWithoutScan.remove(component);
        }
        in.skip(3, "a JPEG scan header");
    }

    /** Passes over entropy-coded data, in which 0xFF is followed by 0 or is a restart; gives the marker that ends it. */
    private int scan() throws IOException, TornImageException {
        long start = in.position();
        int expected = 0;
        while (true) {
            if (in.unsignedByte("the JPEG's pixels") != 0xFF) {
                continue;
            }
            int marker = afterFill("the JPEG's pixels");
            if (marker >= FIRST_RESTART && marker <= LAST_RESTART) {
                if (!restarts || marker != FIRST_RESTART + expected) {
                    throw in.torn("JPEG restart marker out of turn: pixels are missing before it");
                }
                expected = (expected + 1) % RESTARTS;
            } else if (marker != 0) {
                in.tornIf(in.position() == start + 2, "JPEG scan without pixels");
                return marker;
            }
        }
    }

    private int marker() throws IOException, TornImageException {
        in.tornIf(in.unsignedByte("a JPEG marker") != 0xFF, "no JPEG marker where one must be");
        return afterFill("a JPEG marker");
    }

    /** A marker may have any number of bytes 0xFF before it. */
    private int afterFill(String what) throws IOException, TornImageException {
        int marker = in.unsignedByte(what);
        while (marker == 0xFF) {
            marker = in.unsignedByte(what);
        }
        return marker;
    }
}
