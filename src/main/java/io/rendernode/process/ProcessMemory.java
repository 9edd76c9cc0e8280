package io.rendernode.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory of one process, from {@code /proc/<pid>/status} (proc(5)), and how often there was none left.
 *
 * @param residentBytes what it holds now ({@code VmRSS}), 0 if unknown
 * @param peakBytes the most it has held since its {@code exec} ({@code VmHWM}), 0 if unknown
 */
public record ProcessMemory(long residentBytes, long peakBytes) {
    /** The machine's count ({@code oom_kill} in proc_vmstat, since Linux 4.13) and the container's own (cgroup v2). */
    private static final List<Path> KILL_COUNTERS =
            List.of(Path.of("/proc/vmstat"), Path.of("/sys/fs/cgroup/memory.events"));

    /** Asks the kernel; zeros if there is no process of that pid, or it is a zombie. */
    static ProcessMemory of(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"), ISO_8859_1);
            return new ProcessMemory(bytes(status, "\nVmRSS:"), bytes(status, "\nVmHWM:"));
        } catch (IOException gone) {
            return new ProcessMemory(0, 0);
        }
    }

    /** The kernel writes {@code VmRSS:\t    1234 kB}; a zombie has no such line. */
    private static long bytes(String status, String field) {
        int begin = status.indexOf(field);
        int end = status.indexOf(" kB", Math.max(begin, 0));
        return begin < 0
                ? 0
                : Long.parseLong(status.substring(begin + field.length(), end).strip()) * 1024;
    }

    /**
     * How often the kernel has killed a process because memory ran out: the one thing that tells such a SIGKILL from a
     * person's. Only the count's growth means something; it is 0 where the kernel does not tell.
     */
    public static long outOfMemoryKills() {
        return KILL_COUNTERS.stream().mapToLong(ProcessMemory::kills).sum();
    }

    private static long kills(Path counters) {
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
