package io.rendernode.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/** The rules in deploy/prometheus, read. */
final class PrometheusRules {
    /** Where the configuration, the rules and their tests are. */
    static final Path FOLDER = Path.of("deploy", "prometheus");

    private PrometheusRules() {}

    /** Every alert, as the file has it. */
    static List<JsonNode> alerts() throws IOException {
        return rules().filter(rule -> rule.has("alert")).toList();
    }

    /** The names of the series that recording rules make. */
    static List<String> records() throws IOException {
        return rules().filter(rule -> rule.has("record"))
                .map(rule -> rule.get("record").asText())
                .toList();
    }

    /** The expressions of all rules. */
    static List<String> expressions() throws IOException {
        return rules().map(rule -> rule.get("expr").asText()).toList();
    }

    /** A file of YAML as a tree, with its aliases resolved. */
    static JsonNode yaml(Path file) throws IOException {
        return new ObjectMapper().valueToTree(new Yaml().<Object>load(Files.readString(file)));
    }

    /** The elements of a list in a tree; none where it is missing. */
    static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static Stream<JsonNode> rules() throws IOException {
        return elements(yaml(FOLDER.resolve("rules.yaml")).path("groups"))
                .flatMap(group -> elements(group.path("rules")));
    }
}
