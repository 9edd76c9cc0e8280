package io.rendernode.scene;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.access.Caller;
import io.rendernode.access.Role;
import io.rendernode.problem.Numbers;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.scene.BlendFolder.SceneFile;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Scenes in over HTTP: one file, or many by what is in them, so that what is here is not sent again. */
@Path("/scene")
@Tag(name = "Scenes")
@RolesAllowed(Role.MAY_RENDER)
@ApplicationScoped
public class SceneUploadResource {
    private static final int LARGEST_MANIFEST = 4 << 20;

    private final BlendFolder scenes;
    private final SentScenes sent;
    private final Caller caller;

    SceneUploadResource(BlendFolder scenes, SentScenes sent, Caller caller) {
        this.scenes = scenes;
        this.sent = sent;
        this.caller = caller;
    }

    /** A scene that was sent, as JSON: its file, and what is in it as far as that is known. */
    @RegisterForReflection
    @Schema(name = "SentScene")
    public record SentView(
            @JsonUnwrapped SceneFile file, @JsonUnwrapped SceneReport report) {}

    /** What is still to be sent. */
    @RegisterForReflection
    @Schema(name = "MissingFiles")
    public record MissingView(
            @Schema(
                    description =
                            "SHA-256 of each file that is not here: send it by PUT /file/{sha256}, then the manifest again")
            List<String> missing) {}

    /** Takes a scene of one file. */
    @PUT
    @Path("/{path: .+}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Send a scene of one file: curl -T scene.blend")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema =
                                    @Schema(
                                            type =
                                                    org.eclipse.microprofile.openapi.annotations.enums.SchemaType
                                                            .STRING)))
    @APIResponse(
            responseCode = "201",
            description = "from now on the name means this scene; the ETag is its SHA-256",
            content = @Content(schema = @Schema(implementation = SentView.class)))
    @APIResponse(responseCode = "200", description = "the same, in place of another; jobs that were posted keep theirs")
    @APIResponse(responseCode = "409", description = "SCENE_DIR is not there, or not set in a fleet")
    @APIResponse(responseCode = "411", description = "without a Content-Length")
    @APIResponse(responseCode = "412", description = "with If-None-Match: *, where the name means a scene already")
    @APIResponse(responseCode = "507", description = "no room, by RENDER_SCENE_LIMIT or the disk; nothing was read")
    public Response put(
            @PathParam("path") String path,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) String length,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch,
            InputStream body) {
        ScenePath.checkBlend("the scene's name", path);
        boolean onlyNew = requireMay(path, ifNoneMatch);
        return sent.inTurn(() -> {
            try (SceneFiles.Received received = sent.receive(body, bytes(length))) {
                requireBlend(received);
                sent.keep(received);
                String name = path.substring(path.lastIndexOf('/') + 1);
                SceneManifest.Entry file = new SceneManifest.Entry(name, received.sha256(), received.bytes());
                return answer(path, new SceneManifest(name, List.of(file)), onlyNew);
            }
        });
    }

    private static void requireBlend(SceneFiles.Received received) throws IOException {
        try {
            BlendHeader.read(received.part());
        } catch (BlendHeader.NoBlendException other) {
            throw ProblemException.invalid("the scene", other.getMessage());
        }
    }

    /** Takes a scene of many files that are here. */
    @POST
    @Path("/{name: .+}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make a scene of many files by their SHA-256; its name is {name}/{blend}")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SceneManifest.class)))
    @APIResponse(
            responseCode = "201",
            description = "all files are here",
            content = @Content(schema = @Schema(implementation = SentView.class)))
    @APIResponse(responseCode = "200", description = "the same, in place of another")
    @APIResponse(
            responseCode = "409",
            description = "some are missing",
            content = @Content(schema = @Schema(implementation = MissingView.class)))
    public Response post(
            @PathParam("name") String name,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) String length,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch,
            InputStream body) {
        if (bytes(length) > LARGEST_MANIFEST) {
            throw new ProblemException(Problem.TOO_LARGE);
        }
        ScenePath.check("the scene's name", name);
        return sent.inTurn(() -> {
            SceneManifest manifest = SceneManifest.read(SceneFiles.read(body, (int) bytes(length)));
            String path = ScenePath.check("the scene's name with blend", name + "/" + manifest.blend());
            return answer(path, manifest, requireMay(path, ifNoneMatch));
        });
    }

    /** Forgets a scene that was sent. */
    @DELETE
    @Path("/{path: .+}")
    @Operation(summary = "Delete a scene that was sent; the blend folder is never changed")
    @APIResponse(responseCode = "204", description = "the name means nothing, or the blend folder's scene, again")
    @APIResponse(responseCode = "404", description = "no such scene was sent")
    @APIResponse(responseCode = "409", description = "a job that has not ended needs it")
    public Response delete(@PathParam("path") String path) {
        SentScenes.Version version =
                sent.current(path).orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "no such scene was sent"));
        caller.who().requireOwn("scene", version.owner());
        try {
            sent.delete(path);
            return Response.noContent().build();
        } catch (IOException failure) {
            throw SceneFiles.problem(failure);
        }
    }

    /**
     * Makes sure that the caller may let that name mean another scene: whoever sent it may, and for what the blend folder
     * has, who may change what is everybody's.
     *
     * @return whether the name must mean nothing yet
     */
    private boolean requireMay(String path, String ifNoneMatch) {
        if (ifNoneMatch != null && !ifNoneMatch.strip().equals("*")) {
            throw ProblemException.invalid("If-None-Match", "must be *");
        }
        Optional<SentScenes.Version> before = sent.current(path);
        Optional<SceneFile> hidden = scenes.fileInFolder(path);
        if (ifNoneMatch != null && (before.isPresent() || hidden.isPresent())) {
            throw new ProblemException(Problem.SCENE_EXISTS, "'" + path + "'");
        }
        if (before.isPresent() || hidden.isPresent()) {
            caller.who()
                    .requireOwn("scene", before.map(SentScenes.Version::owner).orElse(null));
        }
        return ifNoneMatch != null;
    }

    private void requireMayReplace(SentScenes.Version version) {
        caller.who().requireOwn("scene", version.owner());
    }

    static long bytes(String length) {
        if (length == null) {
            throw new ProblemException(Problem.LENGTH_REQUIRED);
        }
        return Numbers.tryId(length).orElseThrow(() -> new ProblemException(Problem.TOO_LARGE));
    }

    private Response answer(String path, SceneManifest manifest, boolean onlyNew) throws IOException {
        List<String> missing = sent.missing(manifest);
        Optional<SentScenes.Sent> done = missing.isEmpty()
                ? sent.put(path, manifest, caller.who().name(), this::requireMayReplace, onlyNew)
                : Optional.empty();
        if (done.isEmpty()) {
            return Response.status(Response.Status.CONFLICT)
                    .entity(new MissingView(sent.missing(manifest)))
                    .build();
        }
        Optional<SceneStore.Known> known = scenes.known(path, "");
        SentScenes.Version version = done.get().version();
        return Response.status(done.get().isNew() ? Response.Status.CREATED : Response.Status.OK)
                .header(HttpHeaders.LOCATION, location(path))
                .header(HttpHeaders.ETAG, '"' + version.etag() + '"')
                .entity(new SentView(
                        SceneFile.of(version),
                        known.map(SceneStore.Known::report).orElse(null)))
                .build();
    }

    /** A scene's path in URLs. */
    public static String location(String path) {
        return "/scene/"
                + URLEncoder.encode(path, StandardCharsets.UTF_8)
                        .replace("%2F", "/")
                        .replace("+", "%20");
    }
}
