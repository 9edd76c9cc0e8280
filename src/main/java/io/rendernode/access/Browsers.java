package io.rendernode.access;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Keeps pages of other sites from using the browser of someone who may call this node. */
@ApplicationScoped
class Browsers {
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Pattern LOCAL =
            Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[?::1]?", Pattern.CASE_INSENSITIVE);
    private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

    /** Swagger UI has its start and its looks in its page. */
    private static final String SWAGGER = "default-src 'self'; script-src 'self' 'unsafe-inline';"
            + " style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    /** The hash of the import map, which no file of its own can hold: {@code BrowsersTest} tells of another. */
    static final String IMPORT_MAP = "sha256-d8LL6nl+Nr4xsua3FMKFVEsgkRtlpWRqJKU117YHkCk=";

    /** The page runs what the node serves, and nothing that is in its markup; only Lit makes markup of text. */
    static final String PAGE = "default-src 'none'; script-src 'self' '" + IMPORT_MAP + "'; style-src 'self';"
            + " img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types lit-html";

    private final boolean loopback;
    private final List<String> friends;

    Browsers(
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> friends) {
        loopback = host.equals(LoopbackUnlessOpen.LOOPBACK);
        this.friends = friends.orElse(List.of());
    }

    /** Tells the browser what it may do with the answer. */
    void protect(RoutingContext call) {
        call.response()
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Content-Security-Policy", policy(call.request().path()));
    }

    private static String policy(String path) {
        return path.startsWith("/swagger-ui")
                ? SWAGGER
                : path.equals("/") || path.equals("/index.html") ? PAGE : NOTHING;
    }

    /** Why a request is refused, if it is. */
    Optional<String> refusal(HttpServerRequest request) {
        HostAndPort host = request.authority();
        // A name that somebody else's server has given this machine's address to.
        if (loopback && host != null && !LOCAL.matcher(host.host()).matches()) {
            return Optional.of("without tokens the header Host must be localhost or a loopback address");
        }
        if (READS.contains(request.method())) {
            return Optional.empty();
        }
        MultiMap headers = request.headers();
        String origin = headers.get("Origin");
        if (!isFriend(origin) && "cross-site".equals(headers.get("Sec-Fetch-Site"))) {
            return Optional.of("a page of another site must not change anything here");
        }
        return origin == null || isFriend(origin) || isOf(host, origin)
                ? Optional.empty()
                : Optional.of("the header Origin names another site");
    }

    private boolean isFriend(String origin) {
        return origin != null && friends.contains(origin);
    }

    private static boolean isOf(HostAndPort host, String origin) {
        try {
            URI site = URI.create(origin);
            return host != null
                    && host.host().equalsIgnoreCase(site.getHost())
                    && port(site.getScheme(), host.port()) == port(site.getScheme(), site.getPort());
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static int port(String scheme, int port) {
        return port > 0 ? port : "https".equals(scheme) ? 443 : 80;
    }
}
