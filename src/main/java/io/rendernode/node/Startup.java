package io.rendernode.node;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.rendernode.attempt.BlenderSetup;
import io.rendernode.frame.FrameConfig;
import io.rendernode.problem.Refusal;
import io.rendernode.process.MarkedProcesses;
import io.rendernode.task.DataFolder;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/**
 * The order in which the node comes up. What cannot work is found first, beside a node that may live here; the port is
 * only bound when all this is done.
 */
@ApplicationScoped
public class Startup {
    private static final Logger LOG = Logger.getLogger(Startup.class);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final NodeConfig nodeConfig;
    private final TaskConfig taskConfig;
    private final FrameConfig frameConfig;
    private final DataFolder dataFolder;
    private final BlenderSetup blender;
    private final StorageWatch storage;
    private final StoreOpening store;

    Startup(
            NodeConfig nodeConfig,
            TaskConfig taskConfig,
            FrameConfig frameConfig,
            DataFolder dataFolder,
            BlenderSetup blender,
            StorageWatch storage,
            StoreOpening store) {
        this.nodeConfig = nodeConfig;
        this.taskConfig = taskConfig;
        this.frameConfig = frameConfig;
        this.dataFolder = dataFolder;
        this.blender = blender;
        this.storage = storage;
        this.store = store;
    }

    void start(@Observes StartupEvent event) throws InterruptedException {
        Path data = dataFolder.path();
        Path output = Path.of(frameConfig.outputDir());
        checkDurations();
        store.requireAddress(nodeConfig);
        require("PORT: " + nodeConfig.port() + " is taken", this::checkPort);
        require("BLENDER_PATH", blender::find);
        require("DATA_DIR: " + data + " cannot be used", this::takeDataFolder);
        endOrphans();
        require("OUTPUT_DIR: " + output + " cannot be made", () -> Files.createDirectories(output));
        require("DATA_DIR: " + data + " cannot be written", blender::furnish);
        Path scene = Path.of(taskConfig.blendFilePath());
        if (!Files.isRegularFile(scene)) {
            LOG.warnf("BLEND_FILE_PATH: %s is not there; jobs without a scene of their own are refused", scene);
        }
        askBlender();
        store.open();
    }

    void serving(@ObservesAsync HttpServerStart event) {
        LOG.infof("Server running on port %d", event.options().getPort());
    }

    void servingByTls(@ObservesAsync HttpsServerStart event) {
        LOG.infof("Server running on port %d, by TLS", event.options().getPort());
    }

    private void checkDurations() {
        requirePositive("RENDER_TASK_TIMEOUT", taskConfig.taskTimeout());
        requirePositive("RENDER_STALL_TIMEOUT", taskConfig.stallTimeout());
        if (taskConfig.shutdownGrace().isNegative()) {
            throw new Refusal("RENDER_SHUTDOWN_GRACE: must not be negative");
        }
    }

    private static void requirePositive(String variable, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new Refusal(variable + ": must be longer than nothing");
        }
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    /** Takes a step without which the start is refused, in the words before the reason. */
    private static void require(String refusal, Step step) throws InterruptedException {
        try {
            step.run();
        } catch (IOException failure) {
            throw new Refusal(refusal + ": " + Refusal.words(failure));
        }
    }

    private void checkPort() throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            String host = ConfigProvider.getConfig().getValue("quarkus.http.host", String.class);
            probe.bind(new InetSocketAddress(host, nodeConfig.port()));
        }
    }

    private void takeDataFolder() throws IOException {
        if (!dataFolder.take()) {
            throw new Refusal("DATA_DIR: another node uses " + dataFolder.path().toAbsolutePath());
        }
    }

    /** Before this node has children of its own, which carry the same mark: one is asked for Blender's version soon. */
    private void endOrphans() throws InterruptedException {
        try {
            if (MarkedProcesses.killAll(dataFolder.identity(), PATIENCE)) {
                return;
            }
        } catch (IOException unreadable) {
            throw new Refusal("the processes of an earlier run cannot be found: " + Refusal.words(unreadable));
        }
        throw new Refusal("a Blender of an earlier run, or its child, does not end");
    }

    /**
     * Beside the rest of the start: until Blender has answered no task is claimed, and the node is not ready. Only a
     * device, which may be gone each time, is looked for before the start goes on.
     */
    private void askBlender() throws InterruptedException {
        boolean known = blender.recall();
        if (blender.needsDevice()) {
            try {
                blender.ask();
            } catch (IOException unusable) {
                throw new Refusal(unusable.getMessage());
            }
        }
        storage.look();
        if (!known) {
            new Daemon("blender-question", this::askMeanwhile).start();
        }
    }

    private void askMeanwhile() throws InterruptedException {
        try {
            if (blender.version().isEmpty()) {
                blender.ask();
                storage.look();
            }
            blender.compile();
        } catch (IOException unusable) {
            LOG.errorf("render-node cannot start: %s", unusable.getMessage());
            Quarkus.asyncExit(1);
        }
    }
}
