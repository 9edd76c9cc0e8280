package io.rendernode.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Rules on what a pod may use of its machine. */
final class KubernetesResources {
    /** The part of a pod's memory that is not Blender's: the manifests say 512 MiB, half of it heap. */
    private static final BigDecimal NODE_MEMORY = Quantity.getAmountInBytes(new Quantity("512Mi"));

    private KubernetesResources() {}

    /** Each container asks for, and is held to, processors, memory and disk. */
    static List<String> limits(PodSpec pod) {
        List<String> breaches = new ArrayList<>();
        for (Container container : KubernetesObjects.containers(pod)) {
            Map<String, Quantity> requests = container.getResources().getRequests();
            Map<String, Quantity> limits = container.getResources().getLimits();
            for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
                Quantity request = requests.get(resource);
                Quantity limit = limits.get(resource);
                if (request == null || limit == null || amount(request).compareTo(amount(limit)) > 0) {
                    breaches.add(container.getName() + " has no " + resource + " within a limit");
                } else if (resource.equals("memory") && amount(request).compareTo(amount(limit)) != 0) {
                    breaches.add(container.getName() + " may be evicted for memory that it was promised");
                }
            }
        }
        return breaches;
    }

    /** No limit is more than twice its request: a LimitRange may refuse that. */
    static List<String> ratio(PodSpec pod) {
        List<String> breaches = new ArrayList<>();
        for (Container container : KubernetesObjects.containers(pod)) {
            BigDecimal request = amount(container.getResources().getRequests().get("cpu"));
            BigDecimal limit = amount(container.getResources().getLimits().get("cpu"));
            if (request.add(request).compareTo(limit) < 0) {
                breaches.add(container.getName() + " may use more than twice the processors that it asks for");
            }
        }
        return breaches;
    }

    /** Every emptyDir has a limit, and together they fit into the node's disk. */
    static List<String> emptyDirs(PodSpec pod) {
        List<String> breaches = new ArrayList<>();
        BigDecimal sum = BigDecimal.ZERO;
        for (Volume volume : pod.getVolumes()) {
            if (volume.getEmptyDir() != null) {
                Quantity size = volume.getEmptyDir().getSizeLimit();
                if (size == null) {
                    breaches.add(volume.getName() + " may fill the machine");
                } else {
                    sum = sum.add(amount(size));
                }
            }
        }
        Quantity disk = KubernetesObjects.node(pod).getResources().getLimits().get("ephemeral-storage");
        if (disk == null || sum.compareTo(amount(disk)) > 0) {
            breaches.add("the pod is evicted before its emptyDirs are full");
        }
        return breaches;
    }

    /** All that a node's Blenders may have fits into the pod's memory beside the node. */
    static List<String> blenders(PodSpec pod) {
        Container node = KubernetesObjects.node(pod);
        BigDecimal slots =
                new BigDecimal(KubernetesObjects.variable(node, "RENDER_SLOTS").orElse("1"));
        BigDecimal each = amount(new Quantity(KubernetesObjects.variable(node, "RENDER_MEMORY_LIMIT")
                .orElse("0M")
                .replace("M", "Mi")));
        BigDecimal memory = amount(node.getResources().getLimits().get("memory"));
        return each.signum() > 0 && slots.multiply(each).add(NODE_MEMORY).compareTo(memory) <= 0
                ? List.of()
                : List.of("Blender may have more memory than the pod has for it");
    }

    /** The heap is bound, to half of what the pod's memory holds for the node. */
    static List<String> heap(PodSpec pod) {
        Container node = KubernetesObjects.node(pod);
        String variable = KubernetesObjects.variable(node, "JAVA_OPTIONS").orElse("");
        List<String> breaches = new ArrayList<>();
        if (!variable.matches("-Xmx\\d+m")) {
            breaches.add("the heap is not bound");
        } else {
            BigDecimal heap = amount(new Quantity(variable.replaceAll("-Xmx(\\d+)m", "$1Mi")));
            BigDecimal memory = amount(node.getResources().getLimits().get("memory"));
            if (heap.add(heap).compareTo(NODE_MEMORY) > 0 || NODE_MEMORY.compareTo(memory) >= 0) {
                breaches.add("a heap of " + variable + " leaves Blender less than it was promised");
            }
        }
        return breaches;
    }

    /** A node that renders has whole processors, since RENDER_THREADS=0 makes that many threads. */
    static List<String> processors(PodSpec pod) {
        Container node = KubernetesObjects.node(pod);
        if (Objects.equals(KubernetesObjects.variable(node, "RENDER_SLOTS").orElse(""), "0")) {
            return List.of();
        }
        BigDecimal cpus = amount(node.getResources().getLimits().get("cpu"));
        return cpus.stripTrailingZeros().scale() <= 0 ? List.of() : List.of(cpus + " processors");
    }

    private static BigDecimal amount(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity);
    }
}
