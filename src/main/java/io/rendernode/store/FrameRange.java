package io.rendernode.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Frames from the first to the last, both included.
 *
 * @param first the first frame's number, 0 to {@value #LARGEST_FRAME}
 * @param last the last frame's number, at least the first, at most {@value #LARGEST_FRAME}
 */
public record FrameRange(int first, int last) {

    /** Blender's largest frame number: it renders this one for anything above (seen on 3.4.1, 4.3.2 and 5.2.2). */
    public static final int LARGEST_FRAME = 1_048_574;

    public FrameRange {
        if (first < 0 || last < first || last > LARGEST_FRAME) {
            throw new IllegalArgumentException("no range of frames: " + first + " to " + last);
        }
    }

    /** How many frames there are. */
    public int count() {
        return last - first + 1;
    }

    /** Whether the frame is one of them. */
    public boolean contains(int frame) {
        return frame >= first && frame <= last;
    }

    /**
     * Cuts the range into pieces of at most {@code chunk} frames, in order, that together are the range.
     *
     * @param chunk frames in a piece; 0 leaves the range whole
     */
    public List<FrameRange> split(int chunk) {
        if (chunk < 0) {
            throw new IllegalArgumentException("a chunk of " + chunk + " frames");
        }
        if (chunk == 0) {
            return List.of(this);
        }
        List<FrameRange> pieces = new ArrayList<>();
        for (int start = first; start <= last; start += chunk) {
            pieces.add(new FrameRange(start, Math.min(last, start + chunk - 1)));
        }
        return pieces;
    }
}
