package io.rendernode.frame;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Hidden files that live for a moment: a frame beside its target, before it gets its name, and what tries whether a
 * folder can be written.
 *
 * <p>Their names hold nothing but chance: a target's may be as long as a name can be, and nodes in containers have pids
 * and host names alike.
 */
final class PartFile {
    /** The second form is what older versions tried a folder with. */
    private static final Pattern NAME = Pattern.compile("\\.render-node(\\.[0-9a-f-]{36}\\.part|-probe-\\d+)");

    private PartFile() {}

    /** A name in that folder that nothing else has. */
    static Path in(Path folder) {
        return folder.resolve(".render-node." + UUID.randomUUID() + ".part");
    }

    /** Copies a file's bytes to a new file, and returns once they are on the disk. */
    static void copy(Path from, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(from);
                FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            in.transferTo(Channels.newOutputStream(out));
            out.force(true);
        }
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
