package io.rendernode.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a program that runs in a {@link Sandbox} can see of the machine's files, besides the system's own programs and
 * libraries. What is not there is left out.
 *
 * @param readable files and folders, with all below them
 * @param writable folders in which it may do all, with all below them, but run a program
 * @param devices device files, or folders of them, which it may read, write and control
 * @param forks whether it may make processes, for those to go into rooms of their own
 */
public record Room(List<Path> readable, List<Path> writable, List<Path> devices, boolean forks) {
    private static final JsonMapper ASCII_JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** Keeps copies. */
    public Room {
        readable = List.copyOf(readable);
        writable = List.copyOf(writable);
        devices = List.copyOf(devices);
    }

    /** The room in the words of the script that makes it, on one line. */
    String policy(int landlock, boolean seccomp) {
        try {
            return ASCII_JSON.writeValueAsString(Map.of(
                    "read",
                    strings(readable),
                    "write",
                    strings(writable),
                    "devices",
                    strings(devices),
                    "landlock",
                    landlock,
                    "seccomp",
                    seccomp,
                    "forks",
                    forks));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain values can always be written", e);
        }
    }

    private static List<String> strings(List<Path> paths) {
        return paths.stream().map(Path::toString).toList();
    }
}
