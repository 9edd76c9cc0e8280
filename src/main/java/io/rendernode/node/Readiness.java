package io.rendernode.node;

import io.rendernode.attempt.BlenderSetup;
import io.rendernode.task.RunningTasks;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Whether this node can render: Blender is there, frames can be written, it does not drain. Being busy is not unready,
 * and neither is a store that is away: it is away for every node alike.
 */
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
public class Readiness implements HealthCheck {
    private final BlenderSetup blender;
    private final StorageWatch storage;
    private final StoreWatch store;
    private final RunningTasks running;

    Readiness(BlenderSetup blender, StorageWatch storage, StoreWatch store, RunningTasks running) {
        this.blender = blender;
        this.storage = storage;
        this.store = store;
        this.running = running;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("rendering");
        boolean canRun = blender.canRun();
        answer.withData("blender", canRun ? blender.version() : "cannot be run");
        answer.withData("storage", storage.problem().orElse("writable"));
        answer.withData("store", store.isUp() ? "up" : "away");
        answer.withData("draining", running.isDraining());
        return answer.status(canRun && storage.problem().isEmpty() && !running.isDraining())
                .build();
    }
}
