package io.rendernode.job;

import io.rendernode.attempt.RoomConfig;
import io.rendernode.store.FrameList;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** What clients may ask for. */
@ConfigMapping(prefix = "render")
public interface JobConfig {

    /** Jobs that may wait, at least 0; one more is answered with 503. Variable: RENDER_QUEUE_LIMIT. */
    @Min(0)
    int queueLimit();

    /** Frames in one job, 1 to as many as Blender has. Variable: RENDER_MAX_FRAMES. */
    @WithDefault("100000")
    @Min(1)
    @Max(FrameList.LARGEST_FRAME + 1)
    int maxFrames();

    /** Frames in a task where the job does not say; 0 is the whole range. Variable: RENDER_CHUNK. */
    @WithDefault("0")
    @Min(0)
    @Max(FrameList.LARGEST_FRAME + 1)
    int chunk();

    /** Jobs that one owner of the role render may have waiting. Variable: RENDER_OWNER_JOBS. */
    @Min(1)
    int ownerJobs();

    /** Tasks that one owner of the role render may have waiting. Variable: RENDER_OWNER_TASKS. */
    @WithDefault("20000")
    @Min(1)
    int ownerTasks();

    /** The highest priority that the role render may ask for, 0 to 100. Variable: RENDER_PRIORITY_CEILING. */
    @WithDefault("75")
    @Min(0)
    @Max(100)
    int priorityCeiling();

    /** Whether an owner's frames go into a folder of its name. Variable: RENDER_OUTPUT_PER_OWNER. */
    @WithDefault("false")
    boolean outputPerOwner();

    /** Listeners to events that the node serves at once; one more is answered with 503. Variable: RENDER_EVENT_LISTENERS. */
    @WithDefault("2000")
    @Min(0)
    int eventListeners();

    /** How long ended jobs are remembered. Variable: RENDER_RETENTION. */
    @WithDefault("30d")
    Duration retention();

    /** Whether a scene's own scripts run: {@link RoomConfig#autoexec()}, which decides when a task is rendered. */
    @WithDefault("never")
    RoomConfig.Autoexec autoexec();
}
