package io.rendernode.node;

import io.rendernode.attempt.BlenderSetup;
import io.rendernode.task.KnownFolders;
import io.rendernode.task.RunningTasks;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether this node can render: Blender and the blend folder are there, frames can be written, it does not drain. Being
 * busy is not unready, and neither is a store that is away, for it is away for every node alike; but a node that has
 * never reached its store is set up wrongly.
 */
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
public class Readiness implements HealthCheck {
    private final BlenderSetup blender;
    private final StorageWatch storage;
    private final StoreWatch store;
    private final RunningTasks running;
    private final KnownFolders folders;

    Readiness(
            BlenderSetup blender, StorageWatch storage, StoreWatch store, RunningTasks running, KnownFolders folders) {
        this.folders = folders;
        this.blender = blender;
        this.storage = storage;
        this.store = store;
        this.running = running;
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> problem = blender.problem().or(storage::problem);
        return HealthCheckResponse.named("rendering")
                .withData("blender", blender.version())
                .withData("problem", problem.map(folders::hide).orElse("none"))
                .withData("store", store.isUp() ? "up" : store.wasReached() ? "away" : "never reached")
                .withData("draining", running.isDraining())
                .status(problem.isEmpty() && store.wasReached() && !running.isDraining())
                .build();
    }
}
