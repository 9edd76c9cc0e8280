package io.rendernode.frame;

import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
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
     * Reads the header. Several parts, or another unit, are answered with the whole file, as the RFC allows.
     *
     * @param size the file's size in bytes
     * @throws ProblemException if the part is not in the file
     */
    static Optional<ByteRange> parse(String header, long size) {
        Matcher parts = ONE.matcher(header.trim());
        if (!parts.matches() || (parts.group(1).isEmpty() && parts.group(2).isEmpty())) {
            return Optional.empty();
        }
        ByteRange range;
        if (parts.group(1).isEmpty()) {
            range = new ByteRange(Math.max(0, size - Long.parseLong(parts.group(2))), size - 1);
        } else {
            long last = parts.group(2).isEmpty() ? size - 1 : Long.parseLong(parts.group(2));
            range = new ByteRange(Long.parseLong(parts.group(1)), Math.min(last, size - 1));
        }
        if (range.first > range.last) {
            throw new ProblemException(Problem.RANGE_NOT_SATISFIABLE, "the file has " + size + " bytes");
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
