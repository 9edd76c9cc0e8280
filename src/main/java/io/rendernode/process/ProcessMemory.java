package io.rendernode.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
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
}
