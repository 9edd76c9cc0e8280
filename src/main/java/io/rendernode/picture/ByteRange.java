package io.rendernode.picture;

import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file, as a request's header {@code Range} asks for it (RFC 9110, 14.2).
 *
 * @param first the first byte's place
 * @param last the last byte's place
 */
record ByteRange(long first, long last) {
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * Reads the header. One that makes no sense, several parts, or another unit are answered with the whole file, as the
     * RFC says or allows.
     *
     * @param size the file's size in bytes
     * @throws ClientErrorException if the part is not in the file: 416, with the size
     */
    static Optional<ByteRange> parse(String header, long size) {
        Matcher parts = ONE.matcher(header.trim());
        if (!parts.matches() || (parts.group(1).isEmpty() && parts.group(2).isEmpty())) {
            return Optional.empty();
        }
        long first;
        long last = size - 1;
        if (parts.group(1).isEmpty()) {
            first = Math.max(0, size - Long.parseLong(parts.group(2)));
        } else {
            first = Long.parseLong(parts.group(1));
            last = parts.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(parts.group(2));
            if (last < first) {
                return Optional.empty();
            }
        }
        ByteRange range = new ByteRange(first, Math.min(last, size - 1));
        if (range.first > range.last) {
            throw new ClientErrorException(Response.status(416)
                    .header("Content-Range", "bytes */" + size)
                    .build());
        }
        return Optional.of(range);
    }

    /** How many bytes it has. */
    long length() {
        return last - first + 1;
    }

    /** The answer's header {@code Content-Range}. */
    String header(long size) {
        return "bytes " + first + "-" + last + "/" + size;
    }
}
