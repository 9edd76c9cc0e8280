package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Whoever is woken by an alert finds its section, and no section is about an alert of the past. */
class RunbookTest {
    @Test
    void everyAlertHasItsSectionAndEverySectionAnAlert() throws IOException {
        List<String> alerts = PrometheusRules.alerts().stream()
                .map(alert -> alert.get("alert").asText())
                .toList();
        assertThat(Runbook.sections().keySet()).containsExactlyElementsOf(alerts);
    }

    @Test
    void everyAlertPointsToItsOwnSection() throws IOException {
        for (JsonNode alert : PrometheusRules.alerts()) {
            String anchor = alert.get("alert").asText().toLowerCase(Locale.ROOT);
            assertThat(alert.at("/annotations/runbook_url").asText()).endsWith("#" + anchor);
        }
    }

    @Test
    void everySectionSaysWhatToLookAtWhatToDoAndWhenItHeals() throws IOException {
        assertThat(Runbook.sections())
                .allSatisfy((name, text) -> assertThat(text)
                        .as(name)
                        .contains("**Means**", "**Look first**", "**Do**", "**Heals by itself**", "```"));
    }
}
