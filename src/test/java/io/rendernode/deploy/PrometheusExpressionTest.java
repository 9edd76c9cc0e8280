package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which selectors are found in an expression: a name that is missed here would be checked nowhere. */
class PrometheusExpressionTest {
    @Test
    void namesAreToldFromFunctionsLabelsAndKeywords() {
        assertThat(PrometheusExpression.selectors(
                        "60 * sum by (namespace, job) (rate(a_total{outcome=\"stored\"}[5m]))"))
                .containsExactly("a_total{outcome=\"stored\"}");
        assertThat(PrometheusExpression.selectors(
                        "a > 0 and ignoring (outcome) increase(b{x!~\"c|d\", y=\"e\"}[30m]) == 0"))
                .containsExactly("a", "b{x!~\"c|d\", y=\"e\"}");
        assertThat(PrometheusExpression.selectors("job:a:sum{job=~\"$job\"} / (job:b:sum > 0) unless on (job) up"))
                .containsExactly("job:a:sum{job=~\"$job\"}", "job:b:sum", "up");
        assertThat(PrometheusExpression.selectors("histogram_quantile(0.95, sum without (le) (a_bucket)) >= 1e9"))
                .containsExactly("a_bucket");
    }

    @Test
    void theMetricIsTheNameBeforeTheMatchers() {
        assertThat(PrometheusExpression.metric("job:a:sum{job=\"x\"}")).isEqualTo("job:a:sum");
        assertThat(PrometheusExpression.metric("up")).isEqualTo("up");
    }
}
