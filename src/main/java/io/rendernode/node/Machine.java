package io.rendernode.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the machine, or the container, has. */
final class Machine {
    private static final Path CGROUP_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private Machine() {}

    /** The container's memory limit, or the machine's memory, in bytes; 0 where neither can be read. */
    static long memoryBytes() {
        long machine = machineBytes();
        try {
            String limit = Files.readString(CGROUP_LIMIT).trim();
            return limit.equals("max") ? machine : Math.min(machine, Long.parseLong(limit));
        } catch (IOException | NumberFormatException noLimit) {
            return machine;
        }
    }

    private static long machineBytes() {
        try {
            for (String line : Files.readAllLines(MEMORY)) {
                if (line.startsWith("MemTotal:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException unknown) {
            return 0;
        }
        return 0;
    }
}
