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
 * @param outcome how it ended, or null while it runs
 * @param reason the sentence for it, or null
 * @param exitCode what Blender exited with, or null
 * @param signal the signal that ended it (SIGKILL), or null
 * @param peakMemoryBytes the most memory it had resident, in bytes; 0 where unknown
 * @param currentFrame the frame under way when last heard of, or null
 * @param currentFrameProgress how far that frame was, 0 to 1
 * @param currentFrameSecondsLeft how long Blender thought that frame still takes, or null
 * @param startedAt when it started
 * @param endedAt when it ended, or null
 */
public record Attempt(
        TaskId task,
        int number,
        String node,
        long pid,
        long processStarted,
        Outcome outcome,
        String reason,
        Integer exitCode,
        String signal,
        long peakMemoryBytes,
        Integer currentFrame,
        double currentFrameProgress,
        Double currentFrameSecondsLeft,
        Instant startedAt,
        Instant endedAt) {}
