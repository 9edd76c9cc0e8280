package io.rendernode.fleet;

import static io.rendernode.fleet.ThreeNodes.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Logs as JSON, and the trace of a job that one node takes and another renders. */
@TimeDependent
class TelemetryIT {
    @RegisterExtension
    static final ThreeNodes NODES = new ThreeNodes();

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Collector collector;
    private static FleetNode front;
    private static FleetNode worker;

    @BeforeAll
    static void start() throws Exception {
        collector = new Collector();
        Map<String, String> told = Map.of(
                "QUARKUS_LOG_CONSOLE_JSON_ENABLED",
                "true",
                "QUARKUS_OTEL_SDK_DISABLED",
                "false",
                "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
                collector.endpoint(),
                "QUARKUS_OTEL_BSP_SCHEDULE_DELAY",
                "100ms");
        front = node("front", told, Map.of("RENDER_SLOTS", "0"));
        worker = node("worker", told, Map.of("RENDER_NODE_TAGS", "traced", "RENDER_ATTEMPTS", "1"));
        front.launch();
        worker.launch();
        front.awaitServing();
        worker.awaitServing();
    }

    @AfterAll
    static void end() throws Exception {
        front.stop();
        worker.stop();
        collector.close();
    }

    @Test
    void aTraceLeadsFromTheRequestToTheExitOnAnotherNode() throws Exception {
        FakeScene scene = NODES.fleet().scene("traced", "frame_seconds=0.3");
        long job = front.process().post(request(scene, 2, ",\"chunk\":2,\"tags\":[\"traced\"]"));
        assertThat(front.process().awaitEnd(job)).isEqualTo("Job completed");
        Span render = render(job);
        Span post = Await.until(() -> collector.named("POST /job"), spans -> sameTrace(spans, render)).stream()
                .filter(span -> span.getTraceId().equals(render.getTraceId()))
                .findFirst()
                .orElseThrow();
        assertThat(render.getParentSpanId()).isEqualTo(post.getSpanId());
        assertThat(Collector.attribute(render, "render.node")).isEqualTo("worker");
        assertThat(Collector.attribute(render, "render.outcome")).isEqualTo("completed");
        assertThat(Collector.attribute(render, "process.exit.code")).isEqualTo("0");
        assertThat(render.getEndTimeUnixNano() - render.getStartTimeUnixNano())
                .as("nanoseconds that two frames took")
                .isGreaterThan(600_000_000L);
        List<Span> waits = Await.until(() -> collector.named("wait for a slot"), spans -> sameTrace(spans, render));
        assertThat(waits).anyMatch(span -> span.getParentSpanId().equals(post.getSpanId()));
    }

    @Test
    void aFailureIsOneInTheTrace() throws Exception {
        FakeScene scene = NODES.fleet().scene("untraced", "fault=no-camera");
        long job = front.process().post(request(scene, 2, ",\"chunk\":2,\"tags\":[\"traced\"]"));
        assertThat(front.process().awaitEnd(job)).startsWith("Job failed");
        Span render = render(job);
        assertThat(render.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(render.getStatus().getMessage()).contains("no camera");
        assertThat(Collector.attribute(render, "render.outcome")).isEqualTo("bad_scene");
    }

    @Test
    void eachLineOfAJobNamesItsJobTaskAndNode() throws Exception {
        FakeScene scene = NODES.fleet().scene("logged");
        long job = front.process().post(request(scene, 2, ",\"chunk\":2,\"tags\":[\"traced\"]"));
        assertThat(front.process().awaitEnd(job)).isEqualTo("Job completed");
        List<JsonNode> rendering = Await.until(() -> lines(worker, job), lines -> lines.size() == 2);
        assertThat(rendering).allSatisfy(line -> {
            assertThat(line.at("/mdc/task").asText()).isEqualTo(job + "-0");
            assertThat(line.at("/mdc/node").asText()).isEqualTo("worker");
            assertThat(line.at("/mdc/traceId").asText()).hasSize(32);
            assertThat(line.at("/message").asText()).contains("attempt 1");
        });
        assertThat(lines(front, job)).singleElement().satisfies(line -> {
            assertThat(line.at("/mdc/node").asText()).isEqualTo("front");
            assertThat(line.at("/message").asText()).contains("frames 1-2");
        });
    }

    private static FleetNode node(String name, Map<String, String> told, Map<String, String> more) throws IOException {
        Map<String, String> variables = new HashMap<>(told);
        variables.putAll(more);
        return NODES.fleet().node(name, variables);
    }

    private static Span render(long job) throws Exception {
        return Await.until(
                        () -> collector.named("render").stream()
                                .filter(span ->
                                        Collector.attribute(span, "render.job").equals(Long.toString(job)))
                                .toList(),
                        spans -> !spans.isEmpty())
                .get(0);
    }

    private static boolean sameTrace(List<Span> spans, Span other) {
        return spans.stream().anyMatch(span -> span.getTraceId().equals(other.getTraceId()));
    }

    /** What a node has logged of a job; each line of its log must be JSON. */
    private static List<JsonNode> lines(FleetNode node, long job) {
        String log = node.process().log();
        // What is behind the last line's end is a line that is being written.
        return log.substring(0, log.lastIndexOf('\n') + 1)
                .lines()
                .map(TelemetryIT::parse)
                .filter(line -> line.at("/mdc/job").asText().equals(Long.toString(job)))
                .toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException noJson) {
            throw new UncheckedIOException(line, noJson);
        }
    }
}
