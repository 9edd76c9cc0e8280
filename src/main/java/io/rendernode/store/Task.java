package io.rendernode.store;

/**
 * A part of a job's frames, rendered by one Blender process at a time.
 *
 * @param id its name
 * @param state where it stands
 * @param reason why it ended so, or why it waits; null where there is nothing to say
 * @param frames which frames
 * @param failures attempts that failed since a frame of it was last stored
 */
public record Task(TaskId id, State state, String reason, FrameList frames, int failures) {}
