package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import io.rendernode.run.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a real node: what rules, dashboards and runbook ask for is there. */
@TimeDependent
class PrometheusIT {
    /** Prometheus's own, which is there only while an alert is. */
    private static final String ALERTS = "ALERTS";

    private static final Pattern METRIC = Pattern.compile("(?m)^(render_\\w+)");
    private static final Pattern METRIC_IN_A_ROW = Pattern.compile("^`(render_\\w+)");

    @TempDir
    Path folder;

    private NodeProcess node;
    private PrometheusServer prometheus;

    @BeforeEach
    void start() throws Exception {
        FakeScene scene = new FakeScene(folder.resolve("blend"));
        node = NodeProcess.start(
                folder,
                Map.of(
                        "BLENDER_PATH", FakeScene.blender().toString(),
                        "RENDER_SANDBOX", "off",
                        "BLEND_FILE_PATH", scene.file().toString()));
        prometheus = PrometheusServer.start(folder.resolve("prometheus"), instance());
    }

    @AfterEach
    void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (node != null) {
            node.close();
        }
    }

    private String instance() {
        return "localhost:" + node.port();
    }

    @Test
    void whatRulesDashboardsAndRunbookAskForIsScraped() throws Exception {
        assertFailuresAreCountedFromNothing();
        long job = node.post("{\"from\":1,\"to\":3}");
        assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
        prometheus.await("job:render_frame_seconds:p95_15m");
        prometheus.await("job:render_attempts_failed:ratio15m == 0");
        prometheus.await("job:render_frames_stored:per_minute5m > 0");
        assertEverySelectorFindsSomething();
        assertThePageHasEveryMetric();
        prometheus.await("agroal_active_count");
        assertThat(prometheus.rules()).hasSameSizeAs(PrometheusRules.expressions());
        Await.until(
                prometheus::rules,
                rules -> rules.stream()
                        .allMatch(rule -> rule.path("health").asText().equals("ok")));
        // A scrape that a busy machine has missed may have left one that ends with the next.
        Await.until(() -> prometheus.query(ALERTS), List::isEmpty);
        assertAlertsSeeADrainedAndThenADeadNode();
    }

    /** Before anything failed: a rate sees no first step from nothing to 1. */
    private void assertFailuresAreCountedFromNothing() {
        prometheus.await("render_slots");
        for (String never : List.of(
                "render_tasks_total{outcome=\"out_of_memory\"}",
                "render_tasks_total{outcome=\"killed\"}",
                "render_tasks_total{outcome=\"node_lost\"}",
                "render_frames_total{outcome=\"missing_frames\"}",
                "render_frames_total{outcome=\"unplaced\"}",
                "render_frames_total{outcome=\"cannot_write\"}",
                "render_jobs_total{state=\"failed\"}")) {
            prometheus.await(never + " == 0");
        }
    }

    /** The node's own, as they are scraped, and deploy/OPERATIONS.md name the same. */
    private void assertThePageHasEveryMetric() throws IOException, InterruptedException {
        Set<String> scraped = METRIC.matcher(
                        node.call("GET", "/metrics", null, null).body())
                .results()
                .map(name -> name.group(1).replaceFirst("(?<=_seconds)_(bucket|count|sum|max)$", ""))
                .collect(Collectors.toSet());
        Set<String> described = Page.OPERATIONS.rows().stream()
                .map(row -> METRIC_IN_A_ROW.matcher(row.get(0)))
                .filter(Matcher::find)
                .map(name -> name.group(1))
                .collect(Collectors.toSet());
        assertThat(described).isEqualTo(scraped);
    }

    private void assertEverySelectorFindsSomething() throws IOException, InterruptedException {
        Set<String> expressions = new LinkedHashSet<>(PrometheusRules.expressions());
        for (GrafanaDashboard dashboard : GrafanaDashboard.all()) {
            expressions.addAll(dashboard.expressions(instance()));
        }
        expressions.addAll(Runbook.queries());
        for (String expression : expressions) {
            prometheus.query(expression);
            for (String selector : PrometheusExpression.selectors(expression)) {
                if (!PrometheusExpression.metric(selector).equals(ALERTS)) {
                    prometheus.await(selector);
                }
            }
        }
    }

    private void assertAlertsSeeADrainedAndThenADeadNode() throws Exception {
        prometheus.await("render_node_ready == 1 and render_node_draining == 0");
        assertThat(node.call("POST", "/node/drain?name=another", null, null).statusCode())
                .isEqualTo(409);
        assertThat(node.call("POST", "/node/drain", null, null).statusCode()).isEqualTo(202);
        prometheus.await("render_node_ready == 0 and render_node_draining == 1");
        prometheus.await("ALERTS{alertname=\"RenderNodeLeftDraining\"}");
        node.killHard();
        prometheus.await("ALERTS{alertname=\"RenderNodeDown\", instance=\"" + instance() + "\"}");
    }
}
