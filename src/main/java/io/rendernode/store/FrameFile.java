package io.rendernode.store;

import java.time.Instant;

/**
 * A file of a frame that counts. A stereo scene makes several a frame, and so do File Output nodes.
 *
 * @param task the task that it belongs to
 * @param number the frame's number
 * @param output the File Output node and its slot that wrote it, {@code node/slot}; empty for the frame itself
 * @param viewSuffix what the eye's file name ends with ({@code _L}); empty for a scene of one view
 * @param attempt the try that rendered it; 0 where it was in the output folder before
 * @param path the file, below the output folder
 * @param sizeBytes the file's size when it was moved into place
 * @param modifiedAt the file's time of change then
 * @param inode the file's inode then
 * @param seconds how long it rendered, or null
 * @param storedAt when it came to count
 */
public record FrameFile(
        TaskId task,
        int number,
        String output,
        String viewSuffix,
        int attempt,
        String path,
        long sizeBytes,
        Instant modifiedAt,
        long inode,
        Double seconds,
        Instant storedAt) {}
