package io.rendernode.job;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.access.Caller;
import io.rendernode.access.Role;
import io.rendernode.problem.Numbers;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.State;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Jobs over HTTP. */
@Path("/job")
@Tag(name = "Jobs")
@RolesAllowed(Role.MAY_READ)
public class JobResource {
    /** Seconds until a client should ask again: the tutorial's number. */
    private static final int RETRY_AFTER = 5;

    private static final int LONGEST_KEY = 255;
    private static final int LARGEST_PAGE = 500;
    private static final int ATTEMPTS = 100;
    private static final int MOST_ATTEMPTS = 1000;

    private final Jobs jobs;
    private final JobStore store;
    private final JobViews views;
    private final Caller caller;

    JobResource(Jobs jobs, JobStore store, JobViews views, Caller caller) {
        this.jobs = jobs;
        this.store = store;
        this.views = views;
        this.caller = caller;
    }

    /** Accepts a job. */
    @POST
    @RolesAllowed(Role.MAY_RENDER)
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.WILDCARD)
    @Operation(summary = "Render a range of frames")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = RenderRequest.class)))
    @APIResponse(
            responseCode = "202",
            description = "accepted: Location names the job",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Accepted.class)))
    @APIResponse(responseCode = "400", description = "Invalid input: the field and the reason")
    @APIResponse(responseCode = "413", description = "the body is too large")
    @APIResponse(responseCode = "415", description = "the body is no JSON by its content type")
    @APIResponse(responseCode = "422", description = "the Idempotency-Key came with another request before")
    @APIResponse(responseCode = "503", description = "the waiting line is full, the node drains, or the store is away")
    public Response submit(
            @Parameter(description = "the same key again gives the first job") @HeaderParam("Idempotency-Key")
                    String idempotencyKey,
            byte[] body) {
        if (idempotencyKey != null && (idempotencyKey.isBlank() || idempotencyKey.length() > LONGEST_KEY)) {
            throw ProblemException.invalid("Idempotency-Key", "must have 1 to " + LONGEST_KEY + " characters");
        }
        long id = jobs.submit(body, idempotencyKey, caller.who());
        return running(id)
                .entity(new Accepted(id))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    /** Says in a line where a job stands. */
    @GET
    @Path("/{id}")
    @Produces("text/plain;qs=1.0")
    @Operation(summary = "Where a job stands")
    @APIResponse(responseCode = "202", description = "it waits or renders")
    @APIResponse(responseCode = "200", description = "it has ended: completed, failed or canceled")
    @APIResponse(responseCode = "400", description = "Job not found")
    public Response status(@PathParam("id") String id) {
        long number = Numbers.tryId(id).orElse(-1L);
        JobStore.Status status = store.status(number).orElseThrow(() -> new ProblemException(Problem.JOB_NOT_FOUND));
        return answer(number, status.state())
                .entity(views.line(status))
                .type(TEXT)
                .build();
    }

    /** Tells all about a job. */
    @GET
    @Path("/{id}")
    @Produces("application/json;qs=0.5")
    @APIResponse(content = @Content(schema = @Schema(implementation = JobView.class)))
    public Response details(
            @PathParam("id") String id,
            @Parameter(description = "how many of its newest attempts the JSON has, 0 to 1000, 100 if left out")
                    @QueryParam("attempts")
                    String attempts) {
        int most = attempts == null ? ATTEMPTS : Numbers.number("attempts", attempts, 0, MOST_ATTEMPTS);
        Job job = find(id);
        return answer(job.id(), job.state())
                .entity(views.of(job, most))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    /** Ends a job. */
    @DELETE
    @RolesAllowed(Role.MAY_RENDER)
    @Path("/{id}")
    @Operation(summary = "Cancel a job")
    @APIResponse(responseCode = "204", description = "it ends, or is ending already; finished frames stay")
    @APIResponse(responseCode = "400", description = "Job not found")
    @APIResponse(responseCode = "403", description = "it is another owner's, and the token's role is render")
    @APIResponse(responseCode = "409", description = "it has ended")
    public Response cancel(@PathParam("id") String id) {
        Job job = find(id);
        caller.who().requireOwn("job", job.owner());
        jobs.cancel(job.id(), null);
        return Response.noContent().build();
    }

    /** Changes a job. */
    @PATCH
    @RolesAllowed(Role.MAY_RENDER)
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.WILDCARD)
    @Operation(summary = "Change a job's priority or name, pause it or let it go on")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = JobChange.class)))
    @APIResponse(
            responseCode = "200",
            description = "the job as it is now",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = JobView.class)))
    @APIResponse(responseCode = "400", description = "Job not found; Invalid input: the field and the reason")
    @APIResponse(responseCode = "403", description = "it is another owner's, and the token's role is render")
    @APIResponse(responseCode = "409", description = "it has ended")
    @APIResponse(responseCode = "415", description = "the body is no JSON by its content type")
    public Response change(@PathParam("id") String id, byte[] body) {
        Job job = find(id);
        caller.who().requireOwn("job", job.owner());
        jobs.change(job.id(), body, caller.who());
        return Response.ok(views.of(find(id), ATTEMPTS))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    /** Puts a job that has ended back into the line. */
    @POST
    @RolesAllowed(Role.MAY_RENDER)
    @Path("/{id}/retry")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.WILDCARD)
    @Operation(summary = "Render what is missing of a job that has ended, and the frames named anew")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = JobChange.Retry.class)))
    @APIResponse(
            responseCode = "202",
            description = "it is in the line: Location names the job",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Accepted.class)))
    @APIResponse(responseCode = "400", description = "Job not found; frames that are not the job's")
    @APIResponse(responseCode = "403", description = "it is another owner's, and the token's role is render")
    @APIResponse(
            responseCode = "409",
            description = "it has not ended, or is completed and no frames are named, or its sent scene is gone")
    @APIResponse(responseCode = "503", description = "the waiting line is full, the node drains, or the store is away")
    public Response retry(@PathParam("id") String id, byte[] body) {
        Job job = find(id);
        caller.who().requireOwn("job", job.owner());
        jobs.retry(job.id(), body, caller.who());
        return running(job.id())
                .entity(new Accepted(job.id()))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    /** Lists jobs, newest first. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Jobs, newest first, without their attempts")
    @APIResponse(
            responseCode = "200",
            description = "the header Link names the next page, if there is one",
            content = @Content(schema = @Schema(implementation = JobView[].class)))
    public Response list(
            @Parameter(description = "queued, running, completed, failed or canceled") @QueryParam("state")
                    String state,
            @Parameter(description = "jobs on the page, 1 to 500, 50 if left out") @QueryParam("limit") String limit,
            @Parameter(description = "only jobs older than this one") @QueryParam("before") String before) {
        int size = limit == null ? 50 : Numbers.number("limit", limit, 1, LARGEST_PAGE);
        Long older = before == null
                ? null
                : Numbers.tryId(before)
                        .orElseThrow(() -> ProblemException.invalid("before", "must be the number of a job"));
        List<Job> page = store.list(state(state), older, size);
        Response.ResponseBuilder response = Response.ok(views.of(page));
        if (page.size() == size) {
            String filter = state == null ? "" : "state=" + state + "&";
            response.header(
                    HttpHeaders.LINK,
                    "</job?" + filter + "limit=" + size + "&before="
                            + page.get(size - 1).id() + ">; rel=\"next\"");
        }
        return response.build();
    }

    /** The answer to an accepted job: its number, by the tutorial's name for it and by its own, and how it begins. */
    @RegisterForReflection
    public record Accepted(long pid, long id, String state) {
        Accepted(long id) {
            this(id, id, State.QUEUED.label());
        }
    }

    private static final MediaType TEXT = MediaType.TEXT_PLAIN_TYPE.withCharset("UTF-8");

    private Job find(String id) {
        return Numbers.tryId(id).flatMap(store::find).orElseThrow(() -> new ProblemException(Problem.JOB_NOT_FOUND));
    }

    private static State state(String label) {
        try {
            return label == null ? null : State.of(label);
        } catch (IllegalArgumentException unknown) {
            throw new ProblemException(Problem.INVALID_INPUT, "state " + unknown.getMessage());
        }
    }

    private static Response.ResponseBuilder answer(long id, State state) {
        return state.isFinal() ? Response.ok() : running(id);
    }

    /** Location stays the path alone, as the tutorial writes it: {@code Response.location} would make it absolute. */
    private static Response.ResponseBuilder running(long id) {
        return Response.accepted()
                .header(HttpHeaders.LOCATION, "/job/" + id)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
    }
}
