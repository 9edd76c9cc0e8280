package io.rendernode.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What the container that this node is in says of its memory: cgroup v2 (the kernel's cgroup-v2.rst) or v1
 * (cgroup-v1/memory.rst), which has its files one folder down and under other names.
 *
 * @param folder where the control groups are mounted
 */
public record ContainerMemory(Path folder) {
    /** This node's own. */
    public static final ContainerMemory HERE = new ContainerMemory(Path.of("/sys/fs/cgroup"));

    private static final String VERSION_1 = "memory";

    /** The most it may use, in bytes; empty where there is no limit, or none that can be read. Without one, v1 says 2⁶³ or so. */
    public OptionalLong limit() {
        return number(read("memory.max", "memory.limit_in_bytes").strip());
    }

    /** What is used of it that cannot be had back from files, in bytes; 0 if unknown. */
    long anonymous() {
        return field(read("memory.stat", "memory.stat"), "anon ", "total_rss ");
    }

    /** How often the kernel has killed a process in it because memory ran out; 0 if unknown. */
    long kills() {
        return field(read("memory.events", "memory.oom_control"), "oom_kill ", "oom_kill ");
    }

    private static long field(String text, String version2, String version1) {
        return text.lines()
                .filter(line -> line.startsWith(version2) || line.startsWith(version1))
                .map(line -> number(line.substring(line.indexOf(' ') + 1)))
                .flatMapToLong(OptionalLong::stream)
                .sum();
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException none) {
            return OptionalLong.empty();
        }
    }

    /** Empty if there is neither file. */
    private String read(String version2, String version1) {
        Path file = folder.resolve(version2);
        if (!Files.exists(file)) {
            file = folder.resolve(VERSION_1).resolve(version1);
        }
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException none) {
            return "";
        }
    }
}
