package io.rendernode.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a user may apply: each overlay with the components that it needs, and with those that are for any overlay. */
final class KubernetesOverlays {
    /** Where the manifests are. */
    static final Path FOLDER = Path.of("deploy/kubernetes").toAbsolutePath();

    private static final List<List<String>> OPTIONS = List.of(
            List.of(),
            List.of("service-monitor"),
            List.of("openshift"),
            List.of("service-monitor", "openshift"),
            List.of("service-monitor", "prometheus-rule", "ingress", "http-route"));

    private KubernetesOverlays() {}

    /** Folders to render, each with a kustomization.yaml, made anew below target. */
    static List<Path> all() {
        List<Path> folders = new ArrayList<>();
        for (Path overlay : overlays()) {
            OPTIONS.forEach(components -> folders.add(with(overlay, components)));
        }
        folders.add(with(FOLDER.resolve("overlays/standalone"), List.of("gpu")));
        folders.add(with(FOLDER.resolve("overlays/fleet-keda"), List.of("gpu")));
        return folders;
    }

    /** An overlay, by its name and those of components that are added, as {@code fleet+openshift}, rendered here. */
    static List<ObjectNode> render(String overlay) {
        List<String> names = List.of(overlay.split("\\+"));
        return KubernetesRenderer.render(
                with(FOLDER.resolve("overlays").resolve(names.get(0)), names.subList(1, names.size())));
    }

    /** The overlays as they are, without the namespace and the claims. */
    static List<Path> overlays() {
        try (Stream<Path> folders = Files.list(FOLDER.resolve("overlays"))) {
            return folders.sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path with(Path overlay, List<String> components) {
        boolean isStandalone = overlay.endsWith("standalone");
        List<String> all = new ArrayList<>(List.of("namespace", isStandalone ? "claims" : "fleet-claims"));
        all.addAll(components);
        Path folder = Path.of("target/kubernetes")
                .toAbsolutePath()
                .resolve(String.join(
                        "+",
                        Stream.concat(Stream.of(overlay.getFileName().toString()), components.stream())
                                .toList()));
        StringBuilder text = new StringBuilder("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n");
        text.append("namespace: render-farm\nresources:\n  - ")
                .append(folder.relativize(overlay))
                .append("\ncomponents:\n");
        all.forEach(component -> text.append("  - ")
                .append(folder.relativize(FOLDER.resolve("components").resolve(component)))
                .append('\n'));
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("kustomization.yaml"), text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return folder;
    }
}
