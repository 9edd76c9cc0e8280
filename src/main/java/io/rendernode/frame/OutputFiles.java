package io.rendernode.frame;

import io.rendernode.image.TornImageException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The frames in the output folder: moved into place in one step, so that no reader ever sees half a frame under a final
 * name, and durably, so that a frame that counts outlives a power cut.
 */
@ApplicationScoped
public class OutputFiles {
    private final OutputFolder folder;
    private final Path dataFolder;
    private final PartFolders parts;

    @Inject
    OutputFiles(FrameConfig config) {
        this(Path.of(config.outputDir()), Path.of(config.dataDir()));
    }

    /** Takes the output folder and the node's own; they are looked at only when they are used, and must exist then. */
    OutputFiles(Path outputFolder, Path dataFolder) {
        this.folder = new OutputFolder(outputFolder);
        this.dataFolder = dataFolder;
        this.parts = new PartFolders(dataFolder.resolve("part-folders"));
    }

    /**
     * Sees to it that a file was made for a frame: a scene may give it a second name of a file that it may not have. What
     * this program has called it itself, before it was stopped in between, is known.
     *
     * @param name its final name, relative to the output folder
     * @throws TornImageException if it is another's
     */
    void requireOwn(Path privateFile, String name) throws IOException, TornImageException {
        Map<String, Object> file = Files.readAttributes(privateFile, "unix:nlink,dev,uid", LinkOption.NOFOLLOW_LINKS);
        Map<String, Object> home = Files.readAttributes(privateFile.getParent(), "unix:dev,uid");
        int names = (Integer) file.get("nlink");
        if (!file.get("dev").equals(home.get("dev"))
                || !file.get("uid").equals(home.get("uid"))
                || (names > 1 && names > 1 + PartFile.namesOf(privateFile, folder.resolve(name)))) {
            throw new TornImageException("its file is not one that was made for it", 0);
        }
    }

    /**
     * Brings a checked file, on disk, beside its final place; missing folders are made.
     *
     * <p>In the same file system that is a second name for the same file, so it costs nothing; into another one, or where
     * a file system knows no second names, it is a copy. The private file stays: until the frame is on record nothing is
     * given up.
     *
     * @param name relative to the output folder, with {@code /} between folders
     * @throws IllegalArgumentException if the name is no plain relative path
     * @throws IOException if it cannot be brought there, with a message that says why; nothing of it remains
     */
    PartFile stage(Path privateFile, String name) throws IOException {
        OutputFolder.checkName(name);
        try {
            Path parent = folder.makeParent(name);
            Path target = parent.resolve(Path.of(name).getFileName());
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new NoPlaceException(name, "a folder has that name");
            }
            if (!Files.isRegularFile(privateFile, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileSystemException(privateFile.toString(), null, "no regular file");
            }
            parts.use(parent);
            Path part = PartFile.in(parent);
            bring(privateFile, part);
            return new PartFile(part, target, describe(part, name));
        } catch (IOException e) {
            throw new IOException("Cannot move " + name + " into place: " + reasonOf(e), e);
        }
    }

    private static void bring(Path privateFile, Path part) throws IOException {
        PartFile.sync(privateFile);
        try {
            Files.createLink(part, privateFile);
        } catch (UnsupportedOperationException | IOException otherFileSystem) {
            PartFile.copy(privateFile, part);
        }
    }

    /** The file of that name as it is now, if there is one. */
    Optional<PublishedFile> find(String name) throws IOException {
        Path place = folder.resolve(name);
        return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(describe(place, name))
                : Optional.empty();
    }

    /**
     * Whether the file under that name is still the one that was published.
     *
     * @throws IOException if that cannot be found out; a file that is gone is just not the same
     */
    public boolean isSame(PublishedFile published) throws IOException {
        try {
            return find(published.name()).filter(published::equals).isPresent();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * The place of a name below the output folder, whether or not a file is there.
     *
     * @throws IllegalArgumentException if the name is no plain relative path
     * @throws IOException if a link on the way leads out of the output folder, or the folder is not there
     */
    public Path resolve(String name) throws IOException {
        return folder.resolve(name);
    }

    /**
     * Deletes what a node that died in the middle of a copy has left in the folders that this node has used lately: only
     * files of this program's own naming.
     *
     * @param age files changed more lately than this stay: a living node may be writing them
     */
    public void removeLeftovers(Duration age) throws IOException {
        Instant before = Instant.now().minus(age);
        parts.removeOlderThan(before);
        for (Path tried : List.of(dataFolder, folder.real())) {
            PartFile.removeOlderThan(before, tried);
        }
    }

    private static PublishedFile describe(Path file, String name) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(file, "unix:size,lastModifiedTime,ino", LinkOption.NOFOLLOW_LINKS);
        FileTime time = (FileTime) attributes.get("lastModifiedTime");
        return new PublishedFile(
                name, (Long) attributes.get("size"), time.toInstant(), ((Number) attributes.get("ino")).longValue());
    }

    private static String reasonOf(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied: " + e.getMessage();
        }
        if (e instanceof NoSuchFileException missing && missing.getReason() == null) {
            return "not there: " + missing.getFile();
        }
        return Objects.requireNonNullElse(e.getMessage(), e.toString());
    }
}
