package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The configuration and the rules of deploy/prometheus, by Prometheus's own checker. */
class PrometheusRulesTest {
    private static final Pattern ALERT_NAME = Pattern.compile("alertname=\"(\\w+)\"");

    private static void assertSound(String file, String... check) throws Exception {
        PrometheusTool.Result result = PrometheusTool.run(List.of(check), PrometheusRules.FOLDER.resolve(file));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("SUCCESS");
    }

    @Test
    void theConfigurationIsSound() throws Exception {
        assertSound("prometheus.yml", "check", "config");
    }

    @Test
    void theRulesAreSound() throws Exception {
        assertSound("rules.yaml", "check", "rules", "--lint=all", "--lint-fatal");
    }

    /** What the operator takes, which can only be written out again. */
    @Test
    void theOperatorsRulesAreTheSame() throws IOException {
        JsonNode rule = PrometheusRules.yaml(
                KubernetesOverlays.FOLDER.resolve("components/prometheus-rule/prometheus-rule.yaml"));
        assertThat(rule.get("spec")).isEqualTo(PrometheusRules.yaml(PrometheusRules.FOLDER.resolve("rules.yaml")));
    }

    @Test
    void theRulesDoAsTheirTestsSay() throws Exception {
        assertSound("rules-test.yaml", "test", "rules");
    }

    @Test
    void everyRuleIsTested() throws IOException {
        assertThat(alertsThatATestSeesFire())
                .containsExactlyInAnyOrderElementsOf(PrometheusRules.alerts().stream()
                        .map(alert -> alert.get("alert").asText())
                        .toList());
        Set<String> asked = expectations()
                .map(expectation -> expectation.get("expr").asText())
                .flatMap(expression -> PrometheusExpression.selectors(expression).stream())
                .map(PrometheusExpression::metric)
                .collect(Collectors.toSet());
        assertThat(asked).containsAll(PrometheusRules.records());
    }

    private static Set<String> alertsThatATestSeesFire() throws IOException {
        return expectations()
                .flatMap(expectation -> PrometheusRules.elements(expectation.path("exp_samples")))
                .flatMap(sample ->
                        ALERT_NAME.matcher(sample.get("labels").asText()).results())
                .map((MatchResult name) -> name.group(1))
                .collect(Collectors.toSet());
    }

    private static Stream<JsonNode> expectations() throws IOException {
        JsonNode file = PrometheusRules.yaml(PrometheusRules.FOLDER.resolve("rules-test.yaml"));
        return PrometheusRules.elements(file.path("tests"))
                .flatMap(test -> PrometheusRules.elements(test.path("promql_expr_test")));
    }

    @Test
    void everyAlertSaysHowBadItIsWhatItMeansAndWhereToRead() throws IOException {
        for (JsonNode alert : PrometheusRules.alerts()) {
            String name = alert.get("alert").asText();
            assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning", "info");
            assertThat(alert.at("/annotations/summary").asText()).as(name).endsWith(".");
            assertThat(alert.at("/annotations/description").asText()).as(name).endsWith(".");
            assertThat(alert.at("/annotations/runbook_url").asText()).as(name).startsWith("deploy/RUNBOOK.md#");
        }
    }
}
