package io.rendernode.problem;

import jakarta.ws.rs.core.MediaType;
import java.util.List;

/**
 * What a client would rather read. The server prefers text: a client gets JSON only if its {@code Accept} header likes
 * JSON better. It is for errors, which no resource method's {@code @Produces} decides.
 */
final class Preference {
    static final MediaType PROBLEM_JSON = MediaType.valueOf("application/problem+json");

    private Preference() {}

    /**
     * Whether the client likes JSON better than text.
     *
     * @param accepted the types of the Accept header
     */
    static boolean isJson(List<MediaType> accepted) {
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
