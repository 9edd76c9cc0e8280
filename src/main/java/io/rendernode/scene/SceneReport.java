package io.rendernode.scene;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What Blender has in memory once it has loaded a scene, as the script in it tells. */
@RegisterForReflection
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.ALWAYS)
@Schema(name = "SceneReport")
public record SceneReport(
        @Schema(description = "the Blender that saved it") String version,
        @Schema(description = "the scene that is rendered") String scene,

        @Schema(description = "all scenes in the file, 100 at most")
        List<String> scenes,

        @Schema(description = "the cameras of the scene, 100 at most")
        List<String> cameras,

        @Schema(description = "the scene's camera; null where it has none")
        String camera,

        int first,
        int last,
        int step,
        @Schema(description = "frames a second") double fps,
        String engine,
        int width,
        int height,

        @Schema(description = "percent of width and height that are rendered")
        int resolution,

        @Schema(description = "samples a pixel; null for an engine that has none")
        Integer samples,

        String format,
        @Schema(description = "how colours are shown") View view,
        boolean denoise,
        List<SceneWarning> warnings) {

    /** Blender's identifiers have 32 bytes at most. */
    private static final int LONGEST_ENGINE = 64;

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> CODES =
            Arrays.stream(WarningCode.values()).map(WarningCode::label).collect(Collectors.toSet());

    /** How a scene's colours are shown: Blender's colour management. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    @Schema(name = "View")
    public record View(String display, String view, String look, double exposure, double gamma) {}

    /** Keeps copies; what is no warning that there is counts for none. */
    public SceneReport {
        engine = SceneWarning.plain(engine, LONGEST_ENGINE);
        scenes = scenes == null ? List.of() : List.copyOf(scenes);
        cameras = cameras == null ? List.of() : List.copyOf(cameras);
        warnings = warnings == null
                ? List.of()
                : warnings.stream()
                        .filter(warning ->
                                CODES.contains(warning.code()) && warning.name() != null && warning.message() != null)
                        .toList();
    }

    /** Whether there is such a warning. */
    public boolean has(WarningCode code) {
        return warnings.stream().anyMatch(warning -> warning.code().equals(code.label()));
    }

    /** The same with other warnings. */
    public SceneReport withWarnings(List<SceneWarning> others) {
        return new SceneReport(
                version,
                scene,
                scenes,
                cameras,
                camera,
                first,
                last,
                step,
                fps,
                engine,
                width,
                height,
                resolution,
                samples,
                format,
                view,
                denoise,
                others);
    }

    /** Reads the line that the script prints, or {@link #toJson} gives; empty where it is not whole. */
    public static Optional<SceneReport> parse(String json) {
        try {
            return Optional.ofNullable(JSON.readValue(json, SceneReport.class));
        } catch (JsonProcessingException cutOff) {
            return Optional.empty();
        }
    }

    /** Writes the report as a line of JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain values can always be written", e);
        }
    }
}
