package io.rendernode.frame;

import io.rendernode.image.ImageType;
import io.rendernode.store.FrameList;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * A job's output pattern, such as {@code shots/a/b_####}: from a frame number to a file name, by Blender's own rules
 * (tried with 3.4.1).
 *
 * <p>The last group of {@code #} in the last segment becomes the number, zero-padded to the group's length and growing
 * beyond it; without one, four digits are added at the end. {@code #} in a folder's name stays as it is. An image
 * extension at the end gives way to the frame's own. A pattern that ends in {@code /} names its files by number alone.
 */
public final class FramePattern {
    private static final int MOST_PATTERN_BYTES = 1024;
    private static final int MOST_SEGMENT_BYTES = 255;
    private static final String DEFAULT_DIGITS = "####";
    /** What Blender takes for an image extension, in any case: others stay, and the frame's own is added. */
    private static final Set<String> KNOWN_EXTENSIONS = Set.of(
            "png", "tga", "bmp", "jpg", "jpeg", "sgi", "rgb", "rgba", "tif", "tiff", "tx", "jp2", "j2c", "hdr", "dds",
            "dpx", "cin", "exr", "psd", "pdd", "psb", "webp");

    private final String pattern;
    private final String beforeNumber;
    private final int digits;
    private final String afterNumber;
    /** Without the dot; empty if the pattern has none that Blender knows. */
    private final String extension;

    private FramePattern(String pattern) {
        this.pattern = pattern;
        int nameStart = pattern.lastIndexOf('/') + 1;
        String numbered = pattern.indexOf('#', nameStart) < 0 ? pattern + DEFAULT_DIGITS : pattern;
        int groupEnd = numbered.lastIndexOf('#') + 1;
        int groupStart = groupEnd;
        while (groupStart > nameStart && numbered.charAt(groupStart - 1) == '#') {
            groupStart--;
        }
        String rest = numbered.substring(groupEnd);
        int dot = rest.lastIndexOf('.');
        String ending = rest.substring(dot + 1);
        boolean known = dot >= 0 && KNOWN_EXTENSIONS.contains(ending.toLowerCase(Locale.ROOT));
        beforeNumber = numbered.substring(0, groupStart);
        digits = groupEnd - groupStart;
        extension = known ? ending : "";
        afterNumber = known ? rest.substring(0, dot) : withoutTrailingDots(rest);
    }

    /**
     * Reads a pattern as a client gives it.
     *
     * @throws IllegalArgumentException with a reason fit for that client, a phrase that follows the field's name
     */
    public static FramePattern parse(String text) {
        refuseIf(text.isBlank(), "must not be empty");
        refuseIf(text.startsWith("/"), "must be a path below the output folder, not an absolute one");
        refuseIf(text.indexOf('\\') >= 0, "must not contain a backslash: folders are separated by /");
        refuseIf(text.codePoints().anyMatch(FramePattern::unprintable), "must not contain control characters");
        refuseIf(bytesOf(text) > MOST_PATTERN_BYTES, "must be at most " + MOST_PATTERN_BYTES + " bytes long");
        String[] segments = text.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            checkSegment(segments[i], i == segments.length - 1);
        }
        FramePattern pattern = new FramePattern(text);
        pattern.checkLongestName();
        return pattern;
    }

    private static void refuseIf(boolean wrong, String reason) {
        if (wrong) {
            throw new IllegalArgumentException(reason);
        }
    }

    private static void checkSegment(String segment, boolean last) {
        refuseIf(segment.isEmpty() && !last, "must not contain //");
        refuseIf(segment.equals(".."), "must not leave the output folder with ..");
        // Hidden names are ours: files on their way into place have such names.
        refuseIf(segment.startsWith("."), "must not contain a name that begins with a dot");
        refuseIf(
                bytesOf(segment) > MOST_SEGMENT_BYTES,
                "must not contain a name of more than " + MOST_SEGMENT_BYTES + " bytes");
    }

    private void checkLongestName() {
        for (ImageType type : ImageType.values()) {
            String name = fileName(FrameList.SMALLEST_FRAME, type, "");
            refuseIf(
                    bytesOf(name.substring(name.lastIndexOf('/') + 1)) > MOST_SEGMENT_BYTES,
                    "must leave room for number and extension in a name of " + MOST_SEGMENT_BYTES + " bytes");
            refuseIf(!encodable(name), "contains a letter that this node's locale has no file names for");
        }
    }

    /** A path is bytes in the encoding that the locale says, and not each encoding has every letter. */
    private static boolean encodable(String name) {
        try {
            return !Path.of(name).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean unprintable(int codePoint) {
        int kind = Character.getType(codePoint);
        return kind == Character.CONTROL || kind == Character.SURROGATE;
    }

    private static int bytesOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String withoutTrailingDots(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '.') {
            end--;
        }
        return text.substring(0, end);
    }

    /**
     * The name of one frame's file, relative to the output folder, with {@code /} between folders.
     *
     * @param frame a negative one has its sign before the zeros, as Blender has it
     * @param type gives the extension, unless the pattern has one that fits (a {@code .jpeg} stays)
     * @param viewSuffix of a stereo scene's view, such as {@code _L}; empty where there are no views
     * @throws IllegalArgumentException if the suffix is no part of a file name
     */
    public String fileName(int frame, ImageType type, String viewSuffix) {
        refuseIf(
                viewSuffix.indexOf('/') >= 0 || viewSuffix.codePoints().anyMatch(FramePattern::unprintable),
                "view suffix that is no part of a file name");
        String number = Integer.toString(Math.abs(frame));
        String sign = frame < 0 ? "-" : "";
        String zeros = "0".repeat(Math.max(0, digits - number.length()));
        String ending = type.hasExtension(extension) ? extension : type.extension();
        return beforeNumber + sign + zeros + number + afterNumber + viewSuffix + "." + ending;
    }

    /**
     * The name of a file that a File Output node writes beside a frame: called as the frame is, in folders of the node's
     * and the slot's names where the frame is.
     *
     * @param output {@code node/slot}; empty for the frame itself
     */
    public String fileName(int frame, String output, ImageType type, String viewSuffix) {
        String name = fileName(frame, type, viewSuffix);
        int nameStart = name.lastIndexOf('/') + 1;
        return output.isEmpty() ? name : name.substring(0, nameStart) + output + "/" + name.substring(nameStart);
    }

    /** The pattern as it was given. */
    @Override
    public String toString() {
        return pattern;
    }
}
