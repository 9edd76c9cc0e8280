package io.rendernode.frame;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * The frames in the output folder: moved into place in one step, so that no reader ever sees half a frame under a final
 * name, and durably, so that a frame that counts outlives a power cut.
 */
public final class FrameFiles {
    private static final Logger LOG = Logger.getLogger(FrameFiles.class);

    private final OutputFolder folder;

    /** Takes the output folder; it is looked at only when it is used, and must exist then. */
    public FrameFiles(Path outputFolder) {
        this.folder = new OutputFolder(outputFolder);
    }

    /**
     * Moves a checked file into place, replacing one that is there; missing folders are made.
     *
     * <p>In the same file system this is a rename; into another one, a copy to a hidden file beside the target, then a
     * rename. Where it fails, the private file is still there, or whole under the final name; never half of it.
     *
     * @param name relative to the output folder, with {@code /} between folders
     * @throws IllegalArgumentException if the name is no plain relative path
     * @throws IOException if the file cannot be moved, with a message that says why
     */
    public PublishedFile publish(Path privateFile, String name) throws IOException {
        OutputFolder.checkName(name);
        try {
            Path parent = folder.makeParent(name);
            Path target = parent.resolve(Path.of(name).getFileName());
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileSystemException(name, null, "a folder has that name");
            }
            if (!Files.isRegularFile(privateFile, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileSystemException(privateFile.toString(), null, "no regular file");
            }
            Durability.sync(privateFile);
            PublishedFile published = move(privateFile, target, name);
            Durability.sync(parent);
            return published;
        } catch (IOException e) {
            throw new IOException("Cannot move " + name + " into place: " + reasonOf(e), e);
        }
    }

    /** What identifies the file is read before its last rename: after it, another job could have replaced it already. */
    private static PublishedFile move(Path privateFile, Path target, String name) throws IOException {
        PublishedFile published = describe(privateFile, name);
        try {
            Files.move(privateFile, target, StandardCopyOption.ATOMIC_MOVE);
            return published;
        } catch (AtomicMoveNotSupportedException e) {
            return copy(privateFile, target, name);
        }
    }

    private static PublishedFile copy(Path privateFile, Path target, String name) throws IOException {
        Path part = PartFile.beside(target);
        PublishedFile published;
        try {
            PartFile.copy(privateFile, part);
            published = describe(part, name);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        deleteSource(privateFile);
        return published;
    }

    /** The frame is in place by now: a source that stays takes room, and goes with its folder. */
    private static void deleteSource(Path privateFile) {
        try {
            Files.delete(privateFile);
        } catch (IOException e) {
            LOG.warnf("Cannot delete %s, whose copy is in place: %s", privateFile, e.getMessage());
        }
    }

    /**
     * Whether the file under that name is still the one that was published.
     *
     * @throws IOException if that cannot be found out; a file that is gone is just not the same
     */
    public boolean isSame(PublishedFile published) throws IOException {
        try {
            Path place = folder.resolve(published.name());
            return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
                    && describe(place, published.name()).equals(published);
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
     * Deletes what a node that died in the middle of a copy has left: only files of this program's own naming.
     *
     * @param age files changed more lately than this stay: a living node may be writing them
     * @return how many were deleted
     */
    public int removeLeftovers(Duration age) throws IOException {
        return PartFile.removeOlderThan(Instant.now().minus(age), folder.real());
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
