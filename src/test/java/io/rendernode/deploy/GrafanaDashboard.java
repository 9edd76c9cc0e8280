package io.rendernode.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A dashboard of deploy/grafana, read.
 *
 * @param json the file as it is
 */
record GrafanaDashboard(JsonNode json) {
    private static final Path FOLDER = Path.of("deploy", "grafana");

    /** All there are. */
    static List<GrafanaDashboard> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> dashboards = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            ObjectMapper mapper = new ObjectMapper();
            Stream.Builder<GrafanaDashboard> read = Stream.builder();
            for (Path file : dashboards) {
                read.add(new GrafanaDashboard(mapper.readTree(file.toFile())));
            }
            return read.build().toList();
        }
    }

    /** Every panel, rows among them. */
    List<JsonNode> panels() {
        return PrometheusRules.elements(json.path("panels")).toList();
    }

    /** Every panel that shows something. */
    List<JsonNode> charts() {
        return panels().stream()
                .filter(panel -> !panel.get("type").asText().equals("row"))
                .toList();
    }

    /** The names of its variables. */
    List<String> variables() {
        return PrometheusRules.elements(json.at("/templating/list"))
                .map(variable -> variable.get("name").asText())
                .toList();
    }

    /** What it asks Prometheus, with all fleets and this one node chosen. */
    List<String> expressions(String instance) {
        return charts().stream()
                .flatMap(panel -> PrometheusRules.elements(panel.path("targets")))
                .map(target -> target.get("expr").asText())
                .map(expression -> expression.replace("$instance", instance).replaceAll("\\$(namespace|job)\\b", ".*"))
                .toList();
    }

    @Override
    public String toString() {
        return json.path("title").asText();
    }
}
