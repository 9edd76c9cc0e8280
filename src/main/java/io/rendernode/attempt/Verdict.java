package io.rendernode.attempt;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.blender.FailureKind;
import io.rendernode.process.Limits;
import io.rendernode.process.ProcessExit;
import io.rendernode.store.Attempt;
import io.rendernode.store.Outcome;
import java.util.Collection;
import java.util.Optional;

/**
 * Judges how an attempt ended, by all that was seen of it.
 *
 * @param exit how the process ended
 * @param stopCause what the node ended it for: CANCELED, DRAINED, TIMEOUT, STALLED, OUT_OF_MEMORY or DISK_FULL; null where it did not
 * @param breakRequested whether Blender said that it got a SIGINT
 * @param memoryRanOut whether the kernel has killed something for want of memory meanwhile
 * @param failure the error of Blender's that tells most, if there was one
 * @param frameProblem why a frame that Blender wrote could not be taken over, if so
 * @param missing the frames that do not count
 */
record Verdict(
        ProcessExit exit,
        Outcome stopCause,
        boolean breakRequested,
        boolean memoryRanOut,
        Optional<BlenderEvent.Failure> failure,
        Optional<Attempt.Result> frameProblem,
        Collection<Integer> missing) {

    Attempt.Result result() {
        if (missing.isEmpty()) {
            return because(Outcome.COMPLETED, null);
        }
        if (stopCause == null) {
            return byItself();
        }
        return switch (stopCause) {
            case TIMEOUT -> failure(Outcome.TIMEOUT, "the attempt took longer than RENDER_TASK_TIMEOUT allows");
            case DISK_FULL -> failure(Outcome.DISK_FULL, "what Blender wrote beside frames has nearly filled the disk");
            case OUT_OF_MEMORY -> failure(Outcome.OUT_OF_MEMORY, outOfMemory().orElse("Blender got no memory"));
            case STALLED -> failure(Outcome.STALLED, "Blender showed no sign of progress for RENDER_STALL_TIMEOUT");
            default -> because(stopCause, null);
        };
    }

    private Attempt.Result byItself() {
        if (exit.isBy("SIGTERM") || exit.isBy("SIGINT")) {
            return because(Outcome.CANCELED, "stopped by " + signalOf(exit));
        }
        if (breakRequested) {
            return because(Outcome.CANCELED, "stopped by SIGINT");
        }
        if (exit.isBy("SIGKILL")) {
            return memoryRanOut
                    ? failure(Outcome.OUT_OF_MEMORY, "the kernel killed Blender: memory ran out")
                    : failure(Outcome.KILLED, "Blender was killed by SIGKILL");
        }
        if (exit.isBy("SIGXFSZ")) {
            return failure(
                    Outcome.DISK_FULL, "Blender wrote a file of more than " + (Limits.LARGEST_FILE >> 30) + " GiB");
        }
        if (exit.signal().isPresent() && outOfMemory().isPresent()) {
            // One that gets no memory crashes, sooner or later.
            return failure(Outcome.OUT_OF_MEMORY, outOfMemory().get());
        }
        if (exit.signal().isPresent()) {
            return failure(Outcome.CRASH, "Blender crashed: " + exit.describe());
        }
        if (failure.isPresent()) {
            return failure(outcome(failure.get()), failure.get().message());
        }
        if (frameProblem.isPresent()) {
            return because(frameProblem.get().outcome(), frameProblem.get().reason());
        }
        if (exit.isSuccess()) {
            return failure(Outcome.MISSING_FRAMES, "Blender ended without " + describe(missing) + " rendered");
        }
        return failure(Outcome.BLENDER_ERROR, "Blender ended with " + exit.describe());
    }

    private Optional<String> outOfMemory() {
        return failure.filter(told -> told.kind() == FailureKind.OUT_OF_MEMORY).map(BlenderEvent.Failure::message);
    }

    /** Frames that are rendered and wait for their place are progress: the attempt does not count, whatever ended it. */
    private Attempt.Result failure(Outcome outcome, String reason) {
        return frameProblem
                .filter(problem -> problem.outcome() == Outcome.UNPLACED)
                .map(problem -> because(problem.outcome(), problem.reason()))
                .orElseGet(() -> because(outcome, reason));
    }

    private static Outcome outcome(BlenderEvent.Failure failure) {
        return switch (failure.kind()) {
            case NO_CAMERA, SCENE_NOT_FOUND, CAMERA_NOT_FOUND, PYTHON, NOT_AS_SAVED -> Outcome.BAD_SCENE;
            case BAD_BLEND, UNKNOWN_ENGINE, NOT_SUPPORTED -> Outcome.NODE_CANNOT;
            case CANNOT_WRITE -> Outcome.CANNOT_WRITE;
            case DISK_FULL -> Outcome.DISK_FULL;
            case OUT_OF_MEMORY -> Outcome.OUT_OF_MEMORY;
            case OTHER -> Outcome.BLENDER_ERROR;
        };
    }

    private Attempt.Result because(Outcome outcome, String reason) {
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
