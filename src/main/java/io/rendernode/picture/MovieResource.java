package io.rendernode.picture;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.access.Role;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.scene.SceneReport;
import io.rendernode.scene.SceneStore;
import io.rendernode.store.FrameFile;
import io.rendernode.store.FrameList;
import io.rendernode.store.Job;
import io.smallrye.common.annotation.Blocking;
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
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A job's finished frames as a movie. */
@Path("/job/{id}/movie.mp4")
@Tag(name = "Frames")
@RolesAllowed(Role.MAY_READ)
public class MovieResource {
    private static final String MP4 = "video/mp4";

    /** Frames in a movie: a list of more would take too much of a small heap. */
    private static final int MOST_FRAMES = 10_000;

    private static final double USUAL_RATE = 24;
    private static final int ASK_AGAIN_SECONDS = 2;

    private final FinishedFrames frames;
    private final SceneStore scenes;
    private final Movies movies;

    MovieResource(FinishedFrames frames, SceneStore scenes, Movies movies) {
        this.frames = frames;
        this.scenes = scenes;
        this.movies = movies;
    }

    /**
     * How far a movie is, as JSON.
     *
     * @param progress 0 to 1
     * @param framesDone how many frames are in it so far
     * @param framesTotal how many it will have
     */
    @RegisterForReflection
    @Schema(name = "MovieProgress")
    public record MovieProgress(double progress, int framesDone, int framesTotal) {}

    /** Gives the movie, or says how far it is: it is made as long as somebody asks for it every 30 s. */
    @GET
    @Blocking
    @Produces(MediaType.WILDCARD)
    @Operation(summary = "The finished frames as a movie, H.264; what is not finished is left out")
    @APIResponse(responseCode = "200", description = "the movie, with an ETag", content = @Content(mediaType = MP4))
    @APIResponse(
            responseCode = "202",
            description = "it is being made, or waits for its turn: ask again after Retry-After",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = MovieProgress.class)))
    @APIResponse(responseCode = "206", description = "the part that the header Range asks for")
    @APIResponse(responseCode = "304", description = "the movie that the header If-None-Match names")
    @APIResponse(responseCode = "404", description = "no such job, or none of its frames is finished")
    @APIResponse(responseCode = "416", description = "the range is not in the file, whose size Content-Range tells")
    @APIResponse(responseCode = "422", description = "it cannot be made, because of the frame that the answer names")
    @APIResponse(responseCode = "501", description = "this node has no ffmpeg, or no oiiotool")
    @APIResponse(responseCode = "503", description = "too many wait for their turn: Retry-After says when to ask again")
    @APIResponse(responseCode = "507", description = "the node's disk is nearly full")
    public Response movie(
            @PathParam("id") String id,
            @Parameter(
                            description =
                                    "frames a second, 1 to 120, such as 23.976 or 24000/1001; the scene's if left out, else 24")
                    @QueryParam("fps")
                    String fps,
            @Parameter(description = "the eye of a stereo scene, such as _L; the first if left out") @QueryParam("view")
                    String view,
            @Context HttpHeaders headers,
            @Context Request request) {
        Optional<FrameRate> asked = Optional.ofNullable(fps).map(FrameRate::parse);
        Job job = frames.job(id);
        String wanted = job.id() + " " + asked.map(FrameRate::toString).orElse("") + " " + view;
        Movies.State state = movies.asked(wanted).orElseGet(() -> movies.of(making(job, wanted, asked, view)));
        if (state.file() == null) {
            double progress = (double) state.framesDone() / state.framesTotal();
            return Response.accepted(new MovieProgress(progress, state.framesDone(), state.framesTotal()))
                    .type(MediaType.APPLICATION_JSON)
                    .header(HttpHeaders.RETRY_AFTER, ASK_AGAIN_SECONDS)
                    .build();
        }
        try {
            return new ServedFile(
                            state.file(), Files.size(state.file()), null, new EntityTag(state.name() + "-mp4"), MP4)
                    .answer(headers, request);
        } catch (IOException left) {
            // It has made room for others in this moment, and is made again.
            throw new ProblemException(Problem.MOVIES_BUSY);
        }
    }

    private MovieMaking making(Job job, String request, Optional<FrameRate> asked, String view) {
        List<FrameFile> found = frames.inPlace(
                job.id(), FrameList.SMALLEST_FRAME, FrameList.LARGEST_FRAME, files -> ofView(files, view), MOST_FRAMES);
        if (found.isEmpty()) {
            throw new ProblemException(
                    Problem.NOT_FOUND,
                    "no frame of job " + job.id() + (view == null ? "" : " with the view " + view)
                            + " is finished and in place");
        }
        if (found.size() > MOST_FRAMES) {
            throw new ProblemException(
                    Problem.NO_MOVIE, "the job has more than the " + MOST_FRAMES + " frames that one can have");
        }
        Optional<SceneReport> scene = scenes.ofJob(job.id());
        FrameRate rate = asked.or(() -> scene.map(SceneReport::fps)
                        .filter(own -> own > 0 && Double.isFinite(own))
                        .map(FrameRate::of))
                .orElseGet(() -> FrameRate.of(USUAL_RATE));
        SceneReport.View colours = scene.map(SceneReport::view).orElse(null);
        StringBuilder made = new StringBuilder(job.id() + " " + rate + " " + view + " " + colours);
        found.forEach(frame -> made.append('\n')
                .append(frame.number())
                .append(' ')
                .append(frame.path())
                .append(' ')
                .append(FinishedFrames.tag(frame)));
        return new MovieMaking(
                request,
                Previews.name(made.toString()),
                rate,
                found.stream().map(frame -> frame(frame, colours)).toList());
    }

    private MovieMaking.Frame frame(FrameFile frame, SceneReport.View colours) {
        boolean linear = FrameResource.isLinear(frame.path());
        return new MovieMaking.Frame(
                frame.number(),
                () -> new Oiiotool.Picture(frames.unchanged(frame), linear, colours, () -> frames.unchanged(frame)));
    }

    /** Of each frame one file: of that view, or of its first. */
    private static List<FrameFile> ofView(List<FrameFile> files, String view) {
        Map<Integer, FrameFile> byNumber = new LinkedHashMap<>();
        for (FrameFile file : files) {
            if (file.output().isEmpty() && (view == null || file.viewSuffix().equals(view))) {
                byNumber.putIfAbsent(file.number(), file);
            }
        }
        return List.copyOf(byNumber.values());
    }
}
