package io.rendernode.job;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.access.Role;
import io.rendernode.attempt.SceneReports;
import io.rendernode.problem.Numbers;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.scene.BlendFolder;
import io.rendernode.scene.BlendFolder.SceneFile;
import io.rendernode.scene.SceneReport;
import io.rendernode.scene.SceneStore.Known;
import io.rendernode.scene.SceneUploadResource;
import io.rendernode.task.KnownFolders;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Scenes over HTTP: which there are, and what is in them. */
@Path("/scene")
@Tag(name = "Scenes")
@RolesAllowed(Role.MAY_READ)
public class SceneResource {
    /** Seconds until a report may be there that is not yet. */
    private static final int RETRY_AFTER = 2;

    private static final int LARGEST_PAGE = 500;

    private final BlendFolder scenes;
    private final SceneReports reports;
    private final KnownFolders folders;

    SceneResource(BlendFolder scenes, SceneReports reports, KnownFolders folders) {
        this.scenes = scenes;
        this.reports = reports;
        this.folders = folders;
    }

    /** A folder of scenes as JSON. */
    @RegisterForReflection
    @Schema(name = "SceneFolder")
    public record FolderView(
            @Schema(description = "below the blend folder; empty for itself")
            String folder,

            @Schema(description = "the folders in it, below the blend folder")
            List<String> folders,

            List<SceneFile> scenes) {}

    /** A scene as JSON: its file, and what is in it. */
    @RegisterForReflection
    @Schema(name = "Scene")
    public record SceneView(
            @JsonUnwrapped SceneFile file, @JsonUnwrapped SceneReport report) {}

    /** Lists the scenes of a folder, by name. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The scenes of a folder of the blend folder, by name")
    @APIResponse(
            responseCode = "200",
            description = "the header Link names the next page, if there is one",
            content = @Content(schema = @Schema(implementation = FolderView.class)))
    @APIResponse(responseCode = "404", description = "no such folder")
    public Response list(
            @Parameter(description = "below the blend folder; itself if left out") @QueryParam("folder") String folder,
            @Parameter(description = "scenes on the page, 1 to 500, 100 if left out") @QueryParam("limit") String limit,
            @Parameter(description = "only scenes whose path comes after this one") @QueryParam("after") String after) {
        int size = limit == null ? 100 : Numbers.number("limit", limit, 1, LARGEST_PAGE);
        String path = Objects.requireNonNullElse(folder, "");
        BlendFolder.Listing listing = scenes.list(path)
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "there is no folder '" + path + "'"));
        List<SceneFile> page = listing.scenes().stream()
                .filter(scene -> after == null || scene.path().compareTo(after) > 0)
                .limit(size)
                .toList();
        Response.ResponseBuilder response = Response.ok(new FolderView(path, listing.folders(), page));
        if (page.size() == size) {
            String last = page.get(size - 1).path();
            response.header(
                    HttpHeaders.LINK,
                    "</scene?folder=" + encoded(path) + "&limit=" + size + "&after=" + encoded(last)
                            + ">; rel=\"next\"");
        }
        return response.build();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Tells what is in a scene. */
    @GET
    @Path("/{path: .+}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "What is in a scene: ranges, cameras, engine, and what will not be as its maker saw it")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = SceneView.class)))
    @APIResponse(responseCode = "202", description = "a node opens it: ask again")
    @APIResponse(responseCode = "404", description = "no such scene")
    @APIResponse(responseCode = "422", description = "Blender cannot open it: the reason")
    public Response scene(@PathParam("path") String path) throws InterruptedException {
        Optional<SceneFile> file = scenes.file(path);
        if (file.isEmpty()) {
            String name = path.codePoints().anyMatch(Character::isISOControl) ? "it" : "'" + path + "'";
            throw new ProblemException(Problem.NOT_FOUND, name + " is not in the blend folder");
        }
        Optional<Known> known = reports(path);
        if (known.isEmpty()) {
            return Response.accepted()
                    .header(HttpHeaders.LOCATION, SceneUploadResource.location(path))
                    .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                    .build();
        }
        if (known.get().report() == null) {
            throw new ProblemException(
                    Problem.SCENE_UNREADABLE, folders.hide(known.get().failure()));
        }
        SceneReport report = known.get().report();
        report = report.withWarnings(JobViews.hidden(report.warnings(), folders));
        Response.ResponseBuilder response = Response.ok(new SceneView(file.get(), report));
        if (file.get().etag() != null) {
            response.header(HttpHeaders.ETAG, '"' + file.get().etag() + '"');
        }
        return response.build();
    }

    private Optional<Known> reports(String path) throws InterruptedException {
        try {
            return reports.of(path);
        } catch (BlendFolder.NoSceneException none) {
            throw new ProblemException(Problem.SCENE_UNREADABLE, none.getMessage());
        }
    }
}
