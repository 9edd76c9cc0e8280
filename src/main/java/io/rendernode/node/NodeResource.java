package io.rendernode.node;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.task.BlenderSetup;
import io.rendernode.task.Draining;
import io.rendernode.task.NodeName;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** This node over HTTP. */
@Path("/node")
@Tag(name = "Node")
public class NodeResource {
    private final NodeName name;
    private final TaskConfig config;
    private final RunningTasks running;
    private final StoreWatch store;
    private final BlenderSetup blender;
    private final Draining draining;

    @Inject
    NodeResource(
            NodeName name,
            TaskConfig config,
            RunningTasks running,
            StoreWatch store,
            BlenderSetup blender,
            Draining draining) {
        this.name = name;
        this.config = config;
        this.running = running;
        this.store = store;
        this.blender = blender;
        this.draining = draining;
    }

    /** This node as JSON. Sizes are bytes. */
    @RegisterForReflection
    @Schema(name = "Node")
    public record NodeView(
            String name,

            @Schema(description = "Blender processes at once")
            int slots,

            @Schema(description = "slots in use") int busy,

            @Schema(description = "tasks of the whole store that wait for a slot")
            int waiting,

            @Schema(description = "busy/slots, 0 to 1; 1 for a node without slots")
            double load,

            @Schema(description = "CPUs that this node may use")
            int cpus,

            @Schema(description = "memory of the machine, or the container's limit")
            long memoryBytes,

            @Schema(description = "memory that this node's Blenders have resident")
            long renderBytes,

            String blenderVersion,
            List<String> tags,

            @Schema(description = "whether it takes no new work")
            boolean draining) {}

    /** Tells of this node. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "This node's load")
    public NodeView node() {
        return new NodeView(
                name.value(),
                config.slots(),
                running.busy(),
                store.waiting(),
                Load.of(running.busy(), config.slots()),
                Runtime.getRuntime().availableProcessors(),
                Machine.memoryBytes(),
                running.residentBytes(),
                blender.version(),
                config.nodeTags().orElse(List.of()),
                draining.isDraining());
    }
}
