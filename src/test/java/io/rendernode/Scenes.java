package io.rendernode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Scenes for the real Blender, which it makes itself by a script of the tests. */
public final class Scenes {
    private Scenes() {}

    /** The real Blender. */
    public static String blender() {
        return System.getenv().getOrDefault("BLENDER_PATH", "blender");
    }

    /**
     * Makes the scenes of a script.
     *
     * @param script below the tests' resources
     * @param arguments the folder that they go into, and what else the script takes
     */
    public static void make(String script, Object... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(blender(), "-b", "--factory-startup", "--python-exit-code", "1", "--python"));
        command.add(Path.of("src/test/resources", script).toAbsolutePath().toString());
        command.add("--");
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = process.inputReader().lines().collect(Collectors.joining("\n"));
        if (process.waitFor() != 0) {
            throw new AssertionError(script + " failed: " + said);
        }
    }
}
