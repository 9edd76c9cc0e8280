package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules on what is around the pods. Each gives the breaches that it finds, a sentence each. */
final class KubernetesSurroundings {
    private KubernetesSurroundings() {}

    /** A scrape by annotation or by a ServiceMonitor, one of the two, at the right place. */
    static List<String> scrape(KubernetesObjects objects) {
        boolean isMonitored = objects.of(ServiceMonitor.class)
                .flatMap(monitor -> monitor.getSpec().getEndpoints().stream())
                .anyMatch(endpoint -> KubernetesProgram.metricsPath().equals(endpoint.getPath()));
        Map<String, String> annotations = Map.of(
                "prometheus.io/scrape", "true",
                "prometheus.io/port", String.valueOf(KubernetesProgram.port()),
                "prometheus.io/path", KubernetesProgram.metricsPath());
        return objects.of(Deployment.class)
                .filter(deployment -> {
                    Map<String, String> has = Optional.ofNullable(deployment
                                    .getSpec()
                                    .getTemplate()
                                    .getMetadata()
                                    .getAnnotations())
                            .orElse(Map.of());
                    long scraped = has.keySet().stream()
                            .filter(name -> name.startsWith("prometheus.io/"))
                            .count();
                    return isMonitored ? scraped > 0 : !has.entrySet().containsAll(annotations.entrySet());
                })
                .map(deployment -> deployment.getMetadata().getName() + " is not scraped just once")
                .toList();
    }

    /** All are in one namespace, and it refuses pods that are not restricted. */
    static List<String> namespace(KubernetesObjects objects) {
        List<Namespace> namespaces = objects.of(Namespace.class).toList();
        if (namespaces.size() != 1) {
            return List.of(namespaces.size() + " namespaces");
        }
        Namespace namespace = namespaces.get(0);
        List<String> breaches = new ArrayList<>();
        if (!"restricted"
                .equals(KubernetesObjects.labels(namespace.getMetadata()).get("pod-security.kubernetes.io/enforce"))) {
            breaches.add("the namespace takes any pod");
        }
        objects.all().stream()
                .filter(object -> !(object instanceof Namespace))
                .map(KubernetesSurroundings::metadataNamespace)
                .filter(name -> !namespace.getMetadata().getName().equals(name))
                .forEach(name -> breaches.add("an object is in the namespace " + name));
        return breaches;
    }

    private static String metadataNamespace(Object object) {
        if (object instanceof KubernetesKeda.ScaledObject scaled) {
            return scaled.metadata().getNamespace();
        }
        if (object instanceof KubernetesKeda.TriggerAuthentication authentication) {
            return authentication.metadata().getNamespace();
        }
        return ((HasMetadata) object).getMetadata().getNamespace();
    }
}
