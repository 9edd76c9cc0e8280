package io.rendernode.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What keeps a program to its {@link Room}: Landlock (landlock(7)) and seccomp (seccomp(2)), which a small script sets on
 * itself before it becomes the program, under the same pid. Neither needs a privilege.
 *
 * @param python the interpreter of the script
 * @param script the script
 * @param landlock the version of Landlock's interface that the kernel has, from 1; 0 is none
 * @param seccomp whether system calls can be refused
 */
public record Sandbox(Path python, Path script, int landlock, boolean seccomp) {
    private static final ChildScript SCRIPT = new ChildScript(Sandbox.class, "room.py");
    private static final Pattern FOUND = Pattern.compile("^render-node: room landlock=(\\d{1,4}) seccomp=([01])$");
    private static final int ANSWER_SECONDS = 30;

    /** What would lead out of a room without a file: no display is needed to render. */
    private static final List<String> WITHOUT =
            List.of("env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", "-u", "XAUTHORITY");

    /**
     * Tries what this machine offers, in about 50 ms.
     *
     * @param python a Python of version 3.7 or later
     * @param folder where the script is kept
     * @throws IOException if the script cannot be written, or that Python cannot run it
     */
    public static Sandbox find(Path python, Path folder) throws IOException, InterruptedException {
        Path script = SCRIPT.unpack(folder);
        List<String> command = new ArrayList<>(interpreter(python, script));
        command.add("probe");
        Process probe = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            probe.getOutputStream().close();
            String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            Matcher found = FOUND.matcher(said);
            if (!probe.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) || !found.matches()) {
                throw new IOException(python + " cannot make one: " + said);
            }
            return new Sandbox(
                    python,
                    script,
                    Integer.parseInt(found.group(1)),
                    found.group(2).equals("1"));
        } finally {
            probe.destroyForcibly();
        }
    }

    /** Whether both are offered. */
    public boolean isWhole() {
        return landlock > 0 && seccomp;
    }

    /**
     * What to put before a program and its arguments: it stays the same process.
     *
     * @throws IOException if the script is not what it was, and cannot be made so
     */
    public List<String> command(Room room) throws IOException {
        SCRIPT.unpack(script.getParent());
        List<String> command = new ArrayList<>(WITHOUT);
        command.addAll(interpreter(python, script));
        command.add(policy(room));
        return command;
    }

    /** What a process that is one already takes to be kept to a room, by the functions of the script: JSON on one line. */
    public String policy(Room room) {
        return room.policy(landlock, seccomp);
    }

    /** Without the user's and the machine's own modules, which others may have written. */
    private static List<String> interpreter(Path python, Path script) {
        return List.of(python.toString(), "-I", "-S", "-E", "-B", script.toString());
    }
}
