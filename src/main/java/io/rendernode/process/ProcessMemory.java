package io.rendernode.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory of one process, from {@code /proc/<pid>/status} (proc(5)).
 *
 * @param residentBytes what it holds now ({@code VmRSS}), 0 if unknown
 * @param peakBytes the most it has held since its {@code exec} ({@code VmHWM}), 0 if unknown
 */
record ProcessMemory(long residentBytes, long peakBytes) {
    /**
     * Asks the kernel.
     *
     * @param pid any number
     * @return zeros if there is no such process or it is a zombie
     */
    static ProcessMemory of(long pid) {
        long resident = 0;
        long peak = 0;
        try {
            for (String line :
                    Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("VmRSS:")) {
                    resident = bytes(line);
                } else if (line.startsWith("VmHWM:")) {
                    peak = bytes(line);
                }
            }
        } catch (IOException gone) {
            return new ProcessMemory(0, 0);
        }
        return new ProcessMemory(resident, peak);
    }

    private static long bytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
}
