package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** What must hold of every overlay, besides the types. */
enum KubernetesRule {
    SELECTORS(KubernetesReferences::selectors),
    PORTS(KubernetesReferences::ports),
    VOLUMES(KubernetesReferences::volumes),
    APPLY(KubernetesApply::unchanged),
    NAMES(KubernetesReferences::names),
    SECRETS(KubernetesScaling::secrets),
    SCALING(KubernetesScaling::scaling),
    SETTINGS(KubernetesVariables::settings),
    ROLLOUT(KubernetesRollout::rollout),
    SCRAPE(KubernetesSurroundings::scrape),
    NAMESPACE(KubernetesSurroundings::namespace),
    PROBES(eachPod(KubernetesPods::probes)),
    PORT(eachPod(KubernetesPods::port)),
    VARIABLES(eachPod(KubernetesPods::variables)),
    FOLDERS(eachPod(KubernetesPods::folders)),
    GRACE(eachPod(KubernetesPods::grace)),
    IMAGES(eachPod(KubernetesPods::images)),
    LIMITS(eachPod(KubernetesResources::limits)),
    EMPTY_DIRS(eachPod(KubernetesResources::emptyDirs)),
    HEAP(eachPod(KubernetesResources::heap)),
    BLENDERS(eachPod(KubernetesResources::blenders)),
    RATIO(eachPod(KubernetesResources::ratio)),
    PROCESSORS(eachPod(KubernetesResources::processors)),
    RESTRICTED(eachPod(pod -> Stream.of(KubernetesPodSecurity.values())
            .flatMap(rule -> rule.breaches(pod).stream())
            .toList()));

    /** All are functions without a state. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<KubernetesObjects, List<String>> check;

    KubernetesRule(Function<KubernetesObjects, List<String>> check) {
        this.check = check;
    }

    /** Where it does not hold, a sentence for each place. */
    List<String> breaches(KubernetesObjects objects) {
        return check.apply(objects);
    }

    private static Function<KubernetesObjects, List<String>> eachPod(Function<PodSpec, List<String>> check) {
        return objects -> objects.of(Deployment.class)
                .flatMap(deployment -> check.apply(KubernetesObjects.pod(deployment)).stream()
                        .map(breach -> deployment.getMetadata().getName() + ": " + breach))
                .toList();
    }
}
