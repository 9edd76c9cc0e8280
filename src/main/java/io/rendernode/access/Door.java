package io.rendernode.access;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.quarkus.security.AuthenticationFailedException;
import io.rendernode.problem.Numbers;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.problem.ProblemMapper;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * What every call passes before anything else looks at it, on the event loop: what a browser may not, what is malformed
 * or too large is refused here, and a body is read whole before it takes a worker.
 */
@ApplicationScoped
public class Door {
    /** Bytes: a request is some hundred; a pattern, a name and tags at their longest fit. */
    private static final int LARGEST_BODY = 65_536;

    /** Characters of a path with its query, and of all headers. */
    private static final int LONGEST_LINE = 8192;

    private static final int LARGEST_HEADERS = 16_384;

    /** Bytes of a body that may be under way however many there are. */
    private static final int SMALL_BODY = 4096;

    /** Larger bodies, or such of unknown size, that may be under way at once. */
    private static final int MOST_LARGE_BODIES = 64;

    /** How long a body may take to come. */
    private static final long BODY_MILLIS = 20_000;

    /** How long a connection stays whose body is not read to its end. */
    private static final long LINGER_MILLIS = 2_000;

    /** Under which a call keeps what ends the watch over its body. */
    private static final String BODY = "body";

    /** Where scenes are sent to: such a body is read by the one who answers, as it comes. */
    private static final Pattern SCENES = Pattern.compile("/(?:scene|file)/.*");

    private static final Pattern JSON = Pattern.compile("application/json\\s*(;|$)", Pattern.CASE_INSENSITIVE);

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final String QUOTED = "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"";
    private static final String TYPE =
            "(?:" + TOKEN + "/" + TOKEN + "|\\*)(?:\\s*+;\\s*+(?:" + TOKEN + "=(?:" + TOKEN + "|" + QUOTED + "))?+)*+";

    /** Types with their parameters, in a list: RFC 9110, 8.3.1 and 12.5.1; a lone star is Java's own old client's. */
    private static final Pattern MEDIA_TYPES = Pattern.compile("\\s*+" + TYPE + "(?:\\s*+,\\s*+" + TYPE + ")*+\\s*+");

    private static final int LONGEST_MEDIA_TYPES = 1000;

    /** In the router, where it is known who calls, and the body is read. */
    public static final int ONCE_KNOWN = -50;

    /** All that any call uses, or is told that it may not. */
    public static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS);

    private final Vertx vertx;
    private final Browsers browsers;
    private final BodyHandler body = BodyHandler.create(false).setBodyLimit(LARGEST_BODY);
    private final AtomicInteger largeBodies = new AtomicInteger();

    Door(Vertx vertx, Browsers browsers) {
        this.vertx = vertx;
        this.browsers = browsers;
    }

    void register(@Observes Router router) {
        router.errorHandler(400, call -> refuse(call, malformed()));
        router.route().order(Integer.MIN_VALUE).handler(this::enter).failureHandler(this::failed);
        router.route().order(ONCE_KNOWN - 2).handler(this::beforeBody);
        router.route().order(ONCE_KNOWN - 1).handler(this::takeBody);
        router.route().order(ONCE_KNOWN).handler(Door::afterBody);
    }

    private void enter(RoutingContext call) {
        ConnectionLimits.watch(call.request().connection());
        browsers.protect(call);
        Optional<ProblemException> refusal = refusal(call.request());
        if (refusal.isPresent()) {
            refuse(call, refusal.get());
            return;
        }
        // A client that does not read its answers gets no further ones.
        if (call.response().writeQueueFull()) {
            call.response().drainHandler(drained -> call.next());
        } else {
            call.next();
        }
    }

    private Optional<ProblemException> refusal(HttpServerRequest request) {
        if (request.uri().length() > LONGEST_LINE) {
            return Optional.of(new ProblemException(Problem.LINE_TOO_LONG));
        }
        if (size(request.headers()) > LARGEST_HEADERS) {
            return Optional.of(new ProblemException(Problem.HEADERS_TOO_LARGE));
        }
        if (!METHODS.contains(request.method())) {
            return Optional.of(new ProblemException(Problem.METHOD_NOT_ALLOWED));
        }
        return malformed(request)
                .map(reason -> new ProblemException(Problem.INVALID_INPUT, reason))
                .or(() -> browsers.refusal(request).map(reason -> new ProblemException(Problem.FORBIDDEN, reason)));
    }

    /** Bodies that come slowly, or never, hold little memory, for a while, and no worker. */
    private void beforeBody(RoutingContext call) {
        HttpServerRequest request = call.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        if (!chunked && (length == null || length.equals("0"))) {
            call.next();
            return;
        }
        if (SCENES.matcher(call.normalizedPath()).matches()) {
            // An answer before the body is its last word: who still sends is to stop.
            call.addHeadersEndHandler(head -> {
                if (!request.isEnded()) {
                    call.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                }
            });
            call.addEndHandler(end -> leaveBody(request));
            call.next();
            return;
        }
        if (!JSON.matcher(Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_TYPE), ""))
                .lookingAt()) {
            refuse(call, new ProblemException(Problem.UNSUPPORTED_TYPE));
            return;
        }
        long bytes = chunked ? LARGEST_BODY : Numbers.tryId(length).orElse(Long.MAX_VALUE);
        boolean large = bytes > SMALL_BODY;
        if (bytes > LARGEST_BODY) {
            refuse(call, new ProblemException(Problem.TOO_LARGE));
        } else if (large && largeBodies.get() >= MOST_LARGE_BODIES) {
            refuse(call, new ProblemException(Problem.SERVER_BUSY));
        } else {
            largeBodies.addAndGet(large ? 1 : 0);
            long timer = vertx.setTimer(BODY_MILLIS, late -> {
                largeBodies.addAndGet(large ? -1 : 0);
                call.fail(Problem.TOO_SLOW.status());
            });
            Runnable done = () -> largeBodies.addAndGet(vertx.cancelTimer(timer) && large ? -1 : 0);
            call.put(BODY, done);
            call.addEndHandler(end -> done.run());
            call.next();
        }
    }

    /** What is left of a body that was refused is no request: the client has a moment to read the answer. */
    private void leaveBody(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.handler(dropped -> {});
            request.resume();
            vertx.setTimer(LINGER_MILLIS, late -> {
                if (!request.isEnded()) {
                    request.connection().close();
                }
            });
        }
    }

    /** One that has no body has ended already: nothing would ever come of it. */
    private void takeBody(RoutingContext call) {
        if (call.get(BODY) == null) {
            call.next();
        } else {
            body.handle(call);
        }
    }

    private static void afterBody(RoutingContext call) {
        Runnable done = call.get(BODY);
        if (done != null) {
            done.run();
        }
        call.next();
    }

    /** A client may still send a body, and must have time to read the answer; then the connection is of no more use. */
    private void refuse(RoutingContext call, ProblemException problem) {
        call.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        call.request().resume();
        ProblemMapper.answer(call, problem);
        vertx.setTimer(LINGER_MILLIS, late -> call.request().connection().close());
    }

    private void failed(RoutingContext call) {
        if (call.failure() instanceof HttpClosedException) {
            // Nobody is there to be answered.
            return;
        }
        if (call.response().headWritten()) {
            call.next();
        } else if (call.failure() instanceof AuthenticationFailedException) {
            call.response().putHeader(HttpHeaderNames.WWW_AUTHENTICATE, TokenMechanism.CHALLENGE);
            refuse(call, new ProblemException(Problem.UNAUTHORIZED));
        } else {
            switch (call.statusCode()) {
                case 400 -> refuse(call, malformed());
                case 404 -> ProblemMapper.answer(call, new ProblemException(Problem.NOT_FOUND));
                case 408 -> refuse(call, new ProblemException(Problem.TOO_SLOW));
                case 413 -> refuse(call, new ProblemException(Problem.TOO_LARGE));
                default -> call.next();
            }
        }
    }

    private static ProblemException malformed() {
        return new ProblemException(Problem.INVALID_INPUT, "the request is malformed");
    }

    private static int size(MultiMap headers) {
        int characters = 0;
        for (Map.Entry<String, String> header : headers) {
            characters += header.getKey().length() + header.getValue().length();
        }
        return characters;
    }

    private static boolean isUri(String text) {
        try {
            new URI(text);
            new QueryStringDecoder(text).parameters();
            return true;
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            return false;
        }
    }

    private static Optional<String> malformed(HttpServerRequest request) {
        if (!isUri(request.uri())) {
            return Optional.of("the path or the query is malformed");
        }
        for (CharSequence name : List.of(HttpHeaders.ACCEPT, HttpHeaders.CONTENT_TYPE)) {
            if (request.headers().getAll(name).stream().allMatch(String::isBlank)) {
                // An empty list says as much as none (RFC 9110, 12.5.1); Quarkus cannot read one.
                request.headers().remove(name);
            }
            for (String value : request.headers().getAll(name)) {
                if (value.length() > LONGEST_MEDIA_TYPES
                        || !MEDIA_TYPES.matcher(value).matches()) {
                    return Optional.of("the header " + name + " is malformed");
                }
            }
        }
        // HTTP/1.0 knows none.
        boolean hostless = request.version() == HttpVersion.HTTP_1_0 && request.getHeader(HttpHeaders.HOST) == null;
        return hostless || request.authority() != null
                ? Optional.empty()
                : Optional.of("the header Host is missing or malformed");
    }
}
