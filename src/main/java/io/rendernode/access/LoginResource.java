package io.rendernode.access;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A browser's images, event streams and downloads cannot send a token: a cookie takes its place. */
@Path("/login")
@Tag(name = "Access")
@RolesAllowed(Role.MAY_READ)
public class LoginResource {
    private final SecurityIdentity caller;

    LoginResource(SecurityIdentity caller) {
        this.caller = caller;
    }

    /** Gives the cookie for the token that the call comes with. */
    @POST
    @Operation(summary = "Turn the token of the header Authorization into a cookie, for browsers")
    @APIResponse(responseCode = "204", description = "the cookie is in Set-Cookie; none where no token is asked for")
    public Response login(UriInfo uri) {
        String cookie = caller.getAttribute(TokenMechanism.COOKIE);
        return cookie == null ? Response.noContent().build() : answer(cookie, "", uri);
    }

    /** Takes the cookie back; those of other browsers stay good. */
    @DELETE
    @Operation(summary = "Make the browser forget its cookie")
    @APIResponse(responseCode = "204", description = "the cookie is gone")
    public Response logout(UriInfo uri) {
        return answer("", "; Max-Age=0", uri);
    }

    private static Response answer(String cookie, String age, UriInfo uri) {
        String secure = uri.getRequestUri().getScheme().equals("https") ? "; Secure" : "";
        return Response.noContent()
                .header(
                        HttpHeaders.SET_COOKIE,
                        TokenMechanism.COOKIE + "=" + cookie + "; Path=/; HttpOnly; SameSite=Strict" + secure + age)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
