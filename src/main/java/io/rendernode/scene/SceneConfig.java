package io.rendernode.scene;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Scenes that are sent. */
@ConfigMapping(prefix = "render")
public interface SceneConfig {

    /**
     * Where sent scenes are kept: in a fleet a folder that all nodes share, without which none are taken; standalone {@code
     * DATA_DIR/scenes} if left out. Variable: SCENE_DIR.
     */
    Optional<String> sceneDir();

    /** How much sent scenes may take together, such as 200G; no limit if left out. Variable: RENDER_SCENE_LIMIT. */
    Optional<MemorySize> sceneLimit();

    /**
     * How long a sent scene is kept since it was last sent, and since the last job that used it ended. Variable:
     * RENDER_SCENE_RETENTION.
     */
    @WithDefault("30d")
    Duration sceneRetention();
}
