package io.rendernode.node;

import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The data folder, which one living node has for itself: the kernel gives the lock back however the node ends. */
@ApplicationScoped
public class DataFolder {
    private final Path folder;
    private FileChannel channel;
    private FileLock lock;

    @Inject
    DataFolder(TaskConfig config) {
        this.folder = Path.of(config.dataDir());
    }

    protected DataFolder() {
        this.folder = null;
    }

    /** Where it is. */
    public Path path() {
        return folder;
    }

    /**
     * Takes the folder for this node.
     *
     * @throws Refusal if it cannot be made, or another node lives there
     */
    void take() {
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = channel.tryLock();
        } catch (OverlappingFileLockException samePogram) {
            lock = null;
        } catch (IOException failure) {
            throw new Refusal("DATA_DIR: " + folder + " cannot be used: " + Refusal.words(failure));
        }
        if (lock == null) {
            throw new Refusal("DATA_DIR: another node uses " + folder.toAbsolutePath());
        }
    }

    /** Gives the folder back. */
    void release() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
