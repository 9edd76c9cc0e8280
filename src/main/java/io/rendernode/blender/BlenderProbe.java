package io.rendernode.blender;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How to ask a program whether it is Blender, which, and what it can render on. */
public final class BlenderProbe {
    private static final Pattern VERSION =
            Pattern.compile("^Blender (\\d{1,4}\\.\\d{1,4}(?:\\.\\d{1,4})?)(?![\\d.])", Pattern.MULTILINE);

    private static final String DEVICES = "render-node: devices ";

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

    /**
     * Answers the command line that makes a Blender print which devices of a kind Cycles finds, in about a second.
     *
     * @param kind as {@code --cycles-device} names it, such as {@code CUDA}
     */
    public static List<String> deviceArguments(Path blender, String kind) {
        // Blender itself renders on nothing where it finds none, says so, and ends with 0. The CPU is in each list.
        String question = "import _cycles; print('" + DEVICES + "'"
                + " + ' '.join(d[1] for d in _cycles.available_devices('" + kind + "')), flush=True)";
        return List.of(
                blender.toString(), "-b", "--factory-startup", "--python-exit-code", "1", "--python-expr", question);
    }

    /** Reads from a line of what {@link #deviceArguments} printed whether there is a device of that kind. */
    public static boolean hasDevice(String line, String kind) {
        return line.startsWith(DEVICES)
                && List.of(line.substring(DEVICES.length()).split(" ")).contains(kind);
    }
}
