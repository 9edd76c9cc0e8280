package io.rendernode.access;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.rendernode.problem.ProblemMapper;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who calls: by {@code Authorization: Bearer}, or by the cookie that {@link LoginResource} gave. Where no tokens are
 * configured everybody may everything.
 */
@ApplicationScoped
class TokenMechanism implements HttpAuthenticationMechanism {
    /** The name of a browser's cookie. */
    static final String COOKIE = "render-node";

    /** What the header WWW-Authenticate asks for. */
    static final String CHALLENGE = "Bearer";

    private static final String SCHEME = "bearer ";

    private static final String METRICS = "/metrics";

    /** What tells nothing of jobs. */
    private static final List<String> OPEN =
            List.of("/health", "/openapi", "/swagger-ui", METRICS, "/page", "/_static");

    /** The page itself, where one logs in, and what it asks first. */
    private static final Set<String> PAGE = Set.of("/", "/index.html");

    private static final String LOGIN = "/login";

    private static final SecurityIdentity EVERYBODY = identity("", Role.OPERATE).build();

    private final Tokens tokens;
    private final AccessConfig config;

    TokenMechanism(Tokens tokens, AccessConfig config) {
        this.tokens = tokens;
        this.config = config;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext call, IdentityProviderManager unused) {
        if (!tokens.areAsked()) {
            return Uni.createFrom().item(EVERYBODY);
        }
        Optional<Token> token = token(call);
        if (token.isPresent()) {
            return Uni.createFrom()
                    .item(identity(token.get().name(), token.get().role())
                            .addAttribute(COOKIE, token.get().cookie())
                            .build());
        }
        // Nobody has a role: what asks for one is refused even where a path only looks like one of these.
        return isOpen(call)
                ? Uni.createFrom().nullItem()
                : Uni.createFrom()
                        .<SecurityIdentity>failure(AuthenticationFailedException::new)
                        .onFailure()
                        .call(() ->
                                Uni.createFrom().voidItem().onItem().delayIt().by(ProblemMapper.PENALTY));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext call) {
        return Uni.createFrom()
                .item(new ChallengeData(
                        HttpResponseStatus.UNAUTHORIZED.code(), HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGE));
    }

    private Optional<Token> token(RoutingContext call) {
        String header = call.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (header != null) {
            return header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                    ? tokens.ofSecret(header.substring(SCHEME.length()).strip())
                    : Optional.empty();
        }
        return Optional.ofNullable(call.request().getCookie(COOKIE))
                .map(Cookie::getValue)
                .flatMap(tokens::ofCookie);
    }

    /** Who brings a token that is none is told so, also where none is asked for but there it is tried. */
    private boolean isOpen(RoutingContext call) {
        String path = call.normalizedPath();
        if (path.equals(LOGIN)) {
            return call.request().method().equals(HttpMethod.GET)
                    && call.request().getHeader(HttpHeaders.AUTHORIZATION) == null;
        }
        return PAGE.contains(path)
                || OPEN.stream()
                        .filter(root -> config.metricsOpen() || !root.equals(METRICS))
                        .anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
    }

    private static QuarkusSecurityIdentity.Builder identity(String name, Role role) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addRoles(role.labels());
    }
}
