package io.rendernode.job;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.blender.BlenderEngine;
import io.rendernode.blender.ImageFormat;
import io.rendernode.frame.FramePattern;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.scene.BlendFolder;
import io.rendernode.store.FrameList;
import io.rendernode.store.RenderSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The body of {@code POST /job}. Its fields are declared here, for the API's description and for {@link #read} alike: their
 * names, their bounds and what a request means that leaves them out.
 */
@RegisterForReflection
@Schema(name = "RenderRequest", additionalProperties = Schema.False.class)
public record RenderRequest(
        @Schema(minimum = SMALLEST_FRAME, maximum = LARGEST_FRAME, description = "the first frame")
        Integer from,

        @Schema(minimum = SMALLEST_FRAME, maximum = LARGEST_FRAME, description = "the last frame")
        Integer to,

        @Schema(minimum = "1", maximum = LARGEST_FRAME, description = "from each frame to the next; 1 if left out")
        Integer step,

        @Schema(maxLength = 16384, description = "a list such as 1-10,15,20-40x5, in place of from, to and step")
        String frames,

        @Schema(
                maxLength = 1024,
                description = "the scene's file, below the blend folder, of a Blender that this one can read")
        String blend,

        @Schema(
                maxLength = 1024,
                description = "the frames' file names, below the output folder",
                defaultValue = "blender-render_####")
        String output,

        @Schema(description = "the image format; as the scene has it if left out")
        ImageFormat format,

        @Schema(description = "the render engine; the scene's own if left out, CYCLES for a request without blend")
        BlenderEngine engine,

        @Schema(maxLength = LONGEST_NAME, description = "the scene in the file; its active one if left out")
        String scene,

        @Schema(maxLength = LONGEST_NAME, description = "the camera; the scene's if left out")
        String camera,

        @Schema(minimum = "1", maximum = "16777216", description = "samples a pixel")
        Integer samples,

        @Schema(minimum = "1", maximum = "1000", description = "percent of the scene's resolution")
        Integer resolution,

        @Schema(minimum = "0", maximum = LARGEST_FRAME, description = "frames in a task; 0 is the whole range")
        Integer chunk,

        @Schema(minimum = "0", maximum = "100", defaultValue = "50", description = "higher goes first")
        Integer priority,

        @Schema(maxLength = LONGEST_NAME, description = "what you call the job")
        String name,

        @Schema(description = "whole frames in the output folder count as done")
        Boolean skipExisting,

        @Schema(description = "what a node must offer") List<String> tags,

        @Schema(description = "whether to denoise; as the scene has it if left out")
        Boolean denoise,

        @Schema(description = "any warning about the scene fails the job before it renders")
        Boolean strict,

        @Schema(description = "run the scene's own scripts, where the node allows that (RENDER_AUTOEXEC=ask)")
        Boolean scripts,

        @Schema(
                defaultValue = "true",
                description = "step through simulations without a bake before a frame is rendered")
        Boolean simulate) {

    private static final String LARGEST_FRAME = "" + FrameList.LARGEST_FRAME;
    private static final String SMALLEST_FRAME = "" + FrameList.SMALLEST_FRAME;
    static final int LONGEST_NAME = 255;
    private static final int MOST_TASKS = 10_000;
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9._-]+");

    /** Read when the class is: a native executable has them from its making. */
    private static final Map<String, RequestFields.Field> FIELDS = RequestFields.declared(RenderRequest.class);

    /** A request that can be rendered, with all that it left out. */
    record Parsed(FrameList frames, int priority, RenderSpec spec) {
        /** The same with its frames in that folder below the output folder. */
        Parsed below(String folder) {
            return new Parsed(frames, priority, spec.withOutput(folder + "/" + spec.output()));
        }

        /** How many tasks its frames are cut into. */
        int tasks() {
            return frames.split(spec.chunk()).size();
        }
    }

    /** The frames in a task of a job of a scene with so many frames; 0 is all. */
    interface DefaultChunk {
        int of(String scene, int frames);
    }

    /**
     * Reads a request and fills in what it leaves out.
     *
     * @param defaultChunk the frames in a task of a job that does not say itself
     * @throws ProblemException if anything in it is wrong: the field and the reason
     */
    static Parsed read(byte[] body, JobConfig config, BlendFolder blends, DefaultChunk defaultChunk) {
        RequestFields fields = RequestFields.read(body, FIELDS, "{\"from\": 1, \"to\": 5}");
        FrameList frames = frames(fields, config.maxFrames());
        String blend = scene(blends, fields.text("blend"));
        int chunk = Optional.ofNullable(fields.number("chunk")).orElseGet(() -> defaultChunk.of(blend, frames.count()));
        if (chunk > 0 && (frames.count() + chunk - 1) / chunk > MOST_TASKS) {
            throw ProblemException.invalid(
                    "chunk", "must not cut " + frames.count() + " frames into more than " + MOST_TASKS + " tasks");
        }
        RenderSpec spec = new RenderSpec(
                blend,
                pattern(fields.text("output")),
                fields.text("format"),
                fields.text("engine") == null && fields.text("blend") == null
                        ? BlenderEngine.CYCLES.name()
                        : fields.text("engine"),
                fields.text("scene"),
                fields.text("camera"),
                fields.number("samples"),
                fields.number("resolution"),
                chunk,
                fields.text("name"),
                fields.flag("skipExisting"),
                fields.words("tags", TAG, 20),
                fields.choice("denoise"),
                fields.flag("strict"),
                fields.flag("scripts"),
                fields.choice("simulate"));
        return new Parsed(frames, fields.number("priority"), spec);
    }

    private static String scene(BlendFolder blends, String name) {
        try {
            return blends.check(name);
        } catch (BlendFolder.NoSceneException none) {
            throw ProblemException.invalid("blend", none.getMessage());
        }
    }

    private static FrameList frames(RequestFields fields, int maxFrames) {
        String list = fields.text("frames");
        if (list == null) {
            return range(fields, maxFrames);
        }
        for (String other : List.of("from", "to", "step")) {
            if (fields.number(other) != null) {
                throw ProblemException.invalid(other, "must not be there beside frames");
            }
        }
        try {
            return FrameList.parse(list, maxFrames);
        } catch (IllegalArgumentException unusable) {
            throw ProblemException.invalid("frames", unusable.getMessage());
        }
    }

    private static FrameList range(RequestFields fields, int maxFrames) {
        int from = frame(fields, "from");
        int to = frame(fields, "to");
        if (to < from) {
            throw ProblemException.invalid("to", "must not be before from: " + to + " is before " + from);
        }
        int step = Objects.requireNonNullElse(fields.number("step"), 1);
        FrameList frames = new FrameList(List.of(new FrameList.Run(from, to, step)));
        if (frames.count() > maxFrames) {
            throw ProblemException.invalid(
                    "to",
                    "makes " + frames.count() + " frames, a job has at most " + maxFrames + " (RENDER_MAX_FRAMES)");
        }
        return frames;
    }

    private static int frame(RequestFields fields, String name) {
        Integer frame = fields.number(name);
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
}
