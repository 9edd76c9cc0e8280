package io.rendernode.image;

import java.io.IOException;

/**
 * WebP (RFC 9649): the RIFF size is the file's, chunks follow each other to its end, and there is a bitstream,
 * whose header is plausible and whose first partition fits in it. An animation is no frame.
 */
final class WebpCheck {
    private static final int RIFF = fourCc("RIFF");
    private static final int WEBP = fourCc("WEBP");
    private static final int LOSSY = fourCc("VP8 ");
    private static final int LOSSLESS = fourCc("VP8L");
    private static final int EXTENDED = fourCc("VP8X");
    private static final int LOSSY_HEADER_BYTES = 10;
    private static final int LOSSLESS_HEADER_BYTES = 5;
    private static final int EXTENDED_BYTES = 10;
    private static final int LOSSLESS_SIGNATURE = 0x2F;
    private static final int LOSSY_START_CODE = 0x2A019D;

    private final ImageCursor in;
    private int bitstreams;

    /** Takes a little-endian cursor at the file's start. */
    WebpCheck(ImageCursor in) {
        this.in = in;
    }

    void check() throws IOException, TornImageException {
        boolean riff = in.signedInt("the RIFF header") == RIFF;
        long size = in.unsignedInt("the RIFF header") + 2L * Integer.BYTES;
        in.tornIf(!riff || in.signedInt("the RIFF header") != WEBP, "a RIFF file that is no WebP");
        in.tornIf(size != in.size(), "WebP of " + size + " bytes by its header, " + in.size() + " in the file");
        int first = chunk();
        in.tornIf(first != LOSSY && first != LOSSLESS && first != EXTENDED, "WebP that begins with no image");
        while (in.remaining() > 0) {
            chunk();
        }
        in.tornIf(bitstreams == 0, "WebP without an image");
    }

    /** Takes one chunk; gives its type. */
    private int chunk() throws IOException, TornImageException {
        int type = in.signedInt("a WebP chunk's header");
        long length = in.unsignedInt("a WebP chunk's header");
        // A chunk of odd length is followed by a byte of padding.
        long end = in.position() + length + length % 2;
        in.tornIf(end > in.size(), "the file ends in a WebP chunk of " + length + " bytes");
        if (type == LOSSY) {
            lossy(length);
        } else if (type == LOSSLESS) {
            lossless(length);
        } else if (type == EXTENDED && length < EXTENDED_BYTES) {
            throw in.torn("WebP header that is too short");
        }
        in.tornIf(in.position() > end, "WebP chunk that is too short");
        in.seek(end);
        return type;
    }

    private void lossy(long length) throws IOException, TornImageException {
        int tag = tripleByte();
        boolean keyFrame = (tag & 1) == 0;
        int firstPartition = tag >>> 5;
        in.tornIf(!keyFrame || tripleByte() != LOSSY_START_CODE, "damaged WebP image header");
        int width = in.unsignedShort("the WebP image") & 0x3FFF;
        int height = in.unsignedShort("the WebP image") & 0x3FFF;
        if (width == 0 || height == 0 || firstPartition == 0 || LOSSY_HEADER_BYTES + firstPartition >= length) {
            throw in.torn("WebP image header that does not fit its chunk");
        }
        bitstreams++;
    }

    private void lossless(long length) throws IOException, TornImageException {
        boolean signature = in.unsignedByte("the WebP image") == LOSSLESS_SIGNATURE;
        int version = in.signedInt("the WebP image") >>> 29;
        in.tornIf(!signature || version != 0 || length <= LOSSLESS_HEADER_BYTES, "damaged WebP image header");
        bitstreams++;
    }

    private int tripleByte() throws IOException, TornImageException {
        return in.unsignedShort("the WebP image") | in.unsignedByte("the WebP image") << 16;
    }

    private static int fourCc(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }
}
