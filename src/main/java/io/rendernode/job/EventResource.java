package io.rendernode.job;

import io.rendernode.access.Role;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
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

/** What happens to all jobs, over HTTP. */
@Path("/event")
@Tag(name = "Events")
@RolesAllowed(Role.MAY_READ)
public class EventResource {
    /** What the header is called by which a client says where it was. */
    static final String LAST_EVENT_ID = "Last-Event-ID";

    static final String RESUME = "the id of the last event that came, to go on after it; where it is left out, or no"
            + " longer remembered, the stream begins with what is so now";

    static final String STREAM = "server-sent events: state, progress, frame and warning, each with JSON that names its"
            + " job; a comment every 15 s where there is nothing to tell";

    /** Tells nginx to hand on what comes at once. */
    static final String UNBUFFERED = "X-Accel-Buffering";

    private final EventHub hub;

    EventResource(EventHub hub) {
        this.hub = hub;
    }

    /** Tells what happens to all jobs, from now on or from where the client was. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = HttpHeaders.CACHE_CONTROL, value = "no-store")
    @ResponseHeader(name = UNBUFFERED, value = "no")
    @Operation(summary = "What happens to all jobs, as it happens")
    @APIResponse(
            responseCode = "200",
            description = STREAM,
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
    @APIResponse(responseCode = "503", description = "too many listen to this node, or the store is away")
    public Multi<OutboundSseEvent> events(
            @Parameter(description = RESUME) @HeaderParam(LAST_EVENT_ID) String lastEventId) {
        return hub.listen(null, lastEventId);
    }

    /** The head alone: nobody listens. */
    @HEAD
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    public Response head() {
        return Response.ok().type(MediaType.SERVER_SENT_EVENTS).build();
    }
}
