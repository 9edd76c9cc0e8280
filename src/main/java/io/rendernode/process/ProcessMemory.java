package io.rendernode.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory of one process, from {@code /proc/<pid>/status} (proc(5)), and how often there was none left.
 *
 * @param residentBytes what it holds now ({@code VmRSS}), 0 if unknown
 * @param peakBytes the most it has held since its {@code exec} ({@code VmHWM}), 0 if unknown
 */
public record ProcessMemory(long residentBytes, long peakBytes) {
    /** The machine's count: {@code oom_kill} in proc_vmstat, since Linux 4.13. */
    private static final Path KILL_COUNTER = Path.of("/proc/vmstat");

    /** Asks the kernel; zeros if there is no process of that pid, or it is a zombie. */
    static ProcessMemory of(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"), ISO_8859_1);
            return new ProcessMemory(bytes(status, "\nVmRSS:"), bytes(status, "\nVmHWM:"));
        } catch (IOException gone) {
            return new ProcessMemory(0, 0);
        }
    }

    /**
     * As {@link #of}, but of what several processes share, each has its part ({@code Pss}, proc_pid_smaps(5)). The peak
     * counts as shared what is shared now.
     */
    static ProcessMemory proportional(long pid) {
        ProcessMemory all = of(pid);
        try {
            String sums = Files.readString(Path.of("/proc", Long.toString(pid), "smaps_rollup"), ISO_8859_1);
            long own = bytes(sums, "\nPss:");
            return new ProcessMemory(own, Math.max(own, all.peakBytes - Math.max(0, all.residentBytes - own)));
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

    /** Whether less than a tenth is left of the memory that this node may use (proc_meminfo(5), the container's limit). */
    public static boolean isNearlyUsedUp() {
        try {
            String machine = Files.readString(Path.of("/proc/meminfo"), ISO_8859_1);
            if (10 * bytes(machine, "\nMemAvailable:") < bytes(machine, "MemTotal:")) {
                return true;
            }
            // What files fill of it, the kernel takes back when it is needed.
            long limit = ContainerMemory.HERE.limit().orElse(Long.MAX_VALUE);
            return ContainerMemory.HERE.anonymous() > limit / 10 * 9;
        } catch (IOException unknown) {
            return false;
        }
    }

    /**
     * How often the kernel has killed a process because memory ran out: the one thing that tells such a SIGKILL from a
     * person's. Only the count's growth means something; it is 0 where the kernel does not tell.
     */
    public static long outOfMemoryKills() {
        return ContainerMemory.HERE.kills() + machineKills();
    }

    private static long machineKills() {
        try {
            return Files.readAllLines(KILL_COUNTER).stream()
                    .filter(line -> line.startsWith("oom_kill "))
                    .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                    .sum();
        } catch (IOException | NumberFormatException unknown) {
            return 0;
        }
    }
}
