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
 * @param denoise whether to denoise
 * @param format the image format; a scene set to a movie, or to a format that is not in the list, is rendered as PNG
 * @param strict whether nothing is rendered where there is a warning about the scene
 * @param scripts whether the scene's own scripts run
 * @param simulate whether simulations without a bake are stepped through first
 */
public record SceneSettings(
        Optional<BlenderEngine> engine,
        Optional<String> scene,
        Optional<String> camera,
        OptionalInt samples,
        OptionalInt resolution,
        Optional<Boolean> denoise,
        Optional<ImageFormat> format,
        boolean strict,
        boolean scripts,
        boolean simulate) {

    /** @throws IllegalArgumentException if samples or resolution are below 1 */
    public SceneSettings {
        if (samples.orElse(1) < 1) {
            throw new IllegalArgumentException("samples must be at least 1");
        }
        if (resolution.orElse(1) < 1) {
            throw new IllegalArgumentException("resolution must be at least 1 percent");
        }
    }
}
