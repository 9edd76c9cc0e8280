package io.rendernode.frame;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * A hidden file beside its final place: whole, on disk, and ready to be moved there in one step.
 *
 * <p>Its name holds nothing but chance: the final one may be as long as a name can be, and nodes in containers have pids
 * and host names alike.
 *
 * @param part where it is
 * @param target its final place
 * @param facts what identifies it: read before the move, after which another job may replace it at once
 */
record PartFile(Path part, Path target, PublishedFile facts) {
    private static final Logger LOG = Logger.getLogger(PartFile.class);

    /** The second form is what older versions tried a folder with. */
    private static final Pattern NAME = Pattern.compile("\\.render-node(\\.[0-9a-f-]{36}\\.part|-probe-\\d+)");

    /**
     * Moves the file into place, over one that is there: a reader sees the old file or the new one, whole.
     *
     * @throws IOException if it cannot be moved; the place is as it was
     */
    PublishedFile place() throws IOException {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        sync(target.getParent());
        return facts;
    }

    /** Removes what is left beside the place: the file, if it was not moved, or its second name, if it had been there. */
    void discard() {
        discard(part);
    }

    /** Removes a file that nobody needs any more; what cannot be removed now stays until leftovers are. */
    static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException left) {
            LOG.debugf(left, "%s stays for now", file);
        }
    }

    /** Returns once a file's bytes, or a folder's entries, are on the disk: Linux syncs a folder like a file. */
    static void sync(Path fileOrFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** A name in that folder that nothing else has. */
    static Path in(Path folder) {
        return folder.resolve(".render-node." + UUID.randomUUID() + ".part");
    }

    /** Copies a file's bytes to a new file, and returns once they are on the disk; nothing remains where it cannot. */
    static void copy(Path from, Path to) throws IOException {
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            Files.copy(from, Channels.newOutputStream(out));
            out.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(to);
            throw e;
        }
    }

    /** How many names a file has that this program has given it: its final place, and such beside that. */
    static int namesOf(Path file, Path target) throws IOException {
        int names = 0;
        try (DirectoryStream<Path> beside = Files.newDirectoryStream(
                target.getParent(),
                entry -> entry.getFileName().equals(target.getFileName())
                        || NAME.matcher(entry.getFileName().toString()).matches())) {
            for (Path entry : beside) {
                names += !Files.isSymbolicLink(entry) && Files.isSameFile(entry, file) ? 1 : 0;
            }
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        } catch (NoSuchFileException gone) {
            return names;
        }
        return names;
    }

    /**
     * Deletes such files in a folder, not below it, that were last changed before an instant: whoever's they are.
     *
     * @return whether none is left; a folder that is gone has none
     */
    static boolean removeOlderThan(Instant before, Path folder) throws IOException {
        boolean none = true;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".render-node*")) {
            for (Path file : files) {
                if (NAME.matcher(file.getFileName().toString()).matches()) {
                    none &= removeIfOlder(before, file);
                }
            }
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return true;
        }
        return none;
    }

    private static boolean removeIfOlder(Instant before, Path file) throws IOException {
        try {
            boolean old = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(before);
            return old && Files.deleteIfExists(file);
        } catch (NoSuchFileException inPlaceMeanwhile) {
            return true;
        }
    }
}
