package io.rendernode.store;

import java.util.Locale;

/** How an attempt ended. */
public enum Outcome {
    COMPLETED(Blame.NOBODY),
    CANCELED(Blame.NOBODY),
    /** The node was told to stop and handed the task back. */
    DRAINED(Blame.NOBODY),
    /** The node lived but could not reach the store for longer than its claim held. */
    CUT_OFF(Blame.NOBODY),
    /** Finished frames could not be moved into the output folder: they wait for room there, or leave. */
    UNPLACED(Blame.NOBODY),
    /** The node was gone while it ran the task, perhaps because of it. */
    NODE_LOST(Blame.CHANCE),
    OUT_OF_MEMORY(Blame.CHANCE),
    CRASH(Blame.CHANCE),
    DISK_FULL(Blame.CHANCE),
    TIMEOUT(Blame.CHANCE),
    STALLED(Blame.CHANCE),
    /** SIGKILL that the node did not send: somebody's, or the kernel's short of memory. */
    KILLED(Blame.CHANCE),
    /** Blender said that it cannot write, or a frame could not be moved into place. */
    CANNOT_WRITE(Blame.CHANCE),
    /** Blender ended well, but frames are missing or torn. */
    MISSING_FRAMES(Blame.CHANCE),
    /** Blender could not be started, or ended with an error of no known kind. */
    BLENDER_ERROR(Blame.CHANCE),
    /** This node's Blender, or what it finds in its blend folder, will not do: another node's may. */
    NODE_CANNOT(Blame.NOBODY),
    /** No camera, an unknown scene, a script that fails: the same at each try, on each node. */
    BAD_SCENE(Blame.SCENE);

    private enum Blame {
        NOBODY,
        CHANCE,
        SCENE
    }

    private final Blame blame;

    Outcome(Blame blame) {
        this.blame = blame;
    }

    /** Whether the attempt counts against those that a task has. */
    public boolean isFailure() {
        return blame != Blame.NOBODY;
    }

    /** Whether trying again may end better. */
    public boolean isWorthAnotherTry() {
        return blame == Blame.CHANCE;
    }

    /** The outcome's name as JSON, the store and the metrics write it: lower case, words joined by underscores. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The outcome of that name. */
    public static Outcome of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
