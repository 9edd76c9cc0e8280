package io.rendernode.node;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.access.Role;
import io.rendernode.attempt.Rooms;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.process.ContainerMemory;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.NodeStore;
import io.rendernode.task.RunningTasks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Scanner;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** This node over HTTP. */
@Path("/node")
@Tag(name = "Node")
@RolesAllowed(Role.MAY_READ)
public class NodeResource {
    private final RunningTasks running;
    private final StoreWatch store;
    private final NodeRegistry registry;
    private final AttemptStore attempts;
    private final Drain drain;
    private final Rooms rooms;

    NodeResource(
            RunningTasks running,
            StoreWatch store,
            NodeRegistry registry,
            AttemptStore attempts,
            Drain drain,
            Rooms rooms) {
        this.rooms = rooms;
        this.running = running;
        this.store = store;
        this.registry = registry;
        this.attempts = attempts;
        this.drain = drain;
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

            @Schema(description = "memory that the Blenders that render have resident")
            long renderBytes,

            String blenderVersion,

            @Schema(description = "what keeps each Blender to its room, or why nothing does")
            String sandbox,

            List<String> tags,

            @Schema(description = "whether it takes no new work")
            boolean draining) {}

    /** A node of the fleet as JSON, as it last told of itself. */
    @RegisterForReflection
    @Schema(name = "FleetNode")
    public record FleetNodeView(
            String name,
            int slots,
            int busy,

            @Schema(description = "busy/slots, 0 to 1; 1 for a node without slots")
            double load,

            String blenderVersion,
            List<String> tags,
            boolean draining,

            @Schema(description = "the tasks that it renders")
            List<TaskView> rendering,

            Instant startedAt,
            Instant lastSeenAt) {}

    /** A task that is being rendered, as JSON. */
    @RegisterForReflection
    @Schema(name = "RenderingTask")
    public record TaskView(long job, int task, Integer frame) {}

    /** Tells of this node, or of all that live. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "This node's load; with all=true that of each living node of the fleet")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(oneOf = {NodeView.class, FleetNodeView[].class})))
    public Response node(@DefaultValue("false") @QueryParam("all") boolean all) {
        return Response.ok(all ? fleet() : self()).build();
    }

    /** Drains this node without ending it: it hands back what it has, and takes nothing more until it is restarted. */
    @POST
    @RolesAllowed(Role.MAY_OPERATE)
    @Path("/drain")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Take no new work and hand back what is under way, without ending")
    @APIResponse(
            responseCode = "202",
            description = "the node drains",
            content = @Content(schema = @Schema(implementation = NodeView.class)))
    @APIResponse(responseCode = "409", description = "another node is meant: behind a proxy any may answer")
    public Response drain(
            @Parameter(description = "only if this is the node's name; whichever answers if left out")
                    @QueryParam("name")
                    String name) {
        String own = registry.self().name();
        if (name != null && !name.equals(own)) {
            throw new ProblemException(Problem.OTHER_NODE, "it is " + own);
        }
        drain.begin();
        return Response.accepted(self()).build();
    }

    private List<FleetNodeView> fleet() {
        return registry.living().stream()
                .map(node -> new FleetNodeView(
                        node.name(),
                        node.slots(),
                        node.busy(),
                        node.load(),
                        node.blenderVersion(),
                        node.plainTags(),
                        node.draining(),
                        attempts.runningOn(node.name()).stream()
                                .map(attempt -> new TaskView(
                                        attempt.task().job(),
                                        attempt.task().position(),
                                        attempt.progress().frame()))
                                .toList(),
                        node.startedAt(),
                        node.lastSeenAt()))
                .toList();
    }

    private NodeView self() {
        NodeStore.NodeRecord self = registry.self();
        return new NodeView(
                self.name(),
                self.slots(),
                self.busy(),
                store.waiting(),
                self.load(),
                Runtime.getRuntime().availableProcessors(),
                memoryBytes(),
                running.residentBytes(),
                self.blenderVersion(),
                rooms.words(),
                self.plainTags(),
                self.draining());
    }

    /** The container's memory limit, or the machine's memory, in bytes; 0 where neither can be read. */
    private static long memoryBytes() {
        // It begins with MemTotal, in kB (proc(5)).
        long machine = firstNumberIn("/proc/meminfo").orElse(0) * 1024;
        return Math.min(machine, ContainerMemory.HERE.limit().orElse(machine));
    }

    private static OptionalLong firstNumberIn(String file) {
        try (Scanner words = new Scanner(new File(file), StandardCharsets.US_ASCII)) {
            String number = words.findWithinHorizon("\\d+", 0);
            return number == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(number));
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }
}
