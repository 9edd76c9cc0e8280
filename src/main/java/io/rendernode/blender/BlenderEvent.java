package io.rendernode.blender;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Something that a line of Blender's output tells. All of it is Blender's claim: only a file can show a frame. */
public sealed interface BlenderEvent {

    /**
     * How far a frame is.
     *
     * @param frame its number
     * @param sample samples done, in engines that work tile by tile over all tiles, or tiles done where no samples are told
     * @param sampleTotal how many there are in all; there whenever {@code sample} is
     * @param remaining the rest of this frame, by Blender's estimate
     */
    record Progress(int frame, OptionalInt sample, OptionalInt sampleTotal, Optional<Duration> remaining)
            implements BlenderEvent {}

    /** How the files of each frame are called; told once, before the first frame. */
    record Names(FrameNames names) implements BlenderEvent {}

    /** What has been loaded, as JSON; told once, before the first frame. */
    record Scene(String report) implements BlenderEvent {}

    /** A simulation has been stepped to that frame. */
    record Simulating(int frame) implements BlenderEvent {}

    /** A file has been written and closed; a frame may have more of them. */
    record Saved(String path) implements BlenderEvent {}

    /**
     * Blender is done with a frame and goes on to the next: each of its files has been saved, or has failed to be,
     * which an error line before tells, and the process then ends with exit code 1.
     *
     * @param time what the frame took, saving included
     */
    record FrameDone(Duration time) implements BlenderEvent {}

    /** Blender has taken a SIGINT and ends. */
    record BreakRequested() implements BlenderEvent {}

    /** Blender has crashed and left a report at the path; it ends by SIGSEGV or SIGABRT. */
    record CrashReport(String path) implements BlenderEvent {}

    /**
     * An error line. It is the reason if the process fails, and means nothing if all frames come out.
     *
     * @param message Blender's own words, without clock, category and the word Error
     */
    record Failure(FailureKind kind, String message) implements BlenderEvent {

        /**
         * Answers which of two failures of one process to show: one of a known kind rather than another, else this,
         * the earlier, since the later follow from it.
         */
        public Failure orMoreTelling(Failure later) {
            boolean laterTellsMore = kind == FailureKind.OTHER && later.kind != FailureKind.OTHER;
            return laterTellsMore ? later : this;
        }
    }
}
