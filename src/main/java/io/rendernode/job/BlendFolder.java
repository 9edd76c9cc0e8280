package io.rendernode.job;

import io.rendernode.problem.ProblemException;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The folder of scenes: a job may render what is in it and nothing else. */
@ApplicationScoped
public class BlendFolder {
    /** How a .blend begins: plain, packed by gzip (until 2.93), packed by Zstandard (from 3.0). */
    private static final List<byte[]> BEGINNINGS =
            List.of("BLENDER".getBytes(StandardCharsets.US_ASCII), new byte[] {0x1f, (byte) 0x8b}, new byte[] {
                0x28, (byte) 0xb5, 0x2f, (byte) 0xfd
            });

    private final Path folder;
    private final String defaultScene;

    BlendFolder(TaskConfig config) {
        Path scene = Path.of(config.blendFilePath()).toAbsolutePath().normalize();
        this.folder = scene.getParent();
        this.defaultScene = scene.getFileName().toString();
    }

    /**
     * Checks a scene's name.
     *
     * @param name a path below the folder, or null for the default scene
     * @return the path below the folder, as the store keeps it
     * @throws ProblemException if it leads out of the folder, is not there, or is no .blend
     */
    String check(String name) {
        String scene = name == null ? defaultScene : name;
        try {
            Path relative = Path.of(scene);
            if (relative.isAbsolute()) {
                throw ProblemException.invalid("blend", "must be a path below the blend folder, not an absolute one");
            }
            for (Path part : relative) {
                if (part.toString().equals("..")) {
                    throw ProblemException.invalid("blend", "must not leave the blend folder by '..'");
                }
            }
            Path file = folder.resolve(relative);
            if (!Files.isRegularFile(file)) {
                throw ProblemException.invalid("blend", "'" + scene + "' is not in the blend folder");
            }
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                throw ProblemException.invalid("blend", "'" + scene + "' is a link that leads out of the blend folder");
            }
            if (!isBlend(file)) {
                throw ProblemException.invalid("blend", "'" + scene + "' is no .blend file");
            }
            return relative.normalize().toString();
        } catch (InvalidPathException | IOException unreadable) {
            throw ProblemException.invalid("blend", "'" + scene + "' cannot be read");
        }
    }

    private static boolean isBlend(Path file) throws IOException {
        byte[] start;
        try (InputStream input = Files.newInputStream(file)) {
            start = input.readNBytes(7);
        }
        return BEGINNINGS.stream()
                .anyMatch(beginning -> start.length >= beginning.length
                        && Arrays.equals(start, 0, beginning.length, beginning, 0, beginning.length));
    }
}
