package io.rendernode.problem;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Makes every error one line of text, or a problem of RFC 9457 for those who like JSON better. */
public class ProblemMapper {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
    private static final MediaType PROBLEM_JSON = MediaType.valueOf("application/problem+json");

    /** After which one who may not is told so: trying gets slow, and no thread waits meanwhile. */
    public static final Duration PENALTY = Duration.ofSeconds(1);

    /** What says how a call would go well. */
    private static final List<String> TOLD_ON = List.of(HttpHeaders.ALLOW, "Content-Range");

    /**
     * An error as JSON.
     *
     * @param title the line that those who read text get
     * @param status the HTTP status
     */
    @RegisterForReflection
    public record ProblemDetails(String title, int status) {}

    @ServerExceptionMapper
    Response problem(ProblemException exception, HttpHeaders headers) {
        return response(exception, headers);
    }

    /** The answer that tells of the problem, to a client with those headers. */
    public static Response response(ProblemException exception, HttpHeaders headers) {
        Response.ResponseBuilder response = answer(exception.problem().status(), exception.getMessage(), headers);
        exception.problem().retryAfter().ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds));
        return response.build();
    }

    @ServerExceptionMapper
    Response web(WebApplicationException exception, HttpHeaders headers) {
        Response response = exception.getResponse();
        int status = response.getStatus();
        if (status < 400) {
            return response;
        }
        Response.ResponseBuilder answer = answer(status, line(exception, status), headers);
        for (String header : TOLD_ON) {
            if (response.getHeaders().containsKey(header)) {
                answer.header(header, response.getHeaderString(header));
            }
        }
        return answer.build();
    }

    @ServerExceptionMapper
    Response unexpected(RuntimeException exception, HttpHeaders headers) {
        LOG.error("A call failed", exception);
        return answer(Problem.INTERNAL_ERROR.status(), Problem.INTERNAL_ERROR.line(), headers)
                .build();
    }

    /** For a caller without a role that the call asks for. */
    @ServerExceptionMapper
    Response unknown(UnauthorizedException exception, HttpHeaders headers) {
        return response(new ProblemException(Problem.UNAUTHORIZED), headers);
    }

    @ServerExceptionMapper
    Uni<Response> forbidden(ForbiddenException exception, HttpHeaders headers) {
        return Uni.createFrom()
                .item(response(
                        new ProblemException(Problem.FORBIDDEN, "the token's role does not allow this"), headers))
                .onItem()
                .delayIt()
                .by(PENALTY);
    }

    /** Answers a call that no resource sees. */
    public static void answer(RoutingContext call, ProblemException problem) {
        int status = problem.problem().status();
        boolean json = prefersJson(accepted(call.request().headers().getAll(HttpHeaders.ACCEPT)));
        problem.problem()
                .retryAfter()
                .ifPresent(seconds -> call.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(seconds)));
        call.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, json ? PROBLEM_JSON.toString() : "text/plain;charset=UTF-8")
                .end(
                        json
                                ? JsonObject.of("title", problem.getMessage(), "status", status)
                                        .encode()
                                : problem.getMessage());
    }

    private static List<MediaType> accepted(List<String> headers) {
        try {
            return headers.stream()
                    .flatMap(header -> Arrays.stream(header.split(",")))
                    .map(MediaType::valueOf)
                    .toList();
        } catch (IllegalArgumentException malformed) {
            return List.of();
        }
    }

    private static String line(WebApplicationException exception, int status) {
        if (exception instanceof NotFoundException) {
            return Problem.NOT_FOUND.line();
        }
        return switch (status) {
            case 405 -> Problem.METHOD_NOT_ALLOWED.line();
            case 406 -> "Not acceptable: text/plain and application/json are what there is";
            case 413 -> Problem.TOO_LARGE.line();
            case 415 -> Problem.UNSUPPORTED_TYPE.line();
            case 416 -> "Range not satisfiable";
            default ->
                Response.Status.fromStatusCode(status) == null
                        ? "Error " + status
                        : Response.Status.fromStatusCode(status).getReasonPhrase();
        };
    }

    private static Response.ResponseBuilder answer(int status, String line, HttpHeaders headers) {
        return prefersJson(headers.getAcceptableMediaTypes())
                ? Response.status(status)
                        .entity(new ProblemDetails(line, status))
                        .type(PROBLEM_JSON)
                : Response.status(status).entity(line).type(MediaType.TEXT_PLAIN_TYPE.withCharset("UTF-8"));
    }

    /**
     * Whether the client of that Accept header likes JSON better than text, which the server prefers; no resource
     * method's {@code @Produces} decides that for errors.
     */
    private static boolean prefersJson(List<MediaType> accepted) {
        double json = Math.max(quality(accepted, MediaType.APPLICATION_JSON_TYPE), quality(accepted, PROBLEM_JSON));
        return json > quality(accepted, MediaType.TEXT_PLAIN_TYPE);
    }

    /** The q value of the most specific accepted type that matches: RFC 9110, 12.5.1. */
    private static double quality(List<MediaType> accepted, MediaType type) {
        int bestRank = -1;
        double best = 0;
        for (MediaType candidate : accepted) {
            int rank = candidate.isWildcardType() ? 0 : candidate.isWildcardSubtype() ? 1 : 2;
            if (candidate.isCompatible(type) && rank > bestRank) {
                bestRank = rank;
                best = quality(candidate);
            }
        }
        return best;
    }

    private static double quality(MediaType type) {
        try {
            return Double.parseDouble(type.getParameters().getOrDefault("q", "1"));
        } catch (NumberFormatException malformed) {
            return 1;
        }
    }
}
