package io.rendernode.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What one program may use up, as the kernel keeps it (getrlimit(2)). */
public final class Limits {
    /** Bytes: no frame is that large; what would be larger ends the program by SIGXFSZ. */
    public static final long LARGEST_FILE = 64L << 30;

    /**
     * How many threads and processes may come beside those of the whole machine now. The kernel counts all of a user's,
     * the node's own among them, so there is no number that fits a program alone; it counts for root not at all.
     */
    private static final int MORE_THREADS = 2000;

    private static final Path OWN = Path.of("/proc/self/limits");
    private static final Path LOAD = Path.of("/proc/loadavg");

    /**
     * Bytes that a program may map beside twice its memory: libraries, and what malloc sets aside for each thread. This
     * bounds memory that it shares with itself, which is no data of its own.
     */
    private static final long MAPPED_BESIDE = 8L << 30;

    private final OptionalLong memoryBytes;
    private final boolean usesCard;

    /**
     * Takes what the program may have.
     *
     * @param memoryBytes bytes of memory of its own; empty is all that there is
     * @param usesCard whether it uses a graphics card, whose driver maps all of the card's memory and of the machine's
     */
    public Limits(OptionalLong memoryBytes, boolean usesCard) {
        this.memoryBytes = memoryBytes;
        this.usesCard = usesCard;
    }

    /** What to put before a program and its arguments: it stays the same process. */
    public List<String> command() {
        try {
            String own = Files.readString(OWN, ISO_8859_1);
            List<String> command = new ArrayList<>(List.of("prlimit", "--core=0"));
            command.add("--fsize=" + atMost(own, "Max file size", LARGEST_FILE));
            command.add("--nproc=" + atMost(own, "Max processes", threadsNow() + MORE_THREADS));
            if (memoryBytes.isPresent()) {
                long bytes = memoryBytes.getAsLong();
                command.add("--data=" + atMost(own, "Max data size", bytes));
                if (!usesCard) {
                    command.add("--as=" + atMost(own, "Max address space", 2 * bytes + MAPPED_BESIDE));
                }
            }
            return command;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The fourth of the kernel's figures is how many run, and how many there are (proc_loadavg(5)). */
    private static long threadsNow() throws IOException {
        String figures = Files.readString(LOAD, ISO_8859_1);
        return Long.parseLong(figures.substring(figures.indexOf('/') + 1).split(" ", 2)[0]);
    }

    /** Nobody but root may have more than the node's own hard limit. */
    private static long atMost(String limits, String name, long wanted) {
        String[] values =
                limits.substring(limits.indexOf(name) + name.length()).strip().split("\\s+", 3);
        return values[1].equals("unlimited") ? wanted : Math.min(wanted, Long.parseLong(values[1]));
    }
}
