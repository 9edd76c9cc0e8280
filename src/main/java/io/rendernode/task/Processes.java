package io.rendernode.task;

import io.rendernode.process.ChildEnvironment;
import io.rendernode.process.ProcessManager;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the {@link ProcessManager} that this node's configuration asks for. */
class Processes {
    @Produces
    @Singleton
    ProcessManager manager(TaskConfig config) {
        return new ProcessManager(config.nice(), ChildEnvironment.of(System.getenv()));
    }
}
