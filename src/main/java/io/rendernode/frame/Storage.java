package io.rendernode.frame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Whether there is room and leave to write in a folder; what a node needs before it claims a task. */
public final class Storage {
    private static final long LEAST_FREE_BYTES = 1 << 20;

    private final String variable;
    private final Path folder;
    private final AtomicLong largestFrameBytes = new AtomicLong();

    /**
     * Watches a folder.
     *
     * @param variable the variable that names it, for messages
     * @param folder the folder
     */
    public Storage(String variable, Path folder) {
        this.variable = variable;
        this.folder = folder;
    }

    /** A frame of that size was stored: room for two such is what is asked for from now on. */
    public void sawFrame(long bytes) {
        largestFrameBytes.accumulateAndGet(bytes, Math::max);
    }

    /** Bytes that are free for this user; 0 where the folder is gone. */
    public long freeBytes() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException gone) {
            return 0;
        }
    }

    /** Why nothing can be written there now, or nothing where it can. */
    public Optional<String> problem() {
        if (!Files.isDirectory(folder)) {
            return Optional.of(variable + " " + folder + " is gone");
        }
        long needed = Math.max(LEAST_FREE_BYTES, 2 * largestFrameBytes.get());
        long free = freeBytes();
        if (free < needed) {
            return Optional.of(
                    variable + " " + folder + " is full: " + free + " bytes are free, " + needed + " are needed");
        }
        Path probe =
                folder.resolve(".render-node-probe-" + ProcessHandle.current().pid());
        try {
            Files.write(probe, new byte[] {1});
            Files.delete(probe);
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of(variable + " " + folder + " cannot be written: " + refused.getMessage());
        }
    }
}
