package io.rendernode.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * How a job's frames are to be rendered, as the store keeps it and a job's JSON tells it. What is null is left as the scene has it.
 *
 * @param blend the scene's file, below the blend folder
 * @param output the pattern of the frames' file names, below the output folder
 * @param format Blender's name of the image format, or null
 * @param engine Blender's name of the engine, or null
 * @param scene the scene's name, or null
 * @param camera the camera's name, or null
 * @param samples samples a pixel, or null
 * @param resolution percent of the scene's resolution, or null
 * @param chunk frames in a task; 0 is the whole range
 * @param name what the client calls the job, or null
 * @param skipExisting whether whole frames that are in the output folder already count as done
 * @param tags what a node must offer to take a task of the job
 * @param denoise whether to denoise, or null
 * @param strict whether a scene with warnings fails the job
 * @param scripts whether the scene's own scripts run
 * @param simulate whether simulations without a bake are stepped through, or null, which means so
 */
@RegisterForReflection
@JsonIgnoreProperties(ignoreUnknown = true)
public record RenderSpec(
        String blend,
        String output,
        String format,
        String engine,
        String scene,
        String camera,
        Integer samples,
        Integer resolution,
        int chunk,
        String name,
        boolean skipExisting,
        List<String> tags,
        Boolean denoise,
        boolean strict,
        boolean scripts,
        Boolean simulate) {

    public RenderSpec {
        tags = tags == null ? List.of() : List.copyOf(tags);
    }

    /** The same with another pattern of the frames' file names. */
    public RenderSpec withOutput(String pattern) {
        return with(pattern, engine, name);
    }

    /** The same with the engine, where it has none of its own. */
    public RenderSpec orEngine(String fallback) {
        return engine == null ? with(output, fallback, name) : this;
    }

    /** The same under another name. */
    public RenderSpec withName(String other) {
        return with(output, engine, other);
    }

    private RenderSpec with(String pattern, String newEngine, String newName) {
        return new RenderSpec(
                blend,
                pattern,
                format,
                newEngine,
                scene,
                camera,
                samples,
                resolution,
                chunk,
                newName,
                skipExisting,
                tags,
                denoise,
                strict,
                scripts,
                simulate);
    }
}
