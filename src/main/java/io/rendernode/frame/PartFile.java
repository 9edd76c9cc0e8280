package io.rendernode.frame;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Hidden files beside a target, into which a frame from another file system is copied before it gets its name.
 *
 * <p>Their names do not hold the target's: that may be as long as a name can be.
 */
final class PartFile {
    private static final Pattern NAME = Pattern.compile("\\.render-node\\.[0-9a-f-]{36}\\.part");

    private PartFile() {}

    /** A name in the target's folder that nothing else has. */
    static Path beside(Path target) {
        return target.resolveSibling(".render-node." + UUID.randomUUID() + ".part");
    }

    /** Copies a file's bytes to a new file, and returns once they are on the disk. */
    static void copy(Path from, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(from);
                FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            in.transferTo(Channels.newOutputStream(out));
            out.force(true);
        }
    }

    /** Deletes such files below a folder that were last changed before an instant; gives how many. */
    static int removeOlderThan(Instant before, Path folder) throws IOException {
        int[] removed = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                boolean ours = attributes.isRegularFile()
                        && NAME.matcher(file.getFileName().toString()).matches();
                if (ours && attributes.lastModifiedTime().toInstant().isBefore(before) && Files.deleteIfExists(file)) {
                    removed[0]++;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                // Gone meanwhile, or another's folder that we may not read: nothing of ours is to be found there.
                return FileVisitResult.CONTINUE;
            }
        });
        return removed[0];
    }
}
