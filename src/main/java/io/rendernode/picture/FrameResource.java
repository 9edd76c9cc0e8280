package io.rendernode.picture;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.access.Role;
import io.rendernode.image.ImageType;
import io.rendernode.problem.Numbers;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.scene.SceneReport;
import io.rendernode.scene.SceneStore;
import io.rendernode.store.FrameFile;
import io.rendernode.store.FrameList;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Job;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Finished frames over HTTP. */
@Path("/job/{id}/frame")
@Tag(name = "Frames")
@RolesAllowed(Role.MAY_READ)
public class FrameResource {
    /** More would not fit into a small heap with many clients. */
    private static final int LARGEST_PAGE = 1000;

    /** Pixels of a preview's longer side. */
    private static final int SMALLEST = 64;

    private static final int LARGEST = 1920;

    private final FinishedFrames finished;
    private final FrameStore frames;
    private final SceneStore scenes;
    private final Previews previews;

    FrameResource(FinishedFrames finished, FrameStore frames, SceneStore scenes, Previews previews) {
        this.finished = finished;
        this.frames = frames;
        this.scenes = scenes;
        this.previews = previews;
    }

    /**
     * A finished frame as JSON.
     *
     * @param number its number
     * @param attempt the attempt that rendered it; 0 where it was there before
     * @param seconds how long it rendered, or null
     * @param storedAt when it came to count
     * @param files its files; a stereo scene has several
     */
    @RegisterForReflection
    @Schema(name = "Frame")
    public record FrameView(
            int number, int task, int attempt, Double seconds, Instant storedAt, List<FileView> files) {}

    /**
     * A frame's file as JSON.
     *
     * @param output the File Output node and its slot that wrote it, {@code node/slot}; empty for the frame itself
     * @param view what the eye's file name ends with, or empty
     * @param path the file, below the output folder
     * @param sizeBytes its size in bytes
     * @param contentType what kind of image it is
     * @param href where to get it
     */
    @RegisterForReflection
    @Schema(name = "FrameFile")
    public record FileView(String output, String view, String path, long sizeBytes, String contentType, String href) {}

    /** Lists the finished frames of a job, by number. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Finished frames, by number")
    @APIResponse(
            responseCode = "200",
            description = "the header Link names the next page, if there is one",
            content = @Content(schema = @Schema(implementation = FrameView[].class)))
    @APIResponse(responseCode = "404", description = "no such job")
    public Response list(
            @PathParam("id") String id,
            @Parameter(description = "the smallest number, the first if left out") @QueryParam("from") String from,
            @Parameter(
                            description =
                                    "frames on the page, 1 to 10000, 1000 if left out; more than 1000 are on several pages all the same")
                    @QueryParam("limit")
                    String limit) {
        Job job = finished.job(id);
        int first = from == null
                ? FrameList.SMALLEST_FRAME
                : Numbers.number("from", from, FrameList.SMALLEST_FRAME, FrameList.LARGEST_FRAME);
        int size = limit == null ? LARGEST_PAGE : Math.min(Numbers.number("limit", limit, 1, 10_000), LARGEST_PAGE);
        List<FrameFile> found = frames.ofJob(job.id(), first, size);
        Map<Integer, List<FrameFile>> byNumber = new LinkedHashMap<>();
        found.forEach(file -> byNumber.computeIfAbsent(file.number(), number -> new ArrayList<>())
                .add(file));
        Response.ResponseBuilder response =
                Response.ok(byNumber.values().stream().map(FrameResource::view).toList());
        if (byNumber.size() == size) {
            int next = found.get(found.size() - 1).number() + 1;
            response.header(
                    HttpHeaders.LINK, "</job/" + id + "/frame?from=" + next + "&limit=" + size + ">; rel=\"next\"");
        }
        return response.build();
    }

    /** Gives one frame's image, or a small picture of it. */
    @GET
    @Blocking
    @Path("/{number}")
    @Produces(MediaType.WILDCARD)
    @Operation(summary = "One frame's image, or a preview of it")
    @APIResponse(
            responseCode = "200",
            description =
                    "the image, with its content type and an ETag; with a size a JPEG, or a WebP where Accept names"
                            + " image/webp and not image/jpeg")
    @APIResponse(responseCode = "206", description = "the part that the header Range asks for")
    @APIResponse(responseCode = "304", description = "the image that the header If-None-Match names")
    @APIResponse(responseCode = "404", description = "not finished, or its file was replaced since")
    @APIResponse(responseCode = "416", description = "the range is not in the file, whose size Content-Range tells")
    @APIResponse(responseCode = "422", description = "no preview can be made of the file")
    @APIResponse(responseCode = "501", description = "this node has no oiiotool to make previews with")
    @APIResponse(
            responseCode = "503",
            description = "too many previews are being made: Retry-After says when to ask again")
    public Uni<Response> image(
            @PathParam("id") String id,
            @PathParam("number") String number,
            @Parameter(description = "the eye of a stereo scene, such as _L; the first if left out") @QueryParam("view")
                    String view,
            @Parameter(description = "a File Output node's file, node/slot; the frame itself if left out")
                    @QueryParam("output")
                    String output,
            @Parameter(
                            description =
                                    "a preview: the most pixels of its longer side, 64 to 1920; a smaller frame is not enlarged")
                    @QueryParam("size")
                    String size,
            @Context HttpHeaders headers,
            @Context Request request) {
        Integer side = size == null ? null : Integer.valueOf(Numbers.number("size", size, SMALLEST, LARGEST));
        Job job = finished.job(id);
        FrameFile frame = frame(job, number, Objects.requireNonNullElse(output, ""), view);
        java.nio.file.Path path = finished.unchanged(frame);
        EntityTag tag = new EntityTag(FinishedFrames.tag(frame));
        if (side != null) {
            Runnable isThere = () -> finished.unchanged(frame);
            return preview(job, new Shown(path, tag.getValue(), isThere), side, headers, request);
        }
        return Uni.createFrom()
                .item(new ServedFile(path, frame.sizeBytes(), frame.modifiedAt(), tag, contentType(frame.path()))
                        .answer(headers, request));
    }

    /** A frame's file, what tells it from all others, and what throws where it is another by now. */
    private record Shown(java.nio.file.Path path, String tag, Runnable isThere) {}

    private Uni<Response> preview(Job job, Shown frame, int side, HttpHeaders headers, Request request) {
        boolean linear = isLinear(frame.path().toString());
        SceneReport.View view =
                linear ? scenes.ofJob(job.id()).map(SceneReport::view).orElse(null) : null;
        PreviewKind kind = PreviewKind.wanted(headers.getAcceptableMediaTypes());
        String name = Previews.name(frame.path() + " " + frame.tag() + " " + view + " " + side);
        EntityTag tag = new EntityTag(name + "-" + kind.extension());
        Response.ResponseBuilder known = request.evaluatePreconditions(tag);
        if (known != null) {
            return Uni.createFrom()
                    .item(known.tag(tag)
                            .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                            .build());
        }
        return Uni.createFrom()
                .completionStage(previews.of(
                        new Oiiotool.Picture(frame.path(), linear, view, frame.isThere()), name, side, kind))
                .map(file -> Response.ok(file)
                        .type(kind.type())
                        .tag(tag)
                        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                        .build());
    }

    private FrameFile frame(Job job, String number, String output, String view) {
        int wanted = Numbers.tryNumber(number)
                .filter(value -> Math.abs(value) <= FrameList.LARGEST_FRAME)
                .map(Long::intValue)
                .filter(job.frames()::contains)
                .orElseThrow(
                        () -> new ProblemException(Problem.NOT_FOUND, "job " + job.id() + " has no frame " + number));
        List<FrameFile> found = frames.find(job.id(), wanted);
        if (found.isEmpty()) {
            throw new ProblemException(Problem.NOT_FOUND, "frame " + number + " is not finished");
        }
        return found.stream()
                .filter(file -> file.output().equals(output))
                .filter(file -> view == null || file.viewSuffix().equals(view))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        Problem.NOT_FOUND,
                        "frame " + number + " has no"
                                + (output.isEmpty() ? "" : " output " + output)
                                + (view == null ? "" : " view " + view)));
    }

    /** The frame that has these files, one or more, as JSON. */
    public static FrameView view(List<FrameFile> views) {
        FrameFile first = views.get(0);
        return new FrameView(
                first.number(),
                first.task().position(),
                first.attempt(),
                first.seconds(),
                first.storedAt(),
                views.stream()
                        .map(file -> new FileView(
                                file.output(),
                                file.viewSuffix(),
                                file.path(),
                                file.sizeBytes(),
                                contentType(file.path()),
                                href(file)))
                        .toList());
    }

    private static String href(FrameFile file) {
        List<String> query = new ArrayList<>();
        if (!file.output().isEmpty()) {
            query.add("output=" + URLEncoder.encode(file.output(), StandardCharsets.UTF_8));
        }
        if (!file.viewSuffix().isEmpty()) {
            query.add("view=" + URLEncoder.encode(file.viewSuffix(), StandardCharsets.UTF_8));
        }
        return "/job/" + file.task().job() + "/frame/" + file.number()
                + (query.isEmpty() ? "" : "?" + String.join("&", query));
    }

    /** Whether the colours in such a file are linear. */
    static boolean isLinear(String path) {
        return contentType(path).equals(ImageType.OPEN_EXR.contentType());
    }

    private static String contentType(String path) {
        String extension = path.substring(path.lastIndexOf('.') + 1);
        return Arrays.stream(ImageType.values())
                .filter(type -> type.hasExtension(extension))
                .map(ImageType::contentType)
                .findFirst()
                .orElse(MediaType.APPLICATION_OCTET_STREAM);
    }
}
