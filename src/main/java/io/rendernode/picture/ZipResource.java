package io.rendernode.picture;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.rendernode.access.Role;
import io.rendernode.frame.OutputFiles;
import io.rendernode.frame.PublishedFile;
import io.rendernode.problem.Numbers;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.store.FrameFile;
import io.rendernode.store.FrameList;
import io.rendernode.store.Job;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestMulti;

/** A job's finished frames as one file. */
@Path("/job/{id}/frames.zip")
@Tag(name = "Frames")
@RolesAllowed(Role.MAY_READ)
public class ZipResource {
    private static final Logger LOG = Logger.getLogger(ZipResource.class);
    private static final String ZIP = "application/zip";

    /** Files in a zip: a list of more would take too much of a small heap. */
    private static final int MOST_FILES = 10_000;

    private static final int AT_ONCE = 8;

    private final FinishedFrames frames;
    private final OutputFiles files;
    private final Semaphore turns = new Semaphore(AT_ONCE);

    ZipResource(FinishedFrames frames, OutputFiles files) {
        this.frames = frames;
        this.files = files;
    }

    /**
     * Gives the frames in pieces that are read as the client takes them. What is streamed is sent in chunks by default,
     * which a client could not tell the size of; and one that is cut off must not look like one that has ended.
     */
    @GET
    @Blocking
    @Produces(ZIP)
    @Operation(summary = "The finished frames as a ZIP, stored as they are, under their names in the output folder")
    @APIResponse(
            responseCode = "200",
            description =
                    "Content-Length tells its size; where a file changes meanwhile the connection ends before that",
            content = @Content(mediaType = ZIP))
    @APIResponse(responseCode = "404", description = "no such job, or none of its frames is finished")
    @APIResponse(responseCode = "503", description = "too many zips are being sent: Retry-After says when to ask again")
    public RestMulti<byte[]> zip(
            @PathParam("id") String id,
            @Parameter(description = "the smallest frame number, the first if left out") @QueryParam("from")
                    String from,
            @Parameter(description = "the largest frame number, the last if left out") @QueryParam("to") String to,
            @Context RoutingContext call) {
        FrameZip zip = inTurn(() -> new FrameZip(files, find(id, from, to)));
        call.addHeadersEndHandler(sent -> call.response().headers().remove(HttpHeaderNames.TRANSFER_ENCODING));
        AtomicBoolean over = new AtomicBoolean();
        Multi<byte[]> pieces = Multi.createBy()
                .repeating()
                .uni(() -> Uni.createFrom()
                        .item(Unchecked.supplier(zip::next))
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()))
                .until(piece -> piece.length == 0 && zip.isAtEnd())
                .filter(piece -> piece.length > 0);
        return RestMulti.fromMultiData(pieces.onTermination().invoke((failure, gone) -> {
                    if (over.compareAndSet(false, true)) {
                        // A disk that hangs must not hold the thread that serves others.
                        Infrastructure.getDefaultWorkerPool().execute(() -> end(zip, id, failure));
                        if (failure != null) {
                            call.request().connection().close();
                        }
                    }
                }))
                .header(HttpHeaders.CONTENT_LENGTH, Long.toString(zip.size()))
                .header("Content-Disposition", disposition(id))
                .build();
    }

    /** Tells the zip's size without sending it. */
    @HEAD
    @Produces(ZIP)
    @Operation(hidden = true)
    public Response size(@PathParam("id") String id, @QueryParam("from") String from, @QueryParam("to") String to) {
        long size = inTurn(() -> new FrameZip(files, find(id, from, to))).size();
        turns.release();
        return Response.ok()
                .type(ZIP)
                .header(HttpHeaders.CONTENT_LENGTH, size)
                .header("Content-Disposition", disposition(id))
                .build();
    }

    /** Begins a zip, which has a turn from then on: its list, too, takes memory and time. */
    private FrameZip inTurn(Supplier<FrameZip> beginning) {
        if (!turns.tryAcquire()) {
            throw new ProblemException(Problem.ZIPS_BUSY);
        }
        try {
            return beginning.get();
        } catch (RuntimeException | Error failure) {
            turns.release();
            throw failure;
        }
    }

    private void end(FrameZip zip, String id, Throwable failure) {
        turns.release();
        if (failure != null) {
            LOG.warnf("the zip of job %s was cut off: %s", id, failure.getMessage());
        }
        try {
            zip.close();
        } catch (IOException closing) {
            LOG.debugf(closing, "a frame that was read could not be closed");
        }
    }

    private static String disposition(String id) {
        return "attachment; filename=\"job-" + id + ".zip\"";
    }

    /** The files of the finished frames, by number; what a later job has replaced is left out. */
    private List<PublishedFile> find(String id, String from, String to) {
        int first = number("from", from, FrameList.SMALLEST_FRAME);
        int last = number("to", to, FrameList.LARGEST_FRAME);
        if (last < first) {
            throw ProblemException.invalid("to", "must not be less than from");
        }
        Job job = frames.job(id);
        List<FrameFile> found = frames.inPlace(job.id(), first, last, files -> files, MOST_FILES);
        if (found.size() > MOST_FILES) {
            throw ProblemException.invalid(
                    "to", "and from name more than the " + MOST_FILES + " files that one zip can have");
        }
        if (found.isEmpty()) {
            throw new ProblemException(
                    Problem.NOT_FOUND, "none of these frames of job " + id + " is finished and in place");
        }
        return found.stream().map(FinishedFrames::published).toList();
    }

    private static int number(String name, String text, int otherwise) {
        return text == null ? otherwise : Numbers.number(name, text, FrameList.SMALLEST_FRAME, FrameList.LARGEST_FRAME);
    }
}
