package io.rendernode.attempt;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** What a scene may read, write, reach and use up. */
@ConfigMapping(prefix = "render")
public interface RoomConfig {

    /** How a scene is kept to its room. */
    enum Mode {
        /** As far as the kernel offers it. */
        AUTO,
        /** Wholly, or the node does not start. */
        ON,
        /** Not at all. */
        OFF
    }

    /**
     * Whether each Blender is kept to its own files, without network: auto is what the kernel offers; with on the node
     * does not start where it offers less than all. Variable: RENDER_SANDBOX.
     */
    @WithDefault("auto")
    Mode sandbox();

    /**
     * The memory that one Blender may have, such as 8G, at least 256M; all that there is if left out. Variable:
     * RENDER_MEMORY_LIMIT.
     */
    Optional<MemorySize> memoryLimit();

    /** Whether a scene's own scripts run. */
    enum Autoexec {
        NEVER,
        /** Where the request says so. */
        ASK,
        ALWAYS
    }

    /**
     * Whether a scene's own scripts run: never, where the request asks for it (ask), or always. What they may do its room
     * says. Variable: RENDER_AUTOEXEC.
     */
    @WithDefault("never")
    Autoexec autoexec();

    /**
     * Folders beside the blend folder that scenes may read: shared libraries and textures. Absolute paths, parted by
     * commas. Variable: RENDER_SCENE_PATHS.
     */
    Optional<List<String>> scenePaths();
}
