package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rule on variables that all nodes have alike, from a ConfigMap. */
final class KubernetesVariables {
    private KubernetesVariables() {}

    /** Each node takes them from a ConfigMap that is there, somebody reads each, and none is the pod's own as well. */
    static List<String> settings(KubernetesObjects objects) {
        Map<String, ConfigMap> maps = objects.of(ConfigMap.class)
                .collect(Collectors.toMap(each -> each.getMetadata().getName(), each -> each));
        List<String> breaches = new ArrayList<>();
        objects.of(Deployment.class).forEach(deployment -> {
            Container node = KubernetesObjects.node(KubernetesObjects.pod(deployment));
            Set<String> own = node.getEnv().stream().map(EnvVar::getName).collect(Collectors.toSet());
            Optional<ConfigMap> settings = node.getEnvFrom().stream()
                    .map(source -> maps.get(source.getConfigMapRef().getName()))
                    .filter(Objects::nonNull)
                    .findFirst();
            if (settings.isEmpty()) {
                breaches.add(
                        deployment.getMetadata().getName() + " takes its variables from no ConfigMap that is there");
            } else {
                settings.get().getData().keySet().stream()
                        .filter(name -> own.contains(name) || !KubernetesProgram.reads(name))
                        .forEach(name -> breaches.add(name + " of the ConfigMap reaches nobody"));
            }
        });
        return breaches;
    }
}
