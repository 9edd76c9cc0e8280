package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The rule on what happens when pods are replaced. */
final class KubernetesRollout {
    /** Twice the pod's longest way out, since a ReplicaSet's pauses double, and the start. Seconds. */
    private static final int SHORTEST_DEADLINE = 1200;

    private KubernetesRollout() {}

    /**
     * A rollout outlasts pods that end their frame, a start makes no warnings as a rule, and pods of several are spread
     * by their own rollout.
     */
    static List<String> rollout(KubernetesObjects objects) {
        List<String> breaches = new ArrayList<>();
        objects.of(Deployment.class).forEach(deployment -> {
            DeploymentSpec spec = deployment.getSpec();
            String name = deployment.getMetadata().getName();
            if (spec.getProgressDeadlineSeconds() == null || spec.getProgressDeadlineSeconds() < SHORTEST_DEADLINE) {
                breaches.add(name + " gives a rollout up too early");
            }
            if (spec.getMinReadySeconds() == null) {
                breaches.add(name + " trusts a pod that was ready for an instant");
            }
            Probe startup =
                    KubernetesObjects.node(KubernetesObjects.pod(deployment)).getStartupProbe();
            if (startup == null || startup.getInitialDelaySeconds() == null) {
                breaches.add(name + " asks before a node can have started");
            }
            KubernetesObjects.pod(deployment).getTopologySpreadConstraints().stream()
                    .filter(spread -> !spread.getMatchLabelKeys().contains("pod-template-hash"))
                    .map(spread -> spread.getLabelSelector())
                    .map(LabelSelector::getMatchLabels)
                    .filter(Objects::nonNull)
                    .map(Map::toString)
                    .forEach(labels -> breaches.add(name + " is spread beside pods that it replaces: " + labels));
        });
        return breaches;
    }
}
