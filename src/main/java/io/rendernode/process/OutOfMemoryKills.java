package io.rendernode.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How often the kernel has killed a process because memory ran out: the one thing that tells such a SIGKILL from a
 * person's.
 */
public final class OutOfMemoryKills {
    /** The machine's count ({@code oom_kill} in proc_vmstat, since Linux 4.13) and the container's own (cgroup v2). */
    private static final List<Path> COUNTERS =
            List.of(Path.of("/proc/vmstat"), Path.of("/sys/fs/cgroup/memory.events"));

    private OutOfMemoryKills() {}

    /** The count so far; only its growth means something. 0 where the kernel does not tell. */
    public static long count() {
        return COUNTERS.stream().mapToLong(OutOfMemoryKills::count).sum();
    }

    static long count(Path counters) {
        try {
            return Files.readAllLines(counters).stream()
                    .filter(line -> line.startsWith("oom_kill "))
                    .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                    .sum();
        } catch (IOException | NumberFormatException unknown) {
            return 0;
        }
    }
}
