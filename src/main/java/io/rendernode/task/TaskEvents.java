package io.rendernode.task;

import io.rendernode.store.Outcome;
import io.rendernode.store.State;
import java.time.Duration;

/** What happens to tasks, told to whoever counts it. */
public final class TaskEvents {
    private TaskEvents() {}

    /**
     * An attempt starts.
     *
     * @param waited how long the task was due before
     */
    public record AttemptStarted(Duration waited) {}

    /**
     * An attempt ended.
     *
     * @param outcome how
     */
    public record AttemptEnded(Outcome outcome) {}

    /**
     * A job ended.
     *
     * @param state how
     */
    public record JobEnded(State state) {}

    /**
     * A Blender ended.
     *
     * @param reason {@code success}, {@code error}, or the name of the signal that ended it
     */
    public record ProcessEnded(String reason) {}

    /**
     * A frame that Blender wrote could not be taken over.
     *
     * @param outcome the kind of reason
     */
    public record FrameRefused(Outcome outcome) {}

    /** A disk was too full for a frame: Blender's private folder's, or the output folder's. */
    public record DiskFull() {}
}
