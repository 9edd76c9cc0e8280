package io.rendernode.attempt;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.process.ProcessExit;
import io.rendernode.store.Attempt;
import io.rendernode.store.Outcome;
import java.util.Collection;
import java.util.Optional;

/** Judges how an attempt ended, by all that was seen of it. */
final class Verdict {
    private Verdict() {}

    /**
     * What was seen of an attempt.
     *
     * @param exit how the process ended
     * @param stopCause why the node ended it, if it did
     * @param breakRequested whether Blender said that it got a SIGINT
     * @param memoryRanOut whether the kernel has killed something for want of memory meanwhile
     * @param failure the error of Blender's that tells most, if there was one
     * @param frameProblem why a frame that Blender wrote could not be taken over, if so
     * @param missing the frames that do not count
     */
    record Evidence(
            ProcessExit exit,
            StopCause stopCause,
            boolean breakRequested,
            boolean memoryRanOut,
            Optional<BlenderEvent.Failure> failure,
            Optional<FrameProblem> frameProblem,
            Collection<Integer> missing) {}

    /**
     * Why a frame could not be taken over.
     *
     * @param outcome the kind
     * @param sentence the reason
     */
    record FrameProblem(Outcome outcome, String sentence) {}

    /** Judges an attempt by all that was seen of it. */
    static Attempt.Result of(Evidence seen) {
        if (seen.missing().isEmpty()) {
            return because(Outcome.COMPLETED, null, seen);
        }
        return switch (seen.stopCause()) {
            case CANCEL, LOST_CLAIM -> because(Outcome.CANCELED, null, seen);
            case DRAIN -> because(Outcome.DRAINED, null, seen);
            case TIMEOUT -> failure(Outcome.TIMEOUT, "the attempt took longer than RENDER_TASK_TIMEOUT allows", seen);
            case STALLED ->
                failure(Outcome.STALLED, "Blender showed no sign of progress for RENDER_STALL_TIMEOUT", seen);
            case NONE -> byItself(seen);
        };
    }

    private static Attempt.Result byItself(Evidence seen) {
        ProcessExit exit = seen.exit();
        if (exit.isBy("SIGTERM") || exit.isBy("SIGINT")) {
            return because(Outcome.CANCELED, "stopped by " + signalOf(exit), seen);
        }
        if (seen.breakRequested()) {
            return because(Outcome.CANCELED, "stopped by SIGINT", seen);
        }
        if (exit.isBy("SIGKILL") && seen.memoryRanOut()) {
            return failure(Outcome.OUT_OF_MEMORY, "the kernel killed Blender: memory ran out", seen);
        }
        if (exit.isBy("SIGKILL")) {
            return failure(Outcome.KILLED, "Blender was killed by SIGKILL", seen);
        }
        if (exit.signal().isPresent()) {
            return failure(Outcome.CRASH, "Blender crashed: " + exit.describe(), seen);
        }
        if (seen.failure().isPresent()) {
            BlenderEvent.Failure failure = seen.failure().get();
            return failure(outcome(failure), failure.message(), seen);
        }
        if (seen.frameProblem().isPresent()) {
            FrameProblem problem = seen.frameProblem().get();
            return failure(problem.outcome(), problem.sentence(), seen);
        }
        if (exit.isSuccess()) {
            return failure(
                    Outcome.MISSING_FRAMES, "Blender ended without " + describe(seen.missing()) + " rendered", seen);
        }
        return failure(Outcome.BLENDER_ERROR, "Blender ended with " + exit.describe(), seen);
    }

    /** Frames that are rendered and wait for their place are progress: the attempt does not count, whatever ended it. */
    private static Attempt.Result failure(Outcome outcome, String reason, Evidence seen) {
        return seen.frameProblem()
                .filter(problem -> problem.outcome() == Outcome.UNPLACED)
                .map(problem -> because(problem.outcome(), problem.sentence(), seen))
                .orElseGet(() -> because(outcome, reason, seen));
    }

    private static Outcome outcome(BlenderEvent.Failure failure) {
        return switch (failure.kind()) {
            case NO_CAMERA, SCENE_NOT_FOUND, CAMERA_NOT_FOUND, PYTHON -> Outcome.BAD_SCENE;
            case BAD_BLEND, UNKNOWN_ENGINE, NOT_SUPPORTED -> Outcome.NODE_CANNOT;
            case CANNOT_WRITE -> Outcome.CANNOT_WRITE;
            case DISK_FULL -> Outcome.DISK_FULL;
            case OUT_OF_MEMORY -> Outcome.OUT_OF_MEMORY;
            case OTHER -> Outcome.BLENDER_ERROR;
        };
    }

    private static Attempt.Result because(Outcome outcome, String reason, Evidence seen) {
        ProcessExit exit = seen.exit();
        return new Attempt.Result(
                outcome,
                reason,
                exit.code().isPresent() ? exit.code().getAsInt() : null,
                exit.signal().isPresent() ? signalOf(exit) : null);
    }

    private static String signalOf(ProcessExit exit) {
        return ProcessExit.nameOf(exit.signal().getAsInt());
    }

    /** The frames in words: one, or the first and how many more. */
    private static String describe(Collection<Integer> frames) {
        int first = frames.iterator().next();
        return frames.size() == 1 ? "frame " + first : "frame " + first + " and " + (frames.size() - 1) + " more";
    }
}
