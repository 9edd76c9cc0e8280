package io.rendernode.blender;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a client may ask of a scene; what is left empty stays as the .blend has it.
 *
 * @param engine the render engine
 * @param scene the scene's name in the .blend
 * @param camera the name of a camera object, which then is the camera of every frame
 * @param samples samples a pixel, at least 1; Workbench has none
 * @param resolution percent of the scene's size, at least 1
 * @param format the image format; a scene set to a movie, or to a format that is not in the list, is rendered as PNG
 */
public record SceneSettings(
        BlenderEngine engine,
        Optional<String> scene,
        Optional<String> camera,
        OptionalInt samples,
        OptionalInt resolution,
        Optional<ImageFormat> format) {

    /** @throws IllegalArgumentException if samples or resolution are below 1 */
    public SceneSettings {
        if (samples.orElse(1) < 1) {
            throw new IllegalArgumentException("samples must be at least 1");
        }
        if (resolution.orElse(1) < 1) {
            throw new IllegalArgumentException("resolution must be at least 1 percent");
        }
    }

    /** Answers settings that leave all to the scene but the engine. */
    public static SceneSettings of(BlenderEngine engine) {
        return new SceneSettings(
                engine, Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
    }

    /** Answers the same settings with a scene. */
    public SceneSettings withScene(String name) {
        return new SceneSettings(engine, Optional.of(name), camera, samples, resolution, format);
    }

    /** Answers the same settings with a camera. */
    public SceneSettings withCamera(String name) {
        return new SceneSettings(engine, scene, Optional.of(name), samples, resolution, format);
    }

    /** Answers the same settings with a number of samples. */
    public SceneSettings withSamples(int count) {
        return new SceneSettings(engine, scene, camera, OptionalInt.of(count), resolution, format);
    }

    /** Answers the same settings with a resolution in percent. */
    public SceneSettings withResolution(int percent) {
        return new SceneSettings(engine, scene, camera, samples, OptionalInt.of(percent), format);
    }

    /** Answers the same settings with an image format. */
    public SceneSettings withFormat(ImageFormat imageFormat) {
        return new SceneSettings(engine, scene, camera, samples, resolution, Optional.of(imageFormat));
    }
}
