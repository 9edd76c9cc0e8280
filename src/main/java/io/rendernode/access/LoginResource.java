package io.rendernode.access;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Locale;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A browser's images, event streams and downloads cannot send a token: a cookie takes its place. */
@Path("/login")
@Tag(name = "Access")
@RolesAllowed(Role.MAY_READ)
public class LoginResource {
    private final SecurityIdentity caller;
    private final Tokens tokens;

    LoginResource(SecurityIdentity caller, Tokens tokens) {
        this.caller = caller;
        this.tokens = tokens;
    }

    /** Who calls, as JSON. */
    @RegisterForReflection
    @Schema(name = "Login")
    public record LoginView(
            @Schema(description = "whether the node asks for tokens")
            boolean asked,

            @Schema(description = "the token's name; null without a token")
            String name,

            @Schema(description = "read, render or operate; null for who has to log in")
            String role) {}

    /** Tells who calls: of nobody, too, since a page has to know whether to ask for a token. */
    @GET
    @PermitAll
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Who calls, and what they may do; answers without a token as well")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = LoginView.class)))
    @APIResponse(responseCode = "401", description = "the header Authorization has no token that is known")
    public Response who() {
        String role = Stream.of(Role.MAY_OPERATE, Role.MAY_RENDER, Role.MAY_READ)
                .filter(caller::hasRole)
                .findFirst()
                .orElse(null);
        String name = caller.isAnonymous() || !tokens.areAsked()
                ? null
                : caller.getPrincipal().getName();
        return Response.ok(new LoginView(tokens.areAsked(), name, role))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** Gives the cookie for the token that the call comes with. */
    @POST
    @Operation(summary = "Turn the token of the header Authorization into a cookie, for browsers")
    @APIResponse(responseCode = "204", description = "the cookie is in Set-Cookie; none where no token is asked for")
    public Response login(UriInfo uri, @HeaderParam("Origin") String origin) {
        String cookie = caller.getAttribute(TokenMechanism.COOKIE);
        return cookie == null ? Response.noContent().build() : answer(cookie, "", uri, origin);
    }

    /** Takes the cookie back; those of other browsers stay good. */
    @DELETE
    @Operation(summary = "Make the browser forget its cookie")
    @APIResponse(responseCode = "204", description = "the cookie is gone")
    public Response logout(UriInfo uri, @HeaderParam("Origin") String origin) {
        return answer("", "; Max-Age=0", uri, origin);
    }

    /** By TLS to the node, or, as the browser says, to a proxy before it. */
    private static Response answer(String cookie, String age, UriInfo uri, String origin) {
        boolean byTls = uri.getRequestUri().getScheme().equals("https")
                || (origin != null && origin.toLowerCase(Locale.ROOT).startsWith("https://"));
        String secure = byTls ? "; Secure" : "";
        return Response.noContent()
                .header(
                        HttpHeaders.SET_COOKIE,
                        TokenMechanism.COOKIE + "=" + cookie + "; Path=/; HttpOnly; SameSite=Strict" + secure + age)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
