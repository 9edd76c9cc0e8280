package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.List;
import java.util.Map;

/**
 * KEDA's own kinds, of which there are no types on Maven Central: the fields of keda.sh/v1alpha1 that are at home in these
 * manifests, by KEDA's apis/keda/v1alpha1. A field that is not here is refused.
 */
final class KubernetesKeda {
    private KubernetesKeda() {}

    /** Scales a Deployment by what a trigger measures. */
    record ScaledObject(String apiVersion, String kind, ObjectMeta metadata, ScaledObjectSpec spec) {}

    /** Counts are pods, periods are seconds. */
    record ScaledObjectSpec(
            ScaleTarget scaleTargetRef,
            Integer pollingInterval,
            Integer initialCooldownPeriod,
            Integer cooldownPeriod,
            Integer idleReplicaCount,
            Integer minReplicaCount,
            Integer maxReplicaCount,
            Advanced advanced,
            List<Trigger> triggers) {}

    /** What is scaled, a Deployment of apps/v1 if not said otherwise. */
    record ScaleTarget(String name, String apiVersion, String kind, String envSourceContainerName) {}

    /** How the HorizontalPodAutoscaler that KEDA makes behaves. */
    record Advanced(AutoscalerConfig horizontalPodAutoscalerConfig, Boolean restoreToOriginalReplicaCount) {}

    /** Its own behavior, in Kubernetes' type. */
    record AutoscalerConfig(HorizontalPodAutoscalerBehavior behavior, String name) {}

    /** A source of numbers; KEDA takes each value of the metadata as text. */
    record Trigger(
            String type,
            String name,
            Boolean useCachedMetrics,
            String metricType,
            Map<String, String> metadata,
            AuthenticationRef authenticationRef) {}

    /** By which TriggerAuthentication. */
    record AuthenticationRef(String name, String kind) {}

    /** Where a trigger's secrets come from. */
    record TriggerAuthentication(String apiVersion, String kind, ObjectMeta metadata, TriggerAuthenticationSpec spec) {}

    /** From Secrets. */
    record TriggerAuthenticationSpec(List<SecretTarget> secretTargetRef) {}

    /** A trigger's parameter, and the Secret and its key. */
    record SecretTarget(String parameter, String name, String key) {}
}
