package io.rendernode.frame;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes what was written survive a power cut: a file's bytes, and a folder's entries (Linux syncs a folder like a file). */
final class Durability {
    private Durability() {}

    /** Returns once the file's bytes, or the folder's entries, are on the disk. */
    static void sync(Path fileOrFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
