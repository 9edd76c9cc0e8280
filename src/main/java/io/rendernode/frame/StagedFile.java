package io.rendernode.frame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jboss.logging.Logger;

/** A whole file beside its final place, on disk, ready to be moved there in one step. */
final class StagedFile {
    private static final Logger LOG = Logger.getLogger(StagedFile.class);

    private final Path part;
    private final Path target;
    private final PublishedFile facts;

    /**
     * Takes a file that is on disk.
     *
     * @param facts what identifies it: read before the move, after which another job may replace it at once
     */
    StagedFile(Path part, Path target, PublishedFile facts) {
        this.part = part;
        this.target = target;
        this.facts = facts;
    }

    /**
     * Moves the file into place, over one that is there: a reader sees the old file or the new one, whole.
     *
     * @throws IOException if it cannot be moved; the place is as it was
     */
    PublishedFile place() throws IOException {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        Durability.sync(target.getParent());
        return facts;
    }

    /** Removes what is left beside the place: the file, if it was not moved, or its second name, if it had been there. */
    void discard() {
        try {
            Files.deleteIfExists(part);
        } catch (IOException left) {
            LOG.debugf(left, "%s stays until leftovers are removed", part);
        }
    }
}
