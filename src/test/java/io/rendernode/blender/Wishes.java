package io.rendernode.blender;

import java.util.Optional;
import java.util.OptionalInt;

/** Settings as the tests ask for them; null leaves it to the scene. */
final class Wishes {
    private Wishes() {}

    static SceneSettings wish(
            BlenderEngine engine,
            String scene,
            String camera,
            Integer samples,
            Integer resolution,
            ImageFormat format) {
        return new SceneSettings(
                Optional.ofNullable(engine),
                Optional.ofNullable(scene),
                Optional.ofNullable(camera),
                samples == null ? OptionalInt.empty() : OptionalInt.of(samples),
                resolution == null ? OptionalInt.empty() : OptionalInt.of(resolution),
                Optional.empty(),
                Optional.ofNullable(format),
                false,
                false,
                true);
    }

    static SceneSettings cycles() {
        return cycles(null, null);
    }

    static SceneSettings cycles(String scene, String camera) {
        return wish(BlenderEngine.CYCLES, scene, camera, null, null, null);
    }
}
