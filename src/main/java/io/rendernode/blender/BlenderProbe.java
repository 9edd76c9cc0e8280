package io.rendernode.blender;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How to ask a program whether it is Blender, and which. */
public final class BlenderProbe {
    private static final Pattern VERSION =
            Pattern.compile("^Blender (\\d{1,4}\\.\\d{1,4}(?:\\.\\d{1,4})?)(?![\\d.])", Pattern.MULTILINE);

    private BlenderProbe() {}

    /** Answers the command line that makes a Blender print its version and end with 0, in about 0.3 s. */
    public static List<String> arguments(Path blender) {
        return List.of(blender.toString(), "--version");
    }

    /**
     * Reads the version from what {@link #arguments} printed, stdout or both streams.
     *
     * @return such as {@code 3.4.1}; 2.8's {@code 2.82 (sub 7)} is {@code 2.82}; empty if no Blender printed this
     */
    public static Optional<String> version(String output) {
        Matcher matcher = VERSION.matcher(output);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
