package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The structure of the dashboards: what Grafana would silently show wrong, or not at all. */
class GrafanaDashboardTest {
    private static final int GRID_COLUMNS = 24;

    /** Those used here, of Grafana's own list of units; it shows an unknown one as text behind the number. */
    private static final Set<String> UNITS =
            Set.of("none", "short", "percentunit", "s", "bytes", "reqps", "bool_yes_no", "dateTimeFromNow");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-zA-Z]\\w*)");

    @TempDir
    Path folder;

    static List<GrafanaDashboard> dashboards() throws IOException {
        return GrafanaDashboard.all();
    }

    @Test
    void theFarmAndTheNodeHaveStableNames() throws IOException {
        assertThat(dashboards())
                .extracting(dashboard -> dashboard.json().path("uid").asText())
                .containsExactly("render-node-farm", "render-node-node");
        assertThat(dashboards())
                .as("a file of the database's own number would replace another dashboard")
                .noneMatch(dashboard -> dashboard.json().has("id"));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyPanelHasItsOwnNumberAndPlace(GrafanaDashboard dashboard) {
        assertThat(dashboard.panels())
                .extracting(panel -> panel.get("id").asInt())
                .doesNotHaveDuplicates();
        List<Rectangle> places = dashboard.panels().stream()
                .map(panel -> place(panel.get("gridPos")))
                .toList();
        for (int i = 0; i < places.size(); i++) {
            Rectangle place = places.get(i);
            assertThat(place.x + place.width).isLessThanOrEqualTo(GRID_COLUMNS);
            assertThat(place.isEmpty()).isFalse();
            assertThat(places.subList(i + 1, places.size())).noneMatch(place::intersects);
        }
    }

    private static Rectangle place(JsonNode grid) {
        return new Rectangle(
                grid.get("x").asInt(),
                grid.get("y").asInt(),
                grid.get("w").asInt(),
                grid.get("h").asInt());
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyPanelSaysWhatItShowsAndInWhichUnit(GrafanaDashboard dashboard) {
        assertThat(dashboard.charts()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("description").asText()).endsWith(".");
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isIn(UNITS);
            assertThat(panel.findValuesAsText("refId")).isNotEmpty().doesNotHaveDuplicates();
        });
        assertThat(dashboard.charts())
                .flatMap(panel -> panel.at("/fieldConfig/overrides").findParents("value"))
                .filteredOn(property -> property.path("id").asText().equals("unit"))
                .allSatisfy(
                        property -> assertThat(property.get("value").asText()).isIn(UNITS));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void theDataSourceIsChosenByTheReaderAndEveryVariableIsThere(GrafanaDashboard dashboard) {
        assertThat(dashboard.json().findValues("datasource"))
                .isNotEmpty()
                .allSatisfy(source -> assertThat(source.get("uid").asText()).isEqualTo("${datasource}"));
        Set<String> used = VARIABLE.matcher(dashboard.json().toString())
                .results()
                .map(variable -> variable.group(1))
                .collect(Collectors.toSet());
        assertThat(dashboard.variables()).contains("datasource").hasSameElementsAs(used);
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyExpressionParses(GrafanaDashboard dashboard) throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        int number = 0;
        for (String expression : dashboard.expressions("localhost:3000")) {
            rules.append("      - record: panel:")
                    .append(number++)
                    .append("\n        expr: |\n          ")
                    .append(expression)
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("rules.yaml"), rules);
        PrometheusTool.Result result = PrometheusTool.run(List.of("check", "rules", "--lint-fatal"), file);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("SUCCESS: " + number + " rules found");
    }
}
