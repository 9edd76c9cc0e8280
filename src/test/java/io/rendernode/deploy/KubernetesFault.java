package io.rendernode.deploy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A mistake to plant in a rendered overlay.
 *
 * @param expected the rule that must find it, or TYPES
 * @param overlay where it is planted
 * @param object the object, as {@code Kind/name}
 * @param pointer the field; that of the container called node may begin with {@code node:}
 * @param yaml the wrong value, or {@code -} to take the field away
 */
record KubernetesFault(String expected, String overlay, String object, String pointer, String yaml) {
    private static final String NODE = "/spec/template/spec/containers/0/";

    /** The overlay with the mistake. */
    List<ObjectNode> plant() {
        List<ObjectNode> objects = KubernetesOverlays.render(overlay);
        ObjectNode target = objects.stream()
                .filter(each -> object.equals(each.get("kind").asText() + "/"
                        + each.at("/metadata/name").asText()))
                .findFirst()
                .orElseThrow();
        JsonPointer field = JsonPointer.compile(pointer.replaceFirst("^node:", NODE));
        JsonNode parent = target.at(field.head());
        JsonNode value = KubernetesYaml.parse("value: " + (isGone() ? "null" : yaml))
                .get(0)
                .get("value");
        if (parent instanceof ArrayNode array) {
            array.set(field.last().getMatchingIndex(), value);
        } else if (isGone()) {
            ((ObjectNode) parent).remove(field.last().getMatchingProperty());
        } else {
            ((ObjectNode) parent).set(field.last().getMatchingProperty(), value);
        }
        return objects;
    }

    private boolean isGone() {
        return "-".equals(yaml);
    }
}
