package io.rendernode.task;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How this node renders tasks. */
@ConfigMapping(prefix = "render")
public interface TaskConfig {

    /** The Blender to run: a path, or a name on the PATH. Variable: BLENDER_PATH. */
    String blenderPath();

    /** The default scene; its folder is the blend folder. Variable: BLEND_FILE_PATH. */
    String blendFilePath();

    /** Where the store, the logs and the frames under way are. Variable: DATA_DIR. */
    String dataDir();

    /** What this node is called; the host's name if left out. Variable: RENDER_NODE_NAME. */
    Optional<String> nodeName();

    /** Blender processes at once, 0 to 1000; 0 is a node that only answers. Variable: RENDER_SLOTS. */
    @Min(0)
    @Max(1000)
    int slots();

    /** Threads of a Blender, 0 to 1024; 0 is the CPUs that this node may use, shared by the slots. Variable: RENDER_THREADS. */
    @WithDefault("0")
    @Min(0)
    @Max(1024)
    int threads();

    /**
     * What Cycles renders on: CPU, or CUDA, OPTIX, HIP, ONEAPI, METAL, each with {@code +CPU} if the CPU is to help; the
     * CPU if left out. Where Blender finds no such device the start is refused. Variable:
     * RENDER_CYCLES_DEVICE.
     */
    Optional<@Pattern(regexp = "CPU|(CUDA|OPTIX|HIP|ONEAPI|METAL)([+]CPU)?") String> cyclesDevice();

    /** Blender's niceness, 0 to 19. Variable: RENDER_NICE. */
    @WithDefault("10")
    @Min(0)
    @Max(19)
    int nice();

    /** How often a task is tried, at least once, without a frame newly stored in between. Variable: RENDER_ATTEMPTS. */
    @WithDefault("3")
    @Min(1)
    @Max(1000)
    int attempts();

    /** How long one attempt may take. Variable: RENDER_TASK_TIMEOUT. */
    @WithDefault("24h")
    Duration taskTimeout();

    /** How long Blender may show no sign of progress. Variable: RENDER_STALL_TIMEOUT. */
    @WithDefault("15m")
    Duration stallTimeout();

    /** How long a node that is told to stop lets Blender finish its frame. Variable: RENDER_SHUTDOWN_GRACE. */
    @WithDefault("25s")
    Duration shutdownGrace();

    /** What a job's tags may ask for. Variable: RENDER_NODE_TAGS. */
    Optional<List<String>> nodeTags();

    /** How long Blender has between SIGINT and SIGKILL. */
    @WithDefault("5s")
    Duration stopGrace();

    /** The most that is kept of one attempt's log, in bytes: its first and its last half. */
    @WithDefault("4194304")
    @Min(1024)
    long logBytes();

    /** How long a task waits after its first failure; twice as long after each further one, 2 minutes at most. */
    @WithDefault("2s")
    Duration retryDelay();

    /** How often the queue is asked for tasks that became due by themselves. */
    @WithDefault("1s")
    Duration pollInterval();

    /** How often a node says that it lives; after six such times without a word its tasks go to others. */
    @WithDefault("3s")
    Duration heartbeatInterval();
}
