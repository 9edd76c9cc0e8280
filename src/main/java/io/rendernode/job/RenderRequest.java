package io.rendernode.job;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.blender.BlenderEngine;
import io.rendernode.blender.ImageFormat;
import io.rendernode.frame.FramePattern;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.store.FrameRange;
import io.rendernode.store.RenderSpec;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code POST /job}, as the API's description shows it; {@link #read} is what reads it. */
@RegisterForReflection
@Schema(name = "RenderRequest", additionalProperties = Schema.False.class)
public record RenderRequest(
        @Schema(required = true, minimum = "0", maximum = "1048574", description = "the first frame")
        int from,

        @Schema(required = true, minimum = "0", maximum = "1048574", description = "the last frame")
        int to,

        @Schema(description = "the scene's file, below the blend folder")
        String blend,

        @Schema(description = "the frames' file names, below the output folder", defaultValue = "blender-render_####")
        String output,

        @Schema(description = "the image format; as the scene has it if left out")
        ImageFormat format,

        @Schema(description = "the render engine", defaultValue = "CYCLES")
        BlenderEngine engine,

        @Schema(description = "the scene in the file; its active one if left out")
        String scene,

        @Schema(description = "the camera; the scene's if left out")
        String camera,

        @Schema(minimum = "1", maximum = "16777216", description = "samples a pixel")
        Integer samples,

        @Schema(minimum = "1", maximum = "1000", description = "percent of the scene's resolution")
        Integer resolution,

        @Schema(minimum = "0", description = "frames in a task; 0 is the whole range")
        Integer chunk,

        @Schema(minimum = "0", maximum = "100", defaultValue = "50", description = "higher goes first")
        Integer priority,

        @Schema(description = "what you call the job") String name,

        @Schema(description = "whole frames in the output folder count as done")
        Boolean skipExisting,

        @Schema(description = "what a node must offer") List<String> tags) {

    /** The output pattern where a request has none: the tutorial's. */
    static final String DEFAULT_OUTPUT = "blender-render_####";

    private static final int MIDDLE_PRIORITY = 50;
    private static final int MOST_TASKS = 10_000;
    private static final int LONGEST_NAME = 255;
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Set<String> FIELDS = new LinkedHashSet<>(List.of(
            "from",
            "to",
            "blend",
            "output",
            "format",
            "engine",
            "scene",
            "camera",
            "samples",
            "resolution",
            "chunk",
            "priority",
            "name",
            "skipExisting",
            "tags"));

    /**
     * A request that can be rendered.
     *
     * @param frames which frames
     * @param priority 0 to 100
     * @param spec how
     */
    record Parsed(FrameRange frames, int priority, RenderSpec spec) {}

    /**
     * Reads a request and fills in what it leaves out.
     *
     * @param defaultChunk the frames in a task of a job with so many frames that does not say itself
     * @throws ProblemException if anything in it is wrong: the field and the reason
     */
    static Parsed read(byte[] body, JobConfig config, BlendFolder blends, IntUnaryOperator defaultChunk) {
        RequestFields fields = RequestFields.read(body, FIELDS);
        FrameRange frames = frames(fields, config.maxFrames());
        int chunk = fields.number("chunk", 0, FrameRange.LARGEST_FRAME, defaultChunk.applyAsInt(frames.count()));
        if (chunk > 0 && (frames.count() + chunk - 1) / chunk > MOST_TASKS) {
            throw ProblemException.invalid(
                    "chunk", "must not cut " + frames.count() + " frames into more than " + MOST_TASKS + " tasks");
        }
        RenderSpec spec = new RenderSpec(
                blends.check(fields.text("blend", 1024, null)),
                pattern(fields.text("output", 1024, DEFAULT_OUTPUT)),
                fields.word("format", names(ImageFormat.values()), null),
                fields.word("engine", names(BlenderEngine.values()), BlenderEngine.CYCLES.name()),
                fields.text("scene", LONGEST_NAME, null),
                fields.text("camera", LONGEST_NAME, null),
                fields.number("samples", 1, 1 << 24, null),
                fields.number("resolution", 1, 1000, null),
                chunk,
                fields.text("name", LONGEST_NAME, null),
                fields.flag("skipExisting"),
                fields.words("tags", TAG, 20));
        return new Parsed(frames, fields.number("priority", 0, 100, MIDDLE_PRIORITY), spec);
    }

    private static FrameRange frames(RequestFields fields, int maxFrames) {
        int from = frame(fields, "from");
        int to = frame(fields, "to");
        if (to < from) {
            throw ProblemException.invalid("to", "must not be before from: " + to + " is before " + from);
        }
        FrameRange frames = new FrameRange(from, to);
        if (frames.count() > maxFrames) {
            throw ProblemException.invalid(
                    "to",
                    "makes " + frames.count() + " frames, a job has at most " + maxFrames + " (RENDER_MAX_FRAMES)");
        }
        return frames;
    }

    private static int frame(RequestFields fields, String name) {
        if (fields.isNegative(name)) {
            throw ProblemException.invalid(
                    name, "must not be negative: Blender reads a negative number on its command line as an offset");
        }
        Integer frame = fields.number(name, 0, FrameRange.LARGEST_FRAME, null);
        if (frame == null) {
            throw ProblemException.invalid(name, "is missing");
        }
        return frame;
    }

    private static String pattern(String output) {
        try {
            FramePattern.parse(output);
            return output;
        } catch (IllegalArgumentException unusable) {
            throw new ProblemException(Problem.INVALID_INPUT, "output " + unusable.getMessage());
        }
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }
}
