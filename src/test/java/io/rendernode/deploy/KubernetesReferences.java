package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.Endpoint;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules on what objects say of each other. Each gives the breaches that it finds, a sentence each. */
final class KubernetesReferences {
    private KubernetesReferences() {}

    /** Whoever selects pods selects some, and a Deployment its own and no other's. */
    static List<String> selectors(KubernetesObjects objects) {
        List<String> breaches = new ArrayList<>();
        objects.of(Deployment.class).forEach(deployment -> {
            LabelSelector selector = deployment.getSpec().getSelector();
            List<Deployment> matching =
                    objects.withPods(selector.getMatchLabels()).toList();
            if (!matching.equals(List.of(deployment))) {
                breaches.add(
                        name(deployment) + " selects the pods of " + matching.size() + " Deployments, not its own");
            }
            KubernetesObjects.pod(deployment).getTopologySpreadConstraints().stream()
                    .filter(spread -> !objects.withPods(
                                    spread.getLabelSelector().getMatchLabels())
                            .toList()
                            .contains(deployment))
                    .forEach(spread -> breaches.add(name(deployment) + " is spread beside pods that are not its own"));
        });
        Stream.of(
                        objects.of(Service.class)
                                .map(each ->
                                        Map.entry(name(each), each.getSpec().getSelector())),
                        objects.of(PodDisruptionBudget.class)
                                .map(each -> Map.entry(
                                        name(each), each.getSpec().getSelector().getMatchLabels())),
                        objects.of(NetworkPolicy.class)
                                .map(each -> Map.entry(
                                        name(each),
                                        each.getSpec().getPodSelector().getMatchLabels())))
                .flatMap(each -> each)
                .filter(each -> objects.withPods(each.getValue()).findAny().isEmpty())
                .forEach(each -> breaches.add(each.getKey() + " selects no pod"));
        return breaches;
    }

    /** Ports that are named are there: by Services, probes, policies and monitors. */
    static List<String> ports(KubernetesObjects objects) {
        List<String> breaches = new ArrayList<>();
        objects.of(Service.class)
                .forEach(service -> service.getSpec().getPorts().stream()
                        .filter(port -> !objects.withPods(service.getSpec().getSelector())
                                .allMatch(deployment -> ports(deployment).contains(port.getTargetPort())))
                        .forEach(
                                port -> breaches.add(name(service) + ": no pod has the port " + port.getTargetPort())));
        objects.of(NetworkPolicy.class)
                .forEach(policy -> policy.getSpec().getIngress().stream()
                        .flatMap(rule -> rule.getPorts().stream())
                        .filter(port -> !objects.withPods(
                                        policy.getSpec().getPodSelector().getMatchLabels())
                                .allMatch(deployment -> ports(deployment).contains(port.getPort())))
                        .forEach(port -> breaches.add(name(policy) + ": no pod has the port " + port.getPort())));
        backends(objects)
                .filter(backend -> objects.of(Service.class)
                        .noneMatch(service -> service.getSpec().getPorts().stream()
                                .anyMatch(port -> backend.equals(
                                                service.getMetadata().getName() + " " + port.getName())
                                        || backend.equals(service.getMetadata().getName() + " " + port.getPort()))))
                .forEach(backend -> breaches.add("no Service has what is behind a route: " + backend));
        objects.of(ServiceMonitor.class).forEach(monitor -> {
            Map<String, String> selector = monitor.getSpec().getSelector().getMatchLabels();
            Set<String> ports = objects.of(Service.class)
                    .filter(service -> KubernetesObjects.labels(service.getMetadata())
                            .entrySet()
                            .containsAll(selector.entrySet()))
                    .flatMap(service -> service.getSpec().getPorts().stream())
                    .map(ServicePort::getName)
                    .collect(Collectors.toSet());
            monitor.getSpec().getEndpoints().stream()
                    .map(Endpoint::getPort)
                    .filter(port -> !ports.contains(port))
                    .forEach(port -> breaches.add(name(monitor) + ": no Service has the port " + port));
        });
        return breaches;
    }

    /** Services behind an Ingress or a route, each with its port's name or number. */
    private static Stream<String> backends(KubernetesObjects objects) {
        return Stream.concat(
                objects.of(Ingress.class)
                        .flatMap(ingress -> ingress.getSpec().getRules().stream())
                        .flatMap(rule -> rule.getHttp().getPaths().stream())
                        .map(path -> path.getBackend().getService())
                        .map(service ->
                                service.getName() + " " + service.getPort().getName()),
                objects.of(HTTPRoute.class)
                        .flatMap(route -> route.getSpec().getRules().stream())
                        .flatMap(rule -> rule.getBackendRefs().stream())
                        .map(service -> service.getName() + " " + service.getPort()));
    }

    /** Pods that may call somebody may ask the cluster's DNS for his address: OpenShift's, where it chooses the user. */
    static List<String> names(KubernetesObjects objects) {
        List<String> breaches = new ArrayList<>();
        objects.of(Deployment.class).forEach(deployment -> {
            List<NetworkPolicyEgressRule> rules = objects.of(NetworkPolicy.class)
                    .filter(policy -> KubernetesObjects.podLabels(deployment)
                            .entrySet()
                            .containsAll(policy.getSpec()
                                    .getPodSelector()
                                    .getMatchLabels()
                                    .entrySet()))
                    .flatMap(policy -> policy.getSpec().getEgress().stream())
                    .toList();
            boolean isOpenShift =
                    KubernetesObjects.pod(deployment).getSecurityContext().getRunAsUser() == null;
            String namespace = isOpenShift ? "openshift-dns" : "kube-system";
            int port = isOpenShift ? 5353 : 53;
            Stream.of("UDP", "TCP")
                    .filter(protocol -> !rules.isEmpty()
                            && rules.stream().noneMatch(rule -> reaches(rule, namespace, protocol, port)))
                    .forEach(protocol -> breaches.add(
                            name(deployment) + " may not call " + namespace + " by " + protocol + " " + port));
        });
        return breaches;
    }

    private static boolean reaches(NetworkPolicyEgressRule rule, String namespace, String protocol, int port) {
        Map<String, String> label = Map.of("kubernetes.io/metadata.name", namespace);
        return rule.getTo().stream()
                        .anyMatch(peer -> peer.getNamespaceSelector() != null
                                && label.equals(peer.getNamespaceSelector().getMatchLabels()))
                && rule.getPorts().stream()
                        .anyMatch(each ->
                                protocol.equals(each.getProtocol()) && new IntOrString(port).equals(each.getPort()));
    }

    /** Volumes, claims and accounts that are named are there, and no volume is there for nothing. */
    static List<String> volumes(KubernetesObjects objects) {
        List<String> breaches = new ArrayList<>();
        Set<String> claims = names(objects, PersistentVolumeClaim.class);
        Set<String> claimed = new HashSet<>();
        objects.of(Deployment.class).forEach(deployment -> {
            PodSpec pod = KubernetesObjects.pod(deployment);
            Set<String> volumes = pod.getVolumes().stream().map(Volume::getName).collect(Collectors.toSet());
            Set<String> mounted = KubernetesObjects.containers(pod).stream()
                    .flatMap(container -> container.getVolumeMounts().stream())
                    .map(mount -> mount.getName())
                    .collect(Collectors.toSet());
            difference(mounted, volumes).forEach(name -> breaches.add(name(deployment) + ": no volume " + name));
            difference(volumes, mounted).forEach(name -> breaches.add(name(deployment) + ": nobody mounts " + name));
            pod.getVolumes().stream()
                    .filter(volume -> volume.getPersistentVolumeClaim() != null)
                    .forEach(volume ->
                            claimed.add(volume.getPersistentVolumeClaim().getClaimName()));
            if (!names(objects, ServiceAccount.class).contains(pod.getServiceAccountName())) {
                breaches.add(name(deployment) + ": no ServiceAccount " + pod.getServiceAccountName());
            }
        });
        difference(claimed, claims).forEach(name -> breaches.add("no PersistentVolumeClaim " + name));
        difference(claims, claimed).forEach(name -> breaches.add("nobody uses the PersistentVolumeClaim " + name));
        return breaches;
    }

    private static Set<IntOrString> ports(Deployment deployment) {
        Set<IntOrString> ports = new HashSet<>();
        for (Container container : KubernetesObjects.pod(deployment).getContainers()) {
            for (ContainerPort port : container.getPorts()) {
                ports.add(new IntOrString(port.getName()));
                ports.add(new IntOrString(port.getContainerPort()));
            }
        }
        return ports;
    }

    private static <T extends HasMetadata> Set<String> names(KubernetesObjects objects, Class<T> type) {
        return objects.of(type).map(each -> each.getMetadata().getName()).collect(Collectors.toSet());
    }

    private static Set<String> difference(Set<String> these, Set<String> without) {
        return these.stream().filter(each -> !without.contains(each)).collect(Collectors.toSet());
    }

    private static String name(HasMetadata object) {
        return object.getKind() + "/" + object.getMetadata().getName();
    }
}
