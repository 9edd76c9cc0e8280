package io.rendernode.scene;

import io.rendernode.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Names of scenes that are sent, and of the files in them. */
final class ScenePath {
    /** Bytes, as the store can find it, and of each part, as file systems keep them. */
    private static final int LONGEST = 1000;

    private static final int LONGEST_PART = 255;

    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}|\\p{Cf}|\\\\");

    private ScenePath() {}

    /**
     * Checks a relative path, with {@code /} between folders.
     *
     * @param field what the client calls it
     * @return the same
     * @throws ProblemException if it is none, leads elsewhere, or is too long
     */
    static String check(String field, String path) {
        if (path.isEmpty() || path.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw ProblemException.invalid(field, "must have 1 to " + LONGEST + " bytes");
        }
        if (CONTROLS.matcher(path).find()
                || !StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
            throw ProblemException.invalid(field, "must not have control characters or backslashes");
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty()) {
                throw ProblemException.invalid(
                        field, "must be a relative path without empty parts: '" + path + "' is not");
            }
            if (part.equals(".") || part.equals("..")) {
                throw ProblemException.invalid(field, "must not have '" + part + "' in it: '" + path + "'");
            }
            if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART) {
                throw ProblemException.invalid(field, "must have parts of at most " + LONGEST_PART + " bytes");
            }
        }
        return path;
    }

    /** As {@link #check}, for a scene's file. */
    static String checkBlend(String field, String path) {
        if (!path.endsWith(".blend") || path.endsWith("/.blend") || path.equals(".blend")) {
            throw ProblemException.invalid(field, "must end in .blend");
        }
        return check(field, path);
    }
}
