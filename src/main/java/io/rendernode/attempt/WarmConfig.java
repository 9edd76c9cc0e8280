package io.rendernode.attempt;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Blenders that wait, so that a render starts in milliseconds. */
@ConfigMapping(prefix = "render")
public interface WarmConfig {

    /** Whether there are any. */
    enum Mode {
        ON,
        OFF
    }

    /**
     * Whether a Blender waits beside the slots, of which each render is a fork: it starts in milliseconds instead of nearly a
     * second of processor time. Not with a graphics card. Variable: RENDER_WARM.
     */
    @WithDefault("on")
    Mode warm();

    /**
     * How many scenes are kept loaded, 0 to 100, so that their next job need not load them: each takes the memory of its
     * scene. Variable: RENDER_WARM_SCENES.
     */
    @WithDefault("1")
    @Min(0)
    @Max(100)
    int warmScenes();

    /** How long a scene stays loaded that no job asks for. Variable: RENDER_WARM_IDLE. */
    @WithDefault("5m")
    Duration warmIdle();
}
