package io.rendernode.scene;

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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** A scene cannot be rendered; the message says why. */
    public static final class NoSceneException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoSceneException(String message) {
            super(message, null, false, false);
        }
    }

    /** Where it is, absolute. */
    public Path path() {
        return folder;
    }

    /** Whether it is there and holds something: where a volume is not mounted, an empty folder stands. */
    public boolean hasScenes() {
        try (Stream<Path> scenes = Files.list(folder)) {
            return scenes.findAny().isPresent();
        } catch (IOException away) {
            return false;
        }
    }

    /**
     * Checks a scene's name.
     *
     * @param name a path below the folder, or null for the default scene
     * @return the path below the folder, as the store keeps it
     * @throws NoSceneException if it leads out of the folder, is not there, or is no .blend
     */
    public String check(String name) {
        String scene = name == null ? defaultScene : name;
        try {
            Path relative = Path.of(scene);
            if (relative.isAbsolute()) {
                throw new NoSceneException("must be a path below the blend folder, not an absolute one");
            }
            for (Path part : relative) {
                if (part.toString().equals("..")) {
                    throw new NoSceneException("must not leave the blend folder by '..'");
                }
            }
            Path file = folder.resolve(relative);
            if (!Files.isRegularFile(file)) {
                throw new NoSceneException("'" + scene + "' is not in the blend folder");
            }
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                throw new NoSceneException("'" + scene + "' is a link that leads out of the blend folder");
            }
            if (!isBlend(file)) {
                throw new NoSceneException("'" + scene + "' is no .blend file");
            }
            return relative.normalize().toString();
        } catch (InvalidPathException | IOException unreadable) {
            throw new NoSceneException("'" + scene + "' cannot be read");
        }
    }

    /**
     * The file of a scene that was checked when its job was posted, checked again: much may have changed since.
     *
     * @param scene the path below the folder
     * @return the file, absolute; one that is gone is Blender's to tell
     * @throws NoSceneException if it has become a link that leads out, or is no .blend any more
     */
    public Path find(String scene) {
        Path file = folder.resolve(scene);
        return Files.notExists(file) ? file : folder.resolve(check(scene));
    }

    /**
     * What belongs to a scene: the first folder on the way to it with all below, as projects are kept apart, or, for a
     * scene that is in no folder, all that there is.
     *
     * @param scene the path below the folder
     * @return one folder, or two where a link leads from one to another
     */
    public Set<Path> projectOf(String scene) throws IOException {
        Path real = folder.toRealPath();
        Path file = folder.resolve(scene);
        Path target = Files.notExists(file) ? real.resolve(scene) : file.toRealPath();
        return Stream.of(Path.of(scene), real.relativize(target))
                .map(path -> path.getNameCount() > 1 ? folder.resolve(path.getName(0)) : folder)
                .collect(Collectors.toSet());
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
