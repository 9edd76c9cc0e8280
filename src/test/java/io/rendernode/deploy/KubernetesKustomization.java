package io.rendernode.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A kustomization.yaml, with just those of kustomize's fields that {@link KubernetesRenderer} knows: others are refused. */
record KubernetesKustomization(
        String apiVersion,
        String kind,
        String namespace,
        String nameSuffix,
        List<Labels> labels,
        List<String> resources,
        List<String> components,
        List<Patch> patches,
        List<Image> images,
        List<Settings> configMapGenerator) {

    /** Labels for the objects themselves, not for their selectors or pods. */
    record Labels(Map<String, String> pairs) {}

    /** A strategic merge patch: for the objects of the target, or for the one that the patch itself names. */
    record Patch(String path, Target target) {}

    /** Which objects a patch is for: a kind and, if not null, a name and a label as {@code name=value}. */
    record Target(String kind, String name, String labelSelector) {}

    /** An image's new name and tag, each null to leave it. */
    record Image(String name, String newName, String newTag) {}

    /** A ConfigMap to make, of texts {@code key=value}. */
    record Settings(String name, List<String> literals) {}

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    KubernetesKustomization {
        labels = labels == null ? List.of() : labels;
        resources = resources == null ? List.of() : resources;
        components = components == null ? List.of() : components;
        patches = patches == null ? List.of() : patches;
        images = images == null ? List.of() : images;
        configMapGenerator = configMapGenerator == null ? List.of() : configMapGenerator;
    }

    /** The one in that folder. */
    static KubernetesKustomization in(Path folder) {
        JsonNode tree =
                KubernetesYaml.read(folder.resolve("kustomization.yaml")).get(0);
        KubernetesKustomization read = STRICT.convertValue(tree, KubernetesKustomization.class);
        String expected = "Component".equals(read.kind) ? "v1alpha1" : "v1beta1";
        if (!("kustomize.config.k8s.io/" + expected).equals(read.apiVersion)) {
            throw new IllegalArgumentException(folder + ": apiVersion " + read.apiVersion);
        }
        return read;
    }
}
