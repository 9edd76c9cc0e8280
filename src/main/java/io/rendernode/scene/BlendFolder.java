package io.rendernode.scene;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.store.Database;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The folder of scenes: a job may render what is in it and nothing else. */
@ApplicationScoped
public class BlendFolder {
    private final Path folder;
    private final String defaultScene;
    private final boolean shared;
    private final SceneStore store;

    BlendFolder(TaskConfig config, Database database, SceneStore store) {
        this.store = store;
        this.shared = database.isShared();
        Path scene = Path.of(config.blendFilePath()).toAbsolutePath().normalize();
        this.folder = scene.getParent();
        this.defaultScene = scene.getFileName().toString();
    }

    /** A scene cannot be rendered; the message says why. */
    public static final class NoSceneException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** @param message a phrase that follows the name of the field: blend */
        public NoSceneException(String message) {
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
            readHeader(scene, file);
            return relative.normalize().toString();
        } catch (InvalidPathException | IOException unreadable) {
            throw new NoSceneException("'" + scene + "' cannot be read");
        }
    }

    /**
     * Which Blender saved a scene.
     *
     * @param scene the path below the folder, as {@link #check} gives it
     * @throws NoSceneException if it is not there, or is no .blend
     */
    public BlendHeader header(String scene) {
        try {
            return readHeader(scene, folder.resolve(scene));
        } catch (IOException unreadable) {
            throw new NoSceneException("'" + scene + "' cannot be read");
        }
    }

    /**
     * The file of a scene that was checked when its job was posted, checked again: much may have changed since.
     *
     * @param scene the path below the folder
     * @param blenderVersion of the Blender that is to open it, or empty
     * @return the file, absolute; one that is gone is Blender's to tell
     * @throws NoSceneException if it has become a link that leads out, is no .blend any more, or one that this Blender
     *     cannot read
     */
    public Path find(String scene, String blenderVersion) {
        Path file = folder.resolve(scene);
        if (Files.notExists(file)) {
            return file;
        }
        Path checked = folder.resolve(check(scene));
        BlendHeader header = header(scene);
        if (header.by(blenderVersion) == BlendHeader.Reading.NONE) {
            throw new NoSceneException(
                    "'" + scene + "' was saved by Blender " + header + ", this node has " + blenderVersion);
        }
        return checked;
    }

    /**
     * A scene's file.
     *
     * @param path below the blend folder, with {@code /} between folders
     */
    @RegisterForReflection
    @Schema(name = "SceneFile")
    public record SceneFile(String path, long sizeBytes, Instant modifiedAt) {}

    /** What is in a folder, by name: the folders and the scenes in it, by their paths below the blend folder. */
    public record Listing(List<String> folders, List<SceneFile> scenes) {}

    /** What is in a folder below the blend folder, hidden names left out; empty where there is no such folder. */
    public Optional<Listing> list(String name) {
        try {
            Path place = folder.resolve(name).normalize();
            if (!isFolderOfOurs(place)) {
                return Optional.empty();
            }
            List<String> folders = new ArrayList<>();
            List<SceneFile> scenes = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(place, entry -> !isHidden(entry))) {
                for (Path entry : entries) {
                    if (isFolderOfOurs(entry)) {
                        folders.add(folder.relativize(entry).toString());
                    } else if (entry.toString().endsWith(".blend")) {
                        file(folder.relativize(entry).toString()).ifPresent(scenes::add);
                    }
                }
            }
            folders.sort(null);
            scenes.sort(Comparator.comparing(SceneFile::path));
            return Optional.of(new Listing(folders, scenes));
        } catch (InvalidPathException | IOException | DirectoryIteratorException none) {
            return Optional.empty();
        }
    }

    private boolean isFolderOfOurs(Path place) throws IOException {
        return Files.isDirectory(place) && place.toRealPath().startsWith(folder.toRealPath());
    }

    private static boolean isHidden(Path entry) {
        return entry.getFileName().toString().startsWith(".");
    }

    /** A scene's file; empty where it is not there, or not in the folder. */
    public Optional<SceneFile> file(String scene) {
        try {
            Path file = folder.resolve(scene).normalize();
            if (!file.toRealPath().startsWith(folder.toRealPath()) || !Files.isRegularFile(file)) {
                return Optional.empty();
            }
            BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new SceneFile(
                    folder.relativize(file).toString(),
                    facts.size(),
                    facts.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MILLIS)));
        } catch (InvalidPathException | IOException gone) {
            return Optional.empty();
        }
    }

    /**
     * Tells one state of a scene's file from another: by its size and time, and, where one node has the folder for itself,
     * by its inode.
     *
     * @return empty where it is not there
     */
    public Optional<String> identity(String scene) {
        try {
            Map<String, Object> file = Files.readAttributes(folder.resolve(scene), "unix:size,lastModifiedTime,ino");
            long modified = ((FileTime) file.get("lastModifiedTime")).toMillis();
            return Optional.of(file.get("size") + " " + modified + (shared ? "" : " " + file.get("ino")));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /**
     * What is known of a scene, as its file is now.
     *
     * @param blender the version of the Blender whose word counts; empty is any
     * @return empty where nobody has asked such a Blender
     */
    public Optional<SceneStore.Known> known(String scene, String blender) {
        return identity(scene).flatMap(now -> store.find(scene, now, blender));
    }

    /** Whether a scene's file is another than it was; one that is gone, or of which nothing is known, is not. */
    public boolean hasChanged(String scene, String was) {
        return was != null && identity(scene).filter(now -> !now.equals(was)).isPresent();
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

    private static BlendHeader readHeader(String scene, Path file) throws IOException {
        try {
            return BlendHeader.read(file);
        } catch (BlendHeader.NoBlendException other) {
            throw new NoSceneException("'" + scene + "' " + other.getMessage());
        }
    }
}
