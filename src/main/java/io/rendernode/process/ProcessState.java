package io.rendernode.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the kernel tells of one process in {@code /proc/<pid>/stat} (proc(5)).
 *
 * @param code the state's letter: Z is a zombie, X is dead, T is stopped
 * @param group id of its process group
 * @param startTicks when it started, in clock ticks since the machine's boot: with the pid it names a process for good
 */
record ProcessState(char code, long group, long startTicks) {
    /** Field 22 of the line, counted from field 3, the first after the name. */
    private static final int START_TICKS = 22 - 3;

    private static final int GROUP = 5 - 3;

    /** The pids of all processes that can be seen, zombies too. */
    static List<Long> pids() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .map(Long::valueOf)
                    .toList();
        }
    }

    /** Asks the kernel; empty if no process, not even a zombie, has that pid. */
    static Optional<ProcessState> of(long pid) {
        try {
            return Optional.of(
                    parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /**
     * Reads the kernel's line.
     *
     * @param line the content of a {@code stat} file; the name in parentheses may itself hold spaces and parentheses
     */
    static ProcessState parse(String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 2).trim().split(" ", -1);
        return new ProcessState(
                fields[0].charAt(0), Long.parseLong(fields[GROUP]), Long.parseLong(fields[START_TICKS]));
    }

    /** Whether a signal has stopped it from running. */
    boolean isStopped() {
        return code == 'T';
    }

    /** A zombie is dead: it runs nothing and holds nothing; only its parent has not asked for its exit code yet. */
    boolean isAlive() {
        return code != 'Z' && code != 'X';
    }
}
