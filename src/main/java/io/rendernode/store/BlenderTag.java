package io.rendernode.store;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tags that bring a job to a node whose Blender reads its scene. A job needs one, by the major version of the Blender that
 * saved the scene; a node offers those that its own reads. A client's tag has no colon. A node of an earlier
 * version of this program offers none, and so claims none of these jobs; a job that such a node accepted needs none.
 */
public final class BlenderTag {
    private static final String PREFIX = "blender:";
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,2})\\.([0-9]{1,2})(?![0-9]).*");

    /** The last minor version of each major one: Blender keeps it able to open the next major's files, with loss. */
    private static final Map<Integer, Integer> LAST = Map.of(2, 93, 3, 6, 4, 5);

    /** What a job needs whose scene was sent: it is where SCENE_DIR is. */
    public static final String SENT_SCENES = "scenes:sent";

    /** What a job needs of which frames are rendered anew: an earlier version of this program takes them for done. */
    public static final String FRAMES_ANEW = "frames:anew";

    /** What a paused job needs for the eyes of earlier versions of this program, as the job's table itself writes it. */
    static final String PAUSED = "job:paused";

    private BlenderTag() {}

    /** What a job needs whose scene a Blender of that major version saved. */
    public static String needed(int major) {
        return PREFIX + major;
    }

    /**
     * What a node offers.
     *
     * @param blenderVersion such as {@code 3.4.1}; with an empty one it offers nothing
     */
    public static Stream<String> offered(String blenderVersion) {
        Matcher version = VERSION.matcher(blenderVersion);
        return version.matches()
                ? IntStream.rangeClosed(
                                0, newestMajor(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))))
                        .mapToObj(BlenderTag::needed)
                : Stream.of();
    }

    /** The newest major version whose files a Blender of that version opens. */
    public static int newestMajor(int major, int minor) {
        return minor >= LAST.getOrDefault(major, Integer.MAX_VALUE) ? major + 1 : major;
    }

    /** What to call a tag that only this program gives: "Blender 5 or newer"; another as it is. */
    public static String words(String tag) {
        if (tag.equals(SENT_SCENES)) {
            return "the scenes that were sent (SCENE_DIR)";
        }
        if (tag.equals(FRAMES_ANEW)) {
            return "frames rendered anew (a newer version of the program)";
        }
        return tag.startsWith(PREFIX) ? "Blender " + tag.substring(PREFIX.length()) + " or newer" : tag;
    }
}
