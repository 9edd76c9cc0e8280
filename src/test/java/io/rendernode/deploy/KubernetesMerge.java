package io.rendernode.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The strategic merge of a patch into a Deployment: objects field by field, null takes a field away, lists with a merge
 * key element by element, which {@code $patch: delete} takes away, other lists as a whole.
 */
final class KubernetesMerge {
    /** The lists' merge keys, which Kubernetes' API names {@code patchMergeKey}. */
    private static final Map<String, String> KEYS = Map.of(
            "containers", "name",
            "initContainers", "name",
            "env", "name",
            "volumes", "name",
            "volumeMounts", "mountPath",
            "ports", "containerPort",
            "topologySpreadConstraints", "topologyKey");

    private KubernetesMerge() {}

    /** Changes {@code target}; the patch stays as it is. */
    static void merge(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            JsonNode old = target.get(name);
            if (value.isNull()) {
                target.remove(name);
            } else if (value instanceof ObjectNode change) {
                merge(old instanceof ObjectNode object ? object : target.putObject(name), change);
            } else if (value instanceof ArrayNode changes && KEYS.containsKey(name)) {
                ArrayNode elements = old instanceof ArrayNode array ? array : JsonNodeFactory.instance.arrayNode();
                target.set(name, mergeElements(elements, changes, KEYS.get(name)));
            } else {
                target.set(name, value.deepCopy());
            }
        }
    }

    /** What the patch names comes first, in the patch's order, as kustomize writes it. */
    private static ArrayNode mergeElements(ArrayNode old, ArrayNode changes, String key) {
        List<JsonNode> rest = new ArrayList<>();
        old.forEach(rest::add);
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        for (JsonNode change : changes) {
            ObjectNode element = take(rest, key, change.get(key));
            if ("delete".equals(change.path("$patch").asText())) {
                continue;
            }
            merge(element, (ObjectNode) change);
            merged.add(element);
        }
        return merged.addAll(rest);
    }

    private static ObjectNode take(List<JsonNode> elements, String key, JsonNode value) {
        for (Iterator<JsonNode> each = elements.iterator(); each.hasNext(); ) {
            JsonNode element = each.next();
            if (Objects.equals(element.get(key), value)) {
                each.remove();
                return (ObjectNode) element;
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }
}
