package io.rendernode.job;

import io.rendernode.access.Role;
import io.rendernode.job.EventStore.Position;
import io.rendernode.problem.Numbers;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.store.JobStore;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;

/** What happens to a job, over HTTP. */
@Path("/job/{id}/event")
@Tag(name = "Events")
@RolesAllowed(Role.MAY_READ)
public class JobEventResource {
    private final JobStore jobs;
    private final EventStore events;
    private final EventHub hub;

    JobEventResource(JobStore jobs, EventStore events, EventHub hub) {
        this.jobs = jobs;
        this.events = events;
        this.hub = hub;
    }

    /** Tells what happens to a job until it has ended, from now on or from where the client was. */
    @GET
    @Blocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = HttpHeaders.CACHE_CONTROL, value = "no-store")
    @ResponseHeader(name = EventResource.UNBUFFERED, value = "no")
    @Operation(summary = "What happens to a job, as it happens, until its end")
    @APIResponse(
            responseCode = "200",
            description = EventResource.STREAM + "; it ends after the state in which the job has ended",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema =
                                    @Schema(
                                            oneOf = {
                                                EventView.State.class,
                                                EventView.Progress.class,
                                                EventView.Frame.class,
                                                EventView.Warning.class
                                            })))
    @APIResponse(responseCode = "204", description = "the job has ended, and the client was told: nothing follows")
    @APIResponse(responseCode = "404", description = "no such job")
    @APIResponse(responseCode = "503", description = "too many listen to this node, or the store is away")
    public Multi<OutboundSseEvent> events(
            @PathParam("id") String id,
            @Parameter(description = EventResource.RESUME) @HeaderParam(EventResource.LAST_EVENT_ID)
                    String lastEventId) {
        long job = known(id);
        if (lastEventId != null && saysEnd(lastEventId.strip(), job)) {
            // A browser asks again and again whenever a stream has ended, until it is told so.
            throw new WebApplicationException(Response.noContent().build());
        }
        return hub.listen(job, lastEventId);
    }

    /** Whether a client that was told so last has nothing more to hear. */
    private boolean saysEnd(String id, long job) {
        if (jobs.status(job).filter(status -> status.state().isFinal()).isEmpty()) {
            return false;
        }
        boolean toldOfOne = id.endsWith(EventReader.ENDED)
                && Position.parse(id.substring(0, id.length() - EventReader.ENDED.length()))
                        .filter(at -> events.after(at, job, 1).isEmpty())
                        .isPresent();
        return toldOfOne
                || Position.parse(id).filter(at -> events.isEnd(at, job)).isPresent();
    }

    /** The head alone: nobody listens. */
    @HEAD
    @Blocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    public Response head(@PathParam("id") String id) {
        known(id);
        return Response.ok().type(MediaType.SERVER_SENT_EVENTS).build();
    }

    private long known(String id) {
        return Numbers.tryId(id)
                .filter(number -> jobs.status(number).isPresent())
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "there is no job " + id));
    }
}
