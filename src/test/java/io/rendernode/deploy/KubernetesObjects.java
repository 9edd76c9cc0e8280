package io.rendernode.deploy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A rendered overlay in Kubernetes' types.
 *
 * @param all its objects
 * @param rendered the same as they were written: the types do not tell an empty list from none
 */
record KubernetesObjects(List<Object> all, List<ObjectNode> rendered) {

    /**
     * Reads each object strictly.
     *
     * @throws IllegalArgumentException if one does not fit its type; the message says which and why
     */
    static KubernetesObjects of(List<ObjectNode> rendered) {
        List<Object> objects = new ArrayList<>();
        for (ObjectNode object : rendered) {
            try {
                objects.add(KubernetesTypes.read(object));
            } catch (JsonMappingException misfit) {
                String name = object.at("/kind").asText() + "/"
                        + object.at("/metadata/name").asText();
                throw new IllegalArgumentException(name + ": " + misfit.getMessage(), misfit);
            }
        }
        return new KubernetesObjects(objects, rendered);
    }

    /** Those of a kind. */
    <T> Stream<T> of(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast);
    }

    /** The Deployments whose pods have all of these labels. */
    Stream<Deployment> withPods(Map<String, String> selector) {
        return of(Deployment.class)
                .filter(deployment -> podLabels(deployment).entrySet().containsAll(selector.entrySet()));
    }

    static Map<String, String> podLabels(Deployment deployment) {
        return labels(deployment.getSpec().getTemplate().getMetadata());
    }

    static Map<String, String> labels(ObjectMeta metadata) {
        return metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }

    static PodSpec pod(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec();
    }

    /** The container that is the node. */
    static Container node(PodSpec pod) {
        return pod.getContainers().stream()
                .filter(container -> "node".equals(container.getName()))
                .findFirst()
                .orElseThrow();
    }

    /** All containers of a pod, those that run first included. */
    static List<Container> containers(PodSpec pod) {
        return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .toList();
    }

    /** A variable's value where it is written in the manifest. */
    static Optional<String> variable(Container container, String name) {
        return container.getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .findFirst()
                .map(EnvVar::getValue);
    }
}
