package io.rendernode.attempt;

/** Why the node ends a Blender before it is done. */
public enum StopCause {
    /** Nobody asked for it. */
    NONE,
    CANCEL,
    DRAIN,
    TIMEOUT,
    STALLED,
    /** The task belongs to another claim by now. */
    LOST_CLAIM
}
