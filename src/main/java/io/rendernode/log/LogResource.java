package io.rendernode.log;

import io.rendernode.access.Role;
import io.rendernode.problem.Numbers;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.Sql;
import io.rendernode.store.StoreException;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** What Blender said, over HTTP. */
@Path("/job/{id}/log")
@Tag(name = "Jobs")
@RolesAllowed(Role.MAY_READ)
public class LogResource {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final JobStore jobs;
    private final TaskLogs logs;
    private final Sql sql;

    LogResource(JobStore jobs, TaskLogs logs, Sql sql) {
        this.jobs = jobs;
        this.logs = logs;
        this.sql = sql;
    }

    /** Gives Blender's output of a job, in order of its tasks, in pieces that are read as the client takes them. */
    @GET
    @Blocking
    @Produces(MediaType.TEXT_PLAIN)
    @RestStreamElementType(MediaType.TEXT_PLAIN)
    @Operation(summary = "Blender's output")
    @APIResponse(responseCode = "200", description = "text; of a long log the first and the last part")
    @APIResponse(responseCode = "404", description = "no such job")
    public Multi<String> log(
            @PathParam("id") String id,
            @Parameter(description = "whether to keep streaming until the job ends")
                    @DefaultValue("false")
                    @QueryParam("follow")
                    boolean follow) {
        Job job = Numbers.tryId(id)
                .flatMap(jobs::find)
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "there is no job " + id));
        TaskLogs.Reader reader = logs.reader(job.id(), follow);
        return Multi.createBy()
                .repeating()
                .uni(() -> next(reader, follow))
                .until(text -> text.isEmpty() && reader.isAtEnd())
                .filter(text -> !text.isEmpty());
    }

    /** The next piece; where there is none yet, nothing, after a pause. Who follows waits out a store that is away. */
    private Uni<String> next(TaskLogs.Reader reader, boolean follow) {
        return Uni.createFrom()
                .item(() -> follow && !sql.mayAsk() ? "" : reader.read())
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .onFailure(failure -> follow && failure instanceof StoreException away && away.isTransient())
                .recoverWithItem("")
                .flatMap(text -> text.isEmpty() && !reader.isAtEnd()
                        ? Uni.createFrom().item(text).onItem().delayIt().by(LOOK)
                        : Uni.createFrom().item(text));
    }
}
