package io.rendernode.frame;

import io.rendernode.store.FrameFile;
import io.rendernode.store.TaskId;
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

    /**
     * The file as the store keeps it of a frame that counts from now on.
     *
     * @param frame the frame's number
     * @param output the File Output node and its slot that wrote it, or empty
     * @param suffix what the eye's file name ends with, or empty
     * @param attempt the try that rendered it; 0 where it was here before
     * @param seconds how long it rendered, or null
     */
    FrameFile asFrame(int frame, String output, String suffix, TaskId task, int attempt, Double seconds) {
        return new FrameFile(
                task, frame, output, suffix, attempt, name, sizeBytes, lastModified, inode, seconds, Instant.now());
    }
}
