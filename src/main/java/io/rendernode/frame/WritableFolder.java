package io.rendernode.frame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Tells whether there is room and leave to write in a folder, which a node needs before it claims a task. */
public final class WritableFolder {
    private static final long LEAST_FREE_BYTES = 1 << 20;

    private final String variable;
    private final Path folder;
    private final AtomicLong neededBytes = new AtomicLong(LEAST_FREE_BYTES);

    /** Watches a folder; the variable that names it is for messages. */
    public WritableFolder(String variable, Path folder) {
        this.variable = variable;
        this.folder = folder;
    }

    /** A frame of that size was stored: room for two such is asked for from now on, though never for more than half a disk. */
    public void sawFrame(long bytes) {
        neededBytes.accumulateAndGet(2 * bytes, Math::max);
    }

    /** Whether a file can be in both folders at once, so that it needs no room of its own in this one. */
    public boolean sharesDiskWith(WritableFolder other) {
        try {
            return Files.getFileStore(folder).equals(Files.getFileStore(other.folder));
        } catch (IOException gone) {
            return false;
        }
    }

    /** Bytes that are free for this user; 0 where the folder is gone. */
    public long freeBytes() {
        return folder.toFile().getUsableSpace();
    }

    /**
     * Tells why nothing can be written there now, or nothing where it can.
     *
     * @param waiting bytes that wait to be written there: less room than that is too little, too
     */
    public Optional<String> problem(long waiting) {
        if (!Files.isDirectory(folder)) {
            return Optional.of(variable + " " + folder + " is gone");
        }
        long free = freeBytes();
        long needed =
                Math.min(Math.max(neededBytes.get(), waiting), folder.toFile().getTotalSpace() / 2);
        if (free < needed) {
            return Optional.of(
                    variable + " " + folder + " is full: " + free + " bytes are free, " + needed + " are needed");
        }
        Path probe = PartFile.in(folder);
        try {
            try {
                Files.write(probe, new byte[] {1}, StandardOpenOption.CREATE_NEW);
            } finally {
                Files.deleteIfExists(probe);
            }
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of(variable + " " + folder + " cannot be written: " + refused.getMessage());
        }
    }
}
