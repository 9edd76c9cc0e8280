package io.rendernode.task;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/** The data folder, which one living node has for itself: the kernel gives the lock back however the node ends. */
@ApplicationScoped
public class DataFolder {
    /** The store's file, by application.properties; beside it SQLite's log and its index. */
    private static final String STORE = "render-node.db";

    private static final List<String> PARTS = List.of("", "-wal", "-shm");

    private final Path folder;
    private FileChannel channel;
    private String identity;

    DataFolder(TaskConfig config) {
        this.folder = Path.of(config.dataDir());
    }

    /** Where it is. */
    public Path path() {
        return folder;
    }

    /** What tells this folder from every other, made up when it is first taken: paths, pids and hosts' names come twice. */
    public String identity() {
        return identity;
    }

    /**
     * Takes the folder for this node. A store that was restored ({@code deploy/image/restore}) takes its place then, while
     * nobody has the old one open.
     *
     * @return false if another node lives there
     * @throws IOException if it cannot be made or written
     */
    public boolean take() throws IOException {
        Files.createDirectories(folder);
        channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return false;
            }
        } catch (OverlappingFileLockException sameProgram) {
            return false;
        }
        identity = readIdentity();
        putRestoredStoreInPlace();
        return true;
    }

    /** The old one stays beside it, under a name of its own, wherever a node ended while it did this. */
    private void putRestoredStoreInPlace() throws IOException {
        Path restored = folder.resolve(STORE + ".restored");
        if (!Files.exists(restored)) {
            return;
        }
        // The store's file moves first: as long as it is in its place what lies aside is of an earlier one, its log
        // too.
        if (Files.exists(folder.resolve(STORE))) {
            for (String part : PARTS) {
                Files.deleteIfExists(aside(part));
            }
        }
        for (String part : PARTS) {
            Path old = folder.resolve(STORE + part);
            if (Files.exists(old)) {
                Files.move(old, aside(part), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        Files.move(restored, folder.resolve(STORE), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path aside(String part) {
        return folder.resolve(STORE + ".replaced" + part);
    }

    private String readIdentity() throws IOException {
        Path file = folder.resolve("identity");
        if (!Files.exists(file)) {
            Path part = Files.writeString(
                    folder.resolve("identity.part"), UUID.randomUUID().toString());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }

    /** Gives the folder back. */
    public void release() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
