package io.rendernode.log;

import io.rendernode.store.TaskId;
import java.io.IOException;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Brings what an attempt's log has grown by into the store, for whoever asks another node. */
public final class LogShipment {
    private static final Logger LOG = Logger.getLogger(LogShipment.class);

    private final Path file;
    private final TaskId task;
    private final int number;
    private final long maxBytes;
    private final LogStore store;
    private final boolean shared;
    private long shipped;

    LogShipment(Path file, TaskId task, int number, long maxBytes, LogStore store, boolean shared) {
        this.file = file;
        this.task = task;
        this.number = number;
        this.maxBytes = maxBytes;
        this.store = store;
        this.shared = shared;
    }

    /** Ships what is new, where other nodes may be asked. Where the store does not answer it throws, and the same is shipped at the next call. */
    public void ship() {
        if (!shared) {
            return;
        }
        try {
            TaskLogFiles log = new TaskLogFiles(file);
            // Blender may write faster than this ships: what comes meanwhile is for the next call.
            for (long end = log.end(); shipped < end; ) {
                TaskLog.Part part = log.read(shipped);
                if (part.text().isEmpty()) {
                    return;
                }
                store.append(task, number, new LogStore.Part(shipped, part.nextOffset(), part.text()), maxBytes);
                shipped = part.nextOffset();
            }
        } catch (IOException unreadable) {
            LOG.warnf("the log of task %s cannot be read: %s", task, unreadable.getMessage());
        }
    }
}
