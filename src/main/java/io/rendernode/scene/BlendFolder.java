package io.rendernode.scene;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.store.BlenderTag;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The folder of scenes, and beside it those that were sent, which hide what is in the folder under the same name: a job may
 * render one of these and nothing else. Where a method takes what the scene's file was, it is what {@link #identity} said
 * when the job was posted.
 */
@ApplicationScoped
public class BlendFolder {
    private final Path folder;
    private final String defaultScene;
    private final boolean shared;
    private final SceneStore store;
    private final SentScenes sent;

    BlendFolder(TaskConfig config, Database database, SceneStore store, SentScenes sent) {
        this.store = store;
        this.sent = sent;
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

    /**
     * Whether the place is there that a job's scene is in, and holds something: where a volume is not mounted, an empty
     * folder stands.
     *
     * @param was what the scene's file was when the job was posted
     */
    public boolean isThere(String was) {
        if (SentScenes.isSent(was)) {
            return sent.isThere();
        }
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
        return sent.current(scene).isPresent() ? scene : checkInFolder(scene);
    }

    private String checkInFolder(String scene) {
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
        return header(scene, place(scene));
    }

    private static BlendHeader header(String scene, Path file) {
        try {
            return readHeader(scene, file);
        } catch (IOException unreadable) {
            throw new NoSceneException("'" + scene + "' cannot be read");
        }
    }

    private Path place(String scene) {
        return sent.current(scene).map(sent::file).orElseGet(() -> folder.resolve(scene));
    }

    /** The tree of a sent scene's version, in which its file is; empty where it is none. */
    private Optional<SentScenes.Version> version(String scene, String was) {
        if (!SentScenes.isSent(was)) {
            return Optional.empty();
        }
        Optional<SentScenes.Version> version = sent.ofJob(was);
        if (version.filter(there -> Files.exists(sent.file(there))).isEmpty()) {
            throw new NoSceneException("'" + scene + "' as it was sent is not there any more");
        }
        return version;
    }

    /** Keeps a scene that was sent for a job that is being written; false where it is gone. Call it in that transaction. */
    public boolean use(String sceneFile) {
        return sent.use(sceneFile);
    }

    /**
     * What a node must offer beside a Blender that reads the scene.
     *
     * @param sceneFile what the scene's file is
     */
    public static Stream<String> needs(String sceneFile) {
        return SentScenes.isSent(sceneFile) ? Stream.of(BlenderTag.SENT_SCENES) : Stream.of();
    }

    /**
     * The file of a scene that was checked when its job was posted, checked again: much may have changed since.
     *
     * @param scene the path below the folder
     * @param was what its file was when the job was posted
     * @param blenderVersion of the Blender that is to open it, or empty
     * @return the file, absolute; one that is gone from the folder is Blender's to tell
     * @throws NoSceneException if it has become a link that leads out, is no .blend any more, or one that this Blender
     *     cannot read, or was sent and is gone
     */
    public Path find(String scene, String was, String blenderVersion) {
        Optional<SentScenes.Version> version = version(scene, was);
        Path file = version.map(sent::file).orElseGet(() -> folder.resolve(scene));
        if (Files.notExists(file)) {
            return file;
        }
        Path checked = version.isPresent() ? file : folder.resolve(checkInFolder(scene));
        BlendHeader header = header(scene, checked);
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
     * @param etag of a scene that was sent: the SHA-256 of its file, or, where there are several, of their list; else null
     */
    @RegisterForReflection
    @Schema(name = "SceneFile")
    public record SceneFile(
            String path,
            long sizeBytes,
            Instant modifiedAt,

            @Schema(
                    description =
                            "of a scene that was sent: the SHA-256 of its file, or of the list of its files; else null")
            String etag) {

        static SceneFile of(SentScenes.Version version) {
            return new SceneFile(version.path(), version.bytes(), version.sentAt(), version.etag());
        }
    }

    /** What is in a folder, by name: the folders and the scenes in it, by their paths below the blend folder. */
    public record Listing(List<String> folders, List<SceneFile> scenes) {}

    /** What is in a folder below the blend folder, hidden names left out; empty where there is no such folder. */
    public Optional<Listing> list(String name) {
        Set<String> folders = new TreeSet<>();
        Map<String, SceneFile> scenes = new TreeMap<>();
        boolean isInFolder = addFromFolder(name, folders, scenes);
        String above = name.isEmpty() ? "" : name + "/";
        List<SentScenes.Version> below = sent.below(name);
        for (SentScenes.Version version : below) {
            int end = version.path().indexOf('/', above.length());
            if (end < 0) {
                scenes.put(version.path(), SceneFile.of(version));
            } else {
                folders.add(version.path().substring(0, end));
            }
        }
        return isInFolder || !below.isEmpty()
                ? Optional.of(new Listing(List.copyOf(folders), List.copyOf(scenes.values())))
                : Optional.empty();
    }

    private boolean addFromFolder(String name, Set<String> folders, Map<String, SceneFile> scenes) {
        try {
            Path place = folder.resolve(name).normalize();
            if (!isFolderOfOurs(place)) {
                return false;
            }
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(place, entry -> !isHidden(entry))) {
                for (Path entry : entries) {
                    String path = folder.relativize(entry).toString();
                    if (isFolderOfOurs(entry)) {
                        folders.add(path);
                    } else if (path.endsWith(".blend")) {
                        fileInFolder(path).ifPresent(scene -> scenes.put(path, scene));
                    }
                }
            }
            return true;
        } catch (InvalidPathException | IOException | DirectoryIteratorException none) {
            return false;
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
        Optional<SceneFile> newest = sent.current(scene).map(SceneFile::of);
        return newest.isPresent() ? newest : fileInFolder(scene);
    }

    /** As {@link #file}, of what is in the folder, whether a scene that was sent hides it or not. */
    Optional<SceneFile> fileInFolder(String scene) {
        try {
            Path file = folder.resolve(scene).normalize();
            if (!file.toRealPath().startsWith(folder.toRealPath()) || !Files.isRegularFile(file)) {
                return Optional.empty();
            }
            BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new SceneFile(
                    folder.relativize(file).toString(),
                    facts.size(),
                    facts.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MILLIS),
                    null));
        } catch (InvalidPathException | IOException gone) {
            return Optional.empty();
        }
    }

    /**
     * Tells one state of a scene's file from another: by its size and time, and, where one node has the folder for itself,
     * by its inode; of one that was sent by its version.
     *
     * @return empty where it is not there
     */
    public Optional<String> identity(String scene) {
        Optional<String> newest = sent.current(scene).map(SentScenes.Version::identity);
        return newest.isPresent() ? newest : identityInFolder(scene);
    }

    /** Tells what a job's scene is from others, and from other states of it. */
    public String key(String scene, String was) {
        return identity(scene, was).orElse("") + " " + scene;
    }

    private Optional<String> identityInFolder(String scene) {
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

    /** What the file of a job's scene is now; of one that was sent it is what it was. */
    public Optional<String> identity(String scene, String was) {
        return SentScenes.isSent(was) ? Optional.of(was) : identityInFolder(scene);
    }

    /** Whether a scene's file is another than it was; one that is gone, or of which nothing is known, is not. */
    public boolean hasChanged(String scene, String was) {
        return was != null
                && !SentScenes.isSent(was)
                && identityInFolder(scene).filter(now -> !now.equals(was)).isPresent();
    }

    /**
     * What belongs to a scene: the first folder on the way to it with all below, as projects are kept apart, or, for a
     * scene that is in no folder, all that there is. To one that was sent belongs what was sent with it.
     *
     * @param scene the path below the folder
     * @param was what its file was when the job was posted
     * @return one folder, or two where a link leads from one to another
     */
    public Set<Path> projectOf(String scene, String was) throws IOException {
        Optional<SentScenes.Version> version = version(scene, was);
        if (version.isPresent()) {
            return Set.of(sent.tree(version.get()));
        }
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
