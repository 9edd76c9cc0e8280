package io.rendernode.task;

import io.rendernode.process.ChildEnvironment;
import io.rendernode.process.MarkedProcesses;
import io.rendernode.process.ProcessManager;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Makes the {@link ProcessManager} that this node's configuration asks for. */
public class Processes {
    @Produces
    @Singleton
    ProcessManager manager(TaskConfig config) {
        Map<String, String> environment = new HashMap<>(ChildEnvironment.of(System.getenv()));
        environment.put(MarkedProcesses.VARIABLE, mark(config));
        return new ProcessManager(config.nice(), environment);
    }

    /** What this node's processes carry: the data folder, which one living node has for itself. */
    public static String mark(TaskConfig config) {
        Path folder = Path.of(config.dataDir()).toAbsolutePath().normalize();
        // A name for it in plain letters: a path may hold what an environment's encoding does not.
        return UUID.nameUUIDFromBytes(folder.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
