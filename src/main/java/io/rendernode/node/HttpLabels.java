package io.rendernode.node;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.rendernode.access.Door;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Keeps callers from filling the labels of the HTTP server's metrics with methods and paths that they make up. */
@Singleton
public class HttpLabels implements MeterFilter {
    /** What stands for all that is not known. */
    private static final String OTHER = "OTHER";

    private static final Map<String, Set<String>> KNOWN = Map.of(
            "method", Door.METHODS.stream().map(HttpMethod::name).collect(Collectors.toUnmodifiableSet()),
            "uri",
                    Set.of(
                            "/event",
                            "/file/{sha256}",
                            "/job",
                            "/job/{id}",
                            "/job/{id}/event",
                            "/job/{id}/frame",
                            "/job/{id}/frame/{number}",
                            "/job/{id}/frames.zip",
                            "/job/{id}/log",
                            "/job/{id}/movie.mp4",
                            "/job/{id}/retry",
                            "/login",
                            "/node",
                            "/scene",
                            "/scene/{name: .+}",
                            "/scene/{path: .+}",
                            "/node/drain",
                            "NOT_FOUND",
                            "REDIRECTION",
                            "root"));

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith("http.server.")) {
            return id;
        }
        List<Tag> bounded = id.getTags().stream()
                .map(tag -> !KNOWN.containsKey(tag.getKey())
                                || KNOWN.get(tag.getKey()).contains(tag.getValue())
                        ? tag
                        : Tag.of(tag.getKey(), OTHER))
                .toList();
        return id.replaceTags(bounded);
    }
}
