package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rules on what a fleet needs besides its pods. Each gives the breaches that it finds, a sentence each. */
final class KubernetesScaling {
    private KubernetesScaling() {}

    /** The Secrets that a user must bring, with their keys, are made by a command in the README. */
    static List<String> secrets(KubernetesObjects objects) {
        Set<String> wanted = new HashSet<>();
        objects.of(Deployment.class).map(KubernetesObjects::pod).forEach(pod -> {
            pod.getVolumes().stream()
                    .filter(volume -> volume.getSecret() != null)
                    .forEach(volume -> volume.getSecret()
                            .getItems()
                            .forEach(item -> wanted.add(volume.getSecret().getSecretName() + " " + item.getKey())));
            KubernetesObjects.containers(pod).stream()
                    .map(Container::getEnv)
                    .flatMap(List::stream)
                    .map(EnvVar::getValueFrom)
                    .filter(source -> source != null && source.getSecretKeyRef() != null)
                    .forEach(source -> wanted.add(source.getSecretKeyRef().getName() + " "
                            + source.getSecretKeyRef().getKey()));
        });
        objects.of(KubernetesKeda.TriggerAuthentication.class)
                .flatMap(authentication -> authentication.spec().secretTargetRef().stream())
                .forEach(secret -> wanted.add(secret.name() + " " + secret.key()));
        return wanted.stream()
                .filter(name -> !KubernetesReadme.secretKeys().contains(name))
                .map(name -> "the README does not make the secret " + name)
                .toList();
    }

    /** KEDA scales a Deployment that is there, with an authentication that is there, and nobody else sets its size. */
    static List<String> scaling(KubernetesObjects objects) {
        List<String> breaches = new ArrayList<>();
        Set<String> authentications = objects.of(KubernetesKeda.TriggerAuthentication.class)
                .map(each -> each.metadata().getName())
                .collect(Collectors.toSet());
        objects.of(KubernetesKeda.ScaledObject.class).forEach(scaled -> {
            String target = scaled.spec().scaleTargetRef().name();
            List<Deployment> targets = objects.of(Deployment.class)
                    .filter(deployment -> deployment.getMetadata().getName().equals(target))
                    .toList();
            if (targets.size() != 1 || targets.get(0).getSpec().getReplicas() != null) {
                breaches.add("no Deployment " + target + " that leaves its size to KEDA");
            } else {
                String slots = KubernetesObjects.variable(
                                KubernetesObjects.node(KubernetesObjects.pod(targets.get(0))), "RENDER_SLOTS")
                        .orElse("");
                scaled.spec().triggers().stream()
                        .filter(trigger -> !slots.equals(trigger.metadata().get("targetQueryValue")))
                        .forEach(trigger -> breaches.add(target + " has other slots than KEDA reckons with"));
            }
            scaled.spec().triggers().stream()
                    .map(trigger -> trigger.authenticationRef().name())
                    .filter(name -> !authentications.contains(name))
                    .forEach(name -> breaches.add("no TriggerAuthentication " + name));
        });
        return breaches;
    }
}
