package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Rules on what a pod says of the program. Each gives the breaches that it finds, a sentence each. */
final class KubernetesPods {
    /** What SIGTERM may cost besides RENDER_SHUTDOWN_GRACE: the preStop, 5 s; a Blender to be ended, 5 s; the rest, 5 s. */
    private static final Duration AROUND_THE_GRACE = Duration.ofSeconds(15);

    private KubernetesPods() {}

    /** Each probe asks for the check of its name, by the port's name. */
    static List<String> probes(PodSpec pod) {
        Container node = KubernetesObjects.node(pod);
        return Stream.of(
                        probe("started", node.getStartupProbe()),
                        probe("live", node.getLivenessProbe()),
                        probe("ready", node.getReadinessProbe()))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> probe(String check, Probe probe) {
        HTTPGetAction get = probe == null ? null : probe.getHttpGet();
        boolean holds = get != null
                && KubernetesProgram.healthPath(check).equals(get.getPath())
                && "http".equals(get.getPort().getStrVal());
        return holds ? Optional.empty() : Optional.of("no probe of " + KubernetesProgram.healthPath(check));
    }

    /** The port called http is the one that the program is told to listen on. */
    static List<String> port(PodSpec pod) {
        Container node = KubernetesObjects.node(pod);
        String told = KubernetesObjects.variable(node, "PORT").orElse(String.valueOf(KubernetesProgram.port()));
        boolean holds = node.getPorts().stream()
                .anyMatch(
                        port -> "http".equals(port.getName()) && told.equals(String.valueOf(port.getContainerPort())));
        return holds ? List.of() : List.of("the port http is not " + told);
    }

    /** Somebody reads each variable, none is there twice, the language is the image's, and the node's name the pod's. */
    static List<String> variables(PodSpec pod) {
        List<String> breaches = new ArrayList<>();
        for (Container container : KubernetesObjects.containers(pod)) {
            List<String> names =
                    container.getEnv().stream().map(EnvVar::getName).toList();
            names.stream()
                    .filter(name -> !KubernetesProgram.reads(name))
                    .forEach(name -> breaches.add("nobody reads " + name));
            names.stream()
                    .filter(name -> name.equals("LANG") || name.startsWith("LC_"))
                    .forEach(name -> breaches.add(name + " takes the image's UTF-8 away"));
            if (names.stream().distinct().count() != names.size()) {
                breaches.add(container.getName() + " has a variable twice");
            }
        }
        boolean isNamed = KubernetesObjects.node(pod).getEnv().stream()
                .anyMatch(variable -> variable.getName().equals("RENDER_NODE_NAME")
                        && variable.getValueFrom() != null
                        && variable.getValueFrom().getFieldRef() != null
                        && "metadata.name"
                                .equals(variable.getValueFrom().getFieldRef().getFieldPath()));
        if (!isNamed) {
            breaches.add("RENDER_NODE_NAME is not the pod's name");
        }
        if (!Boolean.FALSE.equals(pod.getEnableServiceLinks())) {
            breaches.add("Services set variables such as RENDER_NODE_PORT");
        }
        return breaches;
    }

    /** What the program writes to is a writable volume, what it reads is one too, and the rest is read-only. */
    static List<String> folders(PodSpec pod) {
        Container node = KubernetesObjects.node(pod);
        List<String> breaches = new ArrayList<>();
        for (String name : List.of("DATA_DIR", "OUTPUT_DIR", "HOME", "TMPDIR")) {
            Optional<VolumeMount> mount =
                    mount(node, KubernetesObjects.variable(node, name).orElse("?"));
            if (mount.isEmpty() || Boolean.TRUE.equals(mount.get().getReadOnly())) {
                breaches.add(name + " is on no volume that may be written to");
            }
        }
        for (String name : List.of("BLEND_FILE_PATH", "DB_PASSWORD_FILE")) {
            KubernetesObjects.variable(node, name)
                    .filter(path -> mount(node, path).isEmpty())
                    .ifPresent(path -> breaches.add(name + " is on no volume"));
        }
        if (!isLasting(pod, KubernetesObjects.variable(node, "SCENE_DIR").orElse("?"))) {
            breaches.add("SCENE_DIR is on no volume that stays and may be written to");
        }
        for (Container container : KubernetesObjects.containers(pod)) {
            if (!Boolean.TRUE.equals(container.getSecurityContext().getReadOnlyRootFilesystem())) {
                breaches.add(container.getName() + " may write to its root file system");
            }
        }
        if (!Boolean.FALSE.equals(pod.getAutomountServiceAccountToken())) {
            breaches.add("the pod gets a token that it has no use for");
        }
        return breaches;
    }

    private static boolean isLasting(PodSpec pod, String path) {
        return mount(KubernetesObjects.node(pod), path)
                .filter(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
                .flatMap(mount -> pod.getVolumes().stream()
                        .filter(volume -> volume.getName().equals(mount.getName()))
                        .findFirst())
                .filter(volume -> volume.getPersistentVolumeClaim() != null)
                .isPresent();
    }

    private static Optional<VolumeMount> mount(Container container, String path) {
        return container.getVolumeMounts().stream()
                .filter(mount -> (path + "/").startsWith(mount.getMountPath() + "/"))
                .findFirst();
    }

    /** The kubelet waits for longer than the node takes. */
    static List<String> grace(PodSpec pod) {
        Duration grace = KubernetesObjects.variable(KubernetesObjects.node(pod), "RENDER_SHUTDOWN_GRACE")
                .map(text -> Duration.parse("PT" + text.toUpperCase(Locale.ROOT)))
                .orElseThrow();
        Duration kubelet = Duration.ofSeconds(
                Optional.ofNullable(pod.getTerminationGracePeriodSeconds()).orElse(30L));
        return kubelet.compareTo(grace.plus(AROUND_THE_GRACE)) >= 0
                ? List.of()
                : List.of("killed after " + kubelet + ", with a grace of " + grace);
    }

    /** Every image is this version of the program. */
    static List<String> images(PodSpec pod) {
        String expected = "render-node:" + KubernetesProgram.version();
        return KubernetesObjects.containers(pod).stream()
                .map(Container::getImage)
                .filter(image -> !expected.equals(image))
                .map(image -> image + " is not " + expected)
                .toList();
    }
}
