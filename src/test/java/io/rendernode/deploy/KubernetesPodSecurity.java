package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * The rules of the Pod Security Standards' level "restricted", which contains "baseline", in the order of
 * kubernetes.io/docs/concepts/security/pod-security-standards. Rules for Windows are left out but one: these pods are Linux's.
 */
enum KubernetesPodSecurity {
    HOST_PROCESS((pod, container) -> context(pod).getWindowsOptions() == null && container.getWindowsOptions() == null),
    HOST_NAMESPACES((pod, container) ->
            Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC()).noneMatch(Boolean.TRUE::equals)),
    PRIVILEGED((pod, container) -> !Boolean.TRUE.equals(container.getPrivileged())),
    ADDED_CAPABILITIES((pod, container) -> Set.of("NET_BIND_SERVICE")
            .containsAll(orEmpty(capabilities(container).getAdd()))),
    HOST_PATHS((pod, container) -> pod.getVolumes().stream().allMatch(volume -> volume.getHostPath() == null)),
    HOST_PORTS((pod, container) -> KubernetesObjects.containers(pod).stream()
            .flatMap(each -> each.getPorts().stream())
            .allMatch(port -> port.getHostPort() == null || port.getHostPort() == 0)),
    HOST_PROBES(
            (pod, container) -> KubernetesObjects.containers(pod).stream().allMatch(KubernetesPodSecurity::asksItself)),
    APP_ARMOR((pod, container) -> Stream.of(
                    Optional.ofNullable(context(pod).getAppArmorProfile()),
                    Optional.ofNullable(container.getAppArmorProfile()))
            .flatMap(Optional::stream)
            .noneMatch(profile -> "Unconfined".equals(profile.getType()))),
    /** Narrower than the standard, which allows some types: none is needed here. */
    SELINUX((pod, container) -> context(pod).getSeLinuxOptions() == null && container.getSeLinuxOptions() == null),
    PROC_MOUNT((pod, container) -> container.getProcMount() == null || "Default".equals(container.getProcMount())),
    /** Narrower than the standard, which allows the safe ones: none is needed here. */
    SYSCTLS((pod, container) -> orEmpty(context(pod).getSysctls()).isEmpty()),
    VOLUME_TYPES((pod, container) -> pod.getVolumes().stream().allMatch(KubernetesPodSecurity::isAllowed)),
    PRIVILEGE_ESCALATION((pod, container) -> Boolean.FALSE.equals(container.getAllowPrivilegeEscalation())),
    RUNNING_AS_NON_ROOT((pod, container) -> Boolean.TRUE.equals(
            container.getRunAsNonRoot() == null ? context(pod).getRunAsNonRoot() : container.getRunAsNonRoot())),
    NON_ROOT_USER((pod, container) ->
            !Objects.equals(context(pod).getRunAsUser(), 0L) && !Objects.equals(container.getRunAsUser(), 0L)),
    SECCOMP((pod, container) -> {
        SeccompProfile profile = container.getSeccompProfile() == null
                ? context(pod).getSeccompProfile()
                : container.getSeccompProfile();
        return profile != null && Set.of("RuntimeDefault", "Localhost").contains(profile.getType());
    }),
    DROPPED_CAPABILITIES(
            (pod, container) -> orEmpty(capabilities(container).getDrop()).contains("ALL"));

    /** All are functions without a state. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final BiPredicate<PodSpec, SecurityContext> holds;

    KubernetesPodSecurity(BiPredicate<PodSpec, SecurityContext> holds) {
        this.holds = holds;
    }

    /** The containers of a pod that break this rule. */
    List<String> breaches(PodSpec pod) {
        List<String> names = new ArrayList<>();
        for (Container container : KubernetesObjects.containers(pod)) {
            SecurityContext security = container.getSecurityContext();
            if (!holds.test(pod, security == null ? new SecurityContext() : security)) {
                names.add(name() + ": " + container.getName());
            }
        }
        return names;
    }

    private static PodSecurityContext context(PodSpec pod) {
        return pod.getSecurityContext() == null ? new PodSecurityContext() : pod.getSecurityContext();
    }

    private static <T> List<T> orEmpty(List<T> list) {
        return list == null ? List.of() : list;
    }

    private static Capabilities capabilities(SecurityContext container) {
        return container.getCapabilities() == null ? new Capabilities() : container.getCapabilities();
    }

    private static boolean isAllowed(Volume volume) {
        return Stream.of(
                        volume.getConfigMap(),
                        volume.getCsi(),
                        volume.getDownwardAPI(),
                        volume.getEmptyDir(),
                        volume.getEphemeral(),
                        volume.getPersistentVolumeClaim(),
                        volume.getProjected(),
                        volume.getSecret())
                .anyMatch(Objects::nonNull);
    }

    private static boolean asksItself(Container container) {
        return Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
                .filter(Objects::nonNull)
                .allMatch(probe -> (probe.getHttpGet() == null
                                || probe.getHttpGet().getHost() == null)
                        && (probe.getTcpSocket() == null || probe.getTcpSocket().getHost() == null));
    }
}
