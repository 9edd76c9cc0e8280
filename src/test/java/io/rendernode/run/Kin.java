package io.rendernode.run;

import io.rendernode.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A living process of one test: a node, or whatever descends from one, however it lost its parents. It is known by a mark
 * in its environment, which a node hands on to its children.
 *
 * @param identity the process
 * @param command its command line, with spaces between the arguments
 * @param leadsGroup whether it leads its process group, as what the node starts does and what that starts does not
 */
public record Kin(ProcessIdentity identity, String command, boolean leadsGroup) {
    /** Children are given what begins with BLENDER_. */
    private static final String MARK = "BLENDER_TEST_FOLDER";

    /** What a node is to be started with so that its kin is found: the variable's name. */
    public static String mark() {
        return MARK;
    }

    /** All that live now whose mark is this one, but not the process of that pid. */
    public static List<Kin> of(String mark, long but) {
        String entry = "\0" + MARK + "=" + mark + "\0";
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> !process.endsWith(Long.toString(but)))
                    .filter(process -> ("\0" + read(process, "environ")).contains(entry))
                    .flatMap(process -> find(process).stream())
                    .toList();
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private static Optional<Kin> find(Path process) {
        long pid = Long.parseLong(process.getFileName().toString());
        String stat = read(process, "stat");
        String command = read(process, "cmdline").replace('\0', ' ').trim();
        return stat.isEmpty()
                ? Optional.empty()
                : ProcessIdentity.of(pid).map(identity -> new Kin(identity, command, group(stat) == pid));
    }

    private static long group(String stat) {
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[2]);
    }

    /** Empty where the process is gone, or a zombie. */
    private static String read(Path process, String file) {
        try {
            return Files.readString(process.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    long pid() {
        return identity.pid();
    }

    boolean isAlive() {
        return identity.isAlive();
    }

    /** Whether it is a Blender that renders, itself. */
    boolean isBlender() {
        return leadsGroup && command.contains("fake-blender") && command.contains(" -o ");
    }

    /** Whether it holds a pid for a job that waits. */
    boolean isHolding() {
        return command.endsWith(" hold");
    }

    /** Sends it a signal, unless it is gone. */
    public void signal(String name) throws IOException, InterruptedException {
        if (isAlive()) {
            new ProcessBuilder("kill", "-s", name, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    @Override
    public String toString() {
        return pid() + " (" + (command.length() > 160 ? command.substring(0, 160) + "…" : command) + ")";
    }
}
