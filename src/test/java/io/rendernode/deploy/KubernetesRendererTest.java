package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests' own renderer, held against the real one. */
class KubernetesRendererTest {
    private static final Path FIXTURE = Path.of("src/test/resources/kubernetes/renderer");

    /** expected.yaml was written by kubectl kustomize (kustomize 5.5.0); it uses each feature that is known here. */
    @Test
    void renders_each_feature_as_kustomize_does() {
        assertThat(sorted(KubernetesRenderer.render(FIXTURE.resolve("overlay"))))
                .isEqualTo(sorted(KubernetesYaml.read(FIXTURE.resolve("expected.yaml"))));
    }

    /** On a machine without kubectl the fixture above is what there is to compare with. */
    @Test
    void renders_every_overlay_as_this_machines_kubectl_does() throws Exception {
        if (!KubernetesKubectl.isThere()) {
            return;
        }
        for (Path folder : KubernetesOverlays.all()) {
            assertThat(sorted(KubernetesRenderer.render(folder)))
                    .as(folder.toString())
                    .isEqualTo(sorted(KubernetesKubectl.render(folder)));
        }
    }

    @Test
    void refuses_what_it_does_not_know(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                secretGenerator: []
                """);
        assertThatThrownBy(() -> KubernetesRenderer.render(folder)).hasMessageContaining("secretGenerator");
    }

    private static List<ObjectNode> sorted(List<ObjectNode> objects) {
        return objects.stream()
                .sorted(Comparator.comparing((ObjectNode each) ->
                        each.get("kind").asText() + each.at("/metadata/name").asText()))
                .toList();
    }
}
