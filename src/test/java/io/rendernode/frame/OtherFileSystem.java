package io.rendernode.frame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder in another file system than a given one, so that a move between them must copy. */
final class OtherFileSystem {
    private static final List<Path> CANDIDATES = List.of(
            Path.of("/dev/shm"),
            Path.of("/run"),
            Path.of("/tmp"),
            Path.of("target").toAbsolutePath());

    private OtherFileSystem() {}

    /** Makes a new folder, which the caller deletes; a machine with only one writable file system fails the test. */
    static Path folder(Path than) throws IOException {
        for (Path candidate : CANDIDATES) {
            if (Files.isWritable(candidate) && !Files.getFileStore(candidate).equals(Files.getFileStore(than))) {
                return Files.createTempDirectory(candidate, "render-node-test");
            }
        }
        throw new AssertionError("no writable folder in another file system than " + than);
    }
}
