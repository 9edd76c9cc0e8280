package io.rendernode.store;

import java.time.Instant;

/**
 * One try at a task: one Blender process.
 *
 * @param task the task
 * @param number 1 for the task's first try
 * @param node the node's name
 * @param pid the process's id on that node
 * @param processStarted the kernel's start time of that process, in clock ticks since boot
 * @param startedAt when it started
 * @param progress how far it was when last heard of
 * @param result how it ended, or null while it runs
 * @param endedAt when it ended, or null
 */
public record Attempt(
        TaskId task,
        int number,
        String node,
        long pid,
        long processStarted,
        Instant startedAt,
        Progress progress,
        Result result,
        Instant endedAt) {

    /** An attempt that starts now. */
    public static Attempt starting(TaskId task, int number, String node, long pid, long processStarted) {
        return new Attempt(
                task,
                number,
                node,
                pid,
                processStarted,
                Instant.now(),
                new Progress(null, null, 0, null, 0),
                null,
                null);
    }

    /**
     * How far an attempt is.
     *
     * @param simulatingFrame the frame through which a simulation is stepped, or null
     * @param frame the frame under way, or null
     * @param frameProgress how far that frame is, 0 to 1
     * @param secondsLeft how long Blender thinks that the frame still takes, or null
     * @param peakMemoryBytes the most memory it had resident so far, in bytes; 0 where unknown
     */
    public record Progress(
            Integer simulatingFrame, Integer frame, double frameProgress, Double secondsLeft, long peakMemoryBytes) {}

    /**
     * How an attempt ended.
     *
     * @param outcome its kind
     * @param reason the sentence for it, or null where there is nothing to say
     * @param exitCode what Blender exited with, or null
     * @param signal the signal that ended it (SIGKILL), or null
     */
    public record Result(Outcome outcome, String reason, Integer exitCode, String signal) {

        /** The result of an attempt that nobody has ended: its node is gone. */
        public static Result nodeLost(String node) {
            return new Result(Outcome.NODE_LOST, "the node " + node + " was lost", null, null);
        }

        /** Whether somebody stopped Blender from outside, which means the whole job. */
        public boolean stopsJob() {
            return outcome == Outcome.CANCELED && reason != null;
        }
    }
}
