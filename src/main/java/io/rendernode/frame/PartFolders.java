package io.rendernode.frame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * The folders in which a {@link PartFile} may have been left by a node that died: those that this node has used lately,
 * in this life or the one before, which a file in its data folder tells. What a node left whose data folder is gone is
 * found by the next node that renders into the same folder, as the one does that takes its task.
 */
final class PartFolders {
    private static final Logger LOG = Logger.getLogger(PartFolders.class);

    private final Path note;
    /** When each was last used: the number of looks before; below 0 for an earlier life. */
    private final Map<Path, Integer> lastUse = new HashMap<>();

    private int looks;

    /** Takes the file in which the folders are noted. */
    PartFolders(Path note) {
        this.note = note;
        try {
            Files.readAllLines(note).forEach(folder -> lastUse.put(Path.of(folder), -1));
        } catch (NoSuchFileException first) {
            LOG.debugf("%s is not there yet", note);
        } catch (IOException | IllegalArgumentException unreadable) {
            LOG.warnf("parts of files may stay in the output folder: %s", unreadable);
        }
    }

    /** A part is about to be made in that folder. Where that cannot be noted the frame comes first. */
    synchronized void use(Path folder) {
        if (lastUse.put(folder, looks) == null) {
            try {
                Files.writeString(note, folder + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException full) {
                LOG.debugf("%s is not noted: %s", folder, full);
            }
        }
    }

    /**
     * Deletes the parts that were last changed before an instant, and forgets the folders that hold none and were not
     * used since the look before.
     */
    void removeOlderThan(Instant before) throws IOException {
        for (Path folder : folders()) {
            try {
                if (PartFile.removeOlderThan(before, folder)) {
                    forget(folder);
                }
            } catch (IOException away) {
                LOG.debugf("%s is looked at again later: %s", folder, away);
            }
        }
        write();
    }

    private synchronized List<Path> folders() {
        looks++;
        return List.copyOf(lastUse.keySet());
    }

    private synchronized void forget(Path folder) {
        lastUse.computeIfPresent(folder, (key, use) -> use < looks - 1 ? null : use);
    }

    private synchronized void write() throws IOException {
        Path part = note.resolveSibling(note.getFileName() + ".part");
        Files.write(part, lastUse.keySet().stream().map(Path::toString).toList());
        Files.move(part, note, StandardCopyOption.ATOMIC_MOVE);
    }
}
