package io.rendernode.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rule that what is applied twice is no change the second time, by whichever way. */
final class KubernetesApply {
    /** Fields whose emptiness says something, so that the API server keeps it: every pod, a folder without a limit. */
    private static final Set<String> MEANT_EMPTY = Set.of("podSelector", "namespaceSelector", "emptyDir");

    private KubernetesApply() {}

    /**
     * No field is one that the API server drops (the next apply would add it again), and no reference to a field lacks
     * the version that the server adds to it (the two have one owner, and an apply on the server's side another).
     *
     * @return the fields for which that does not hold, a sentence each
     */
    static List<String> unchanged(KubernetesObjects objects) {
        List<String> breaches = new ArrayList<>();
        for (ObjectNode object : objects.rendered()) {
            look(object.at("/kind").asText() + "/" + object.at("/metadata/name").asText(), object, breaches);
        }
        return breaches;
    }

    private static void look(String path, JsonNode node, List<String> breaches) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            boolean isEmpty = value.isNull() || (value.isContainerNode() && value.isEmpty());
            if (isEmpty && !MEANT_EMPTY.contains(name)) {
                breaches.add(path + " has an empty " + name);
            }
            if (name.equals("fieldRef") && !value.has("apiVersion")) {
                breaches.add(path + " has a fieldRef without its apiVersion");
            }
            look(path, value, breaches);
        }
        if (node.isArray()) {
            node.forEach(element -> look(path, element, breaches));
        }
    }
}
