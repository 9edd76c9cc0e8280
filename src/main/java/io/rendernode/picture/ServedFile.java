package io.rendernode.picture;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.jboss.resteasy.reactive.PathPart;

/**
 * A file that is served whole, in part, or not at all where the client has it.
 *
 * @param sizeBytes its size in bytes
 * @param lastModified null where that says nothing of its content
 * @param tag what tells its content from all others'
 * @param type its content type
 */
record ServedFile(Path path, long sizeBytes, Instant lastModified, EntityTag tag, String type) {

    /** The answer to a call with these headers: {@code 200}, {@code 206} or {@code 304}; 416 is thrown. */
    Response answer(HttpHeaders headers, Request request) {
        Response.ResponseBuilder unchanged = lastModified == null
                ? request.evaluatePreconditions(tag)
                : request.evaluatePreconditions(Date.from(lastModified), tag);
        if (unchanged != null) {
            return unchanged.tag(tag).build();
        }
        String range = headers.getHeaderString("Range");
        String ifRange = headers.getHeaderString("If-Range");
        boolean whole = range == null || (ifRange != null && !ifRange.equals("\"" + tag.getValue() + "\""));
        Optional<ByteRange> part = whole ? Optional.empty() : ByteRange.parse(range, sizeBytes);
        Response.ResponseBuilder response = part.map(bytes -> Response.status(206)
                        .entity(new PathPart(path, bytes.first(), bytes.length()))
                        .header("Content-Range", bytes.header(sizeBytes)))
                .orElseGet(() -> Response.ok(path));
        if (request.getMethod().equals(HttpMethod.HEAD)) {
            response.header(HttpHeaders.CONTENT_LENGTH, sizeBytes);
        }
        return response.type(type)
                .tag(tag)
                .lastModified(lastModified == null ? null : Date.from(lastModified))
                .header("Accept-Ranges", "bytes")
                .build();
    }
}
