package io.rendernode.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code kubectl kustomize} makes of a folder, for machines without a kubectl: just the features that
 * deploy/kubernetes uses. It refuses all others, and KubernetesRendererTest holds it against the real one.
 */
final class KubernetesRenderer {
    private KubernetesRenderer() {}

    /** The objects that a folder with a kustomization.yaml stands for. */
    static List<ObjectNode> render(Path folder) {
        List<ObjectNode> objects = gather(folder);
        KubernetesSettings.nameByContent(objects);
        return objects;
    }

    private static List<ObjectNode> gather(Path folder) {
        List<ObjectNode> objects = new ArrayList<>();
        apply(folder.normalize(), objects);
        return objects;
    }

    /** Adds the folder's resources and does to all objects what it says; a component so reaches what was there before. */
    private static void apply(Path folder, List<ObjectNode> objects) {
        KubernetesKustomization file = KubernetesKustomization.in(folder);
        for (String resource : file.resources()) {
            Path path = folder.resolve(resource).normalize();
            objects.addAll(Files.isDirectory(path) ? gather(path) : KubernetesYaml.read(path));
        }
        file.configMapGenerator().forEach(settings -> objects.add(KubernetesSettings.make(settings)));
        for (String component : file.components()) {
            apply(folder.resolve(component).normalize(), objects);
        }
        for (KubernetesKustomization.Patch patch : file.patches()) {
            patch(folder, patch, objects);
        }
        for (ObjectNode object : objects) {
            rename(object, file);
            file.labels()
                    .forEach(labels -> labels.pairs()
                            .forEach((name, value) ->
                                    metadata(object).withObject("/labels").put(name, value)));
            file.images().forEach(image -> setImages(object, image));
        }
    }

    private static void patch(Path folder, KubernetesKustomization.Patch patch, List<ObjectNode> objects) {
        ObjectNode change = KubernetesYaml.read(folder.resolve(patch.path())).get(0);
        List<ObjectNode> matching = objects.stream()
                .filter(object -> patch.target() == null ? isNamed(object, change) : isMeant(object, patch.target()))
                .toList();
        // A target that nothing meets is no error to kustomize either: a component is for overlays that have it or not.
        if (patch.target() == null && matching.size() != 1) {
            throw new IllegalArgumentException(patch + " in " + folder + " is for " + matching.size() + " objects");
        }
        for (ObjectNode object : matching) {
            // With a target, what the patch says of kind and name is only there to make it an object.
            JsonNode name = metadata(object).get("name").deepCopy();
            KubernetesMerge.merge(object, change);
            metadata(object).set("name", name);
        }
    }

    private static boolean isNamed(ObjectNode object, ObjectNode change) {
        return object.get("kind").equals(change.get("kind"))
                && metadata(object).get("name").equals(metadata(change).get("name"));
    }

    private static boolean isMeant(ObjectNode object, KubernetesKustomization.Target target) {
        if (!target.kind().equals(object.get("kind").textValue())) {
            return false;
        }
        if (target.name() != null
                && !target.name().equals(metadata(object).get("name").textValue())) {
            return false;
        }
        if (target.labelSelector() == null) {
            return true;
        }
        String[] label = target.labelSelector().split("=", 2);
        return TextNode.valueOf(label[1]).equals(metadata(object).path("labels").get(label[0]));
    }

    private static void rename(ObjectNode object, KubernetesKustomization file) {
        boolean isNamespace = "Namespace".equals(object.get("kind").textValue());
        if (file.namespace() != null) {
            metadata(object).put(isNamespace ? "name" : "namespace", file.namespace());
        }
        if (file.nameSuffix() != null && !isNamespace) {
            metadata(object).put("name", metadata(object).get("name").textValue() + file.nameSuffix());
        }
    }

    private static void setImages(JsonNode node, KubernetesKustomization.Image image) {
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : node.at("/spec/template/spec/" + list)) {
                String[] now = container.get("image").textValue().split(":", 2);
                if (now[0].equals(image.name())) {
                    String tag = image.newTag() != null ? image.newTag() : now.length > 1 ? now[1] : null;
                    String name = image.newName() != null ? image.newName() : now[0];
                    ((ObjectNode) container).put("image", tag == null ? name : name + ":" + tag);
                }
            }
        }
    }

    private static ObjectNode metadata(ObjectNode object) {
        return object.withObject("/metadata");
    }
}
