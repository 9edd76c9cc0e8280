package io.rendernode.problem;

import java.util.OptionalInt;

/** What can be wrong with a call, with the line and the status that tell so. */
public enum Problem {
    INVALID_INPUT(400, "Invalid input"),
    UNAUTHORIZED(401, "Unauthorized: a token is needed, Authorization: Bearer"),
    FORBIDDEN(403, "Forbidden"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    TOO_SLOW(408, "Request took too long to come"),
    UNSUPPORTED_TYPE(415, "Unsupported content type: send application/json"),
    /** The tutorial's answer to an id that names no job. */
    JOB_NOT_FOUND(400, "Job not found"),
    NOT_FOUND(404, "Not found"),
    OTHER_NODE(409, "Another node has answered"),
    JOB_ENDED(409, "Job has ended"),
    NOT_RETRYABLE(409, "Job cannot be retried"),
    SCENE_EXISTS(412, "Scene is there already"),
    SCENE_NEEDED(409, "Scene is needed"),
    NO_SCENE_DIR(409, "Scenes cannot be sent to this node"),
    LENGTH_REQUIRED(411, "Content-Length is needed"),
    SCENE_UNREADABLE(422, "Blender cannot open the scene"),
    KEY_REUSED(422, "Idempotency-Key was given with another request before"),
    NO_PREVIEW(422, "No preview can be made"),
    NO_MOVIE(422, "No movie can be made"),
    TOO_LARGE(413, "Request body too large"),
    LINE_TOO_LONG(414, "Request line too long"),
    HEADERS_TOO_LARGE(431, "Request headers too large"),
    INTERNAL_ERROR(500, "Internal error"),
    NOT_INSTALLED(501, "Not installed on this node"),
    PREVIEWS_BUSY(503, "Too many previews are being made, try again later", 5),
    MOVIES_BUSY(503, "Too many movies are being made, try again later", 30),
    ZIPS_BUSY(503, "Too many zips are being sent, try again later", 30),
    UPLOADS_BUSY(503, "Too much is being sent, try again later", 5),
    SERVER_BUSY(503, "Server busy, try again later", 30),
    STORE_UNAVAILABLE(503, "Store unavailable, try again later", 5),
    NO_SPACE(507, "No space left");

    private final int status;
    private final String line;
    private final int retryAfter;

    Problem(int status, String line) {
        this(status, line, 0);
    }

    Problem(int status, String line, int retryAfter) {
        this.status = status;
        this.line = line;
        this.retryAfter = retryAfter;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What the answer's line begins with. */
    public String line() {
        return line;
    }

    /** After how many seconds the client may try again, where that helps. */
    public OptionalInt retryAfter() {
        return retryAfter == 0 ? OptionalInt.empty() : OptionalInt.of(retryAfter);
    }
}
