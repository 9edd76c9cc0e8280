package io.rendernode.frame;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A frame's file in the output folder, and what tells it from a later file of the same name.
 *
 * @param name relative to the output folder, with {@code /} between folders
 * @param sizeBytes its size
 * @param lastModified its time of last change, cut to whole microseconds, which every store of ours keeps
 * @param inode its number in the file system
 */
public record PublishedFile(String name, long sizeBytes, Instant lastModified, long inode) {
    /** Cuts the time, so that a value compares the same before and after it was stored. */
    public PublishedFile {
        lastModified = lastModified.truncatedTo(ChronoUnit.MICROS);
    }
}
