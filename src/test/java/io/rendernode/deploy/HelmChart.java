package io.rendernode.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The chart in deploy/helm, by Helm itself. */
final class HelmChart {
    /** Where the chart is. */
    static final Path FOLDER = Path.of("deploy/helm/render-node").toAbsolutePath();

    /** What Helm puts on its objects by custom, and kustomize has no counterpart for. */
    private static final List<String> HELMS_OWN = List.of(
            "app.kubernetes.io/instance",
            "app.kubernetes.io/version",
            "app.kubernetes.io/managed-by",
            "helm.sh/chart",
            "helm.sh/resource-policy",
            "checksum/settings");

    /** Settings are named by their content by kustomize alone; with Helm a checksum among the pod's annotations does that. */
    private static final String HASHED = "render-settings-[a-z0-9]{10}";

    private HelmChart() {}

    /**
     * What {@code helm template} writes, but for hooks.
     *
     * @param values each as {@code name=value}
     * @throws IllegalStateException with Helm's words if it refuses them
     */
    static List<ObjectNode> render(String... values) {
        return render(FOLDER, values);
    }

    /**
     * The same with the pod that {@code helm test} starts, which the library leaves out as a hook: of a copy of the chart
     * below target, where it is none.
     */
    static List<ObjectNode> renderWithTest(String... values) throws IOException {
        return render(copy("with-test", "helm.sh/hook", "was/hook"), values);
    }

    /** What it would write where this Deployment is: of a copy of the chart that has it in place of what it asks a cluster for. */
    static List<ObjectNode> renderOver(ObjectNode deployment, String... values) throws IOException {
        String none = "$there := dict }}";
        return render(
                copy("over", none, "$there := fromJson " + TextNode.valueOf(deployment.toString()) + " }}"), values);
    }

    private static Path copy(String name, String text, String other) throws IOException {
        Path copy = Path.of("target/helm", name, "render-node").toAbsolutePath();
        boolean isThere = false;
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path place = copy.resolve(FOLDER.relativize(file));
                Files.createDirectories(place.getParent());
                String content = Files.readString(file);
                isThere |= content.contains(text);
                Files.writeString(place, content.replace(text, other));
            }
        }
        if (!isThere) {
            throw new IllegalStateException("The chart has no " + text);
        }
        return copy;
    }

    private static List<ObjectNode> render(Path chart, String... values) {
        TemplateCommand template = new Helm(chart)
                .template()
                .withName("render-node")
                .withNamespace("render-farm")
                // Without a cluster Helm takes itself to be as old as the library says.
                .withKubeVersion("1.30.0");
        for (String value : values) {
            String[] words = value.split("=", 2);
            template.set(words[0], words[1]);
        }
        return KubernetesYaml.parse(template.call());
    }

    /** What {@code helm lint --strict} says. */
    static LintResult lint() {
        return new Helm(FOLDER).lint().strict().call();
    }

    /** Objects of either side in one order and form, without what is by custom only one's own. */
    static List<ObjectNode> comparable(List<ObjectNode> objects) {
        List<ObjectNode> all = new ArrayList<>();
        for (ObjectNode object : objects) {
            if (!object.at("/kind").asText().equals("Namespace")) {
                all.add((ObjectNode) plain(object.deepCopy()));
            }
        }
        all.sort(Comparator.comparing((ObjectNode object) ->
                object.at("/kind").asText() + object.at("/metadata/name").asText()));
        return all;
    }

    private static JsonNode plain(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(HELMS_OWN);
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                JsonNode value = plain(object.get(name));
                if (name.equals("annotations") && value.isEmpty()) {
                    object.remove(name);
                } else if (value.isTextual() && value.textValue().matches(HASHED)) {
                    object.put(name, "render-settings");
                } else {
                    object.set(name, value);
                }
            }
        } else if (node instanceof ArrayNode array) {
            // The order of variables, mounts and volumes says nothing.
            List<JsonNode> elements = StreamSupport.stream(array.spliterator(), false)
                    .map(HelmChart::plain)
                    .sorted(Comparator.comparing((JsonNode element) ->
                            element instanceof ObjectNode one ? KubernetesYaml.sorted(one) : element.toString()))
                    .toList();
            array.removeAll().addAll(elements);
        }
        return node;
    }
}
