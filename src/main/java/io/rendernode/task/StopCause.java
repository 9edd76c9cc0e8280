package io.rendernode.task;

/** Why the node ends a Blender before it is done. */
enum StopCause {
    /** Nobody asked for it. */
    NONE,
    CANCEL,
    DRAIN,
    TIMEOUT,
    STALLED,
    /** The task belongs to another claim by now. */
    LOST_CLAIM
}
