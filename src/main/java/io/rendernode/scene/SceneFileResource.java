package io.rendernode.scene;

import io.rendernode.access.Role;
import io.rendernode.problem.ProblemException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Files of scenes of many, by what is in them. */
@Path("/file/{sha256}")
@Tag(name = "Scenes")
@RolesAllowed(Role.MAY_RENDER)
@ApplicationScoped
public class SceneFileResource {
    private final SentScenes sent;

    SceneFileResource(SentScenes sent) {
        this.sent = sent;
    }

    /** Takes a file of scenes to come. */
    @PUT
    @Operation(summary = "Send a file that a scene is missing; cut off it leaves nothing, and is sent anew")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema =
                                    @Schema(
                                            type =
                                                    org.eclipse.microprofile.openapi.annotations.enums.SchemaType
                                                            .STRING)))
    @APIResponse(responseCode = "201", description = "it is here from now on; a day, unless a scene has it")
    @APIResponse(responseCode = "200", description = "it was here already, and was not read")
    public Response put(
            @PathParam("sha256") String sha256,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) String length,
            InputStream body) {
        SceneManifest.requireSha256("the file's name", sha256);
        long bytes = SceneUploadResource.bytes(length);
        if (sent.has(sha256)) {
            return Response.ok().build();
        }
        return sent.inTurn(() -> {
            try (SceneFiles.Received received = sent.receive(body, bytes)) {
                if (!received.sha256().equals(sha256)) {
                    throw ProblemException.invalid(
                            "the file's name", "is not its SHA-256, which is " + received.sha256());
                }
                sent.keep(received);
                return Response.status(Response.Status.CREATED).build();
            }
        });
    }
}
