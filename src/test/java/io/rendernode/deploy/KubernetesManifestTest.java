package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Everything that may be applied, against Kubernetes' types and all rules. */
class KubernetesManifestTest {
    @TestFactory
    Stream<DynamicTest> every_overlay_fits_the_types_and_keeps_the_rules() {
        return KubernetesOverlays.all().stream()
                .map(folder -> DynamicTest.dynamicTest(name(folder), () -> {
                    KubernetesObjects objects = KubernetesObjects.of(KubernetesRenderer.render(folder));
                    List<String> breaches = Stream.of(KubernetesRule.values())
                            .flatMap(rule -> rule.breaches(objects).stream().map(breach -> rule + ": " + breach))
                            .toList();
                    assertThat(breaches).isEmpty();
                    assertThat(objects.of(Deployment.class)).isNotEmpty();
                }));
    }

    @Test
    void the_overlays_are_those_that_are_promised() {
        assertThat(KubernetesOverlays.all())
                .extracting(KubernetesManifestTest::name)
                .contains("standalone", "fleet", "fleet-keda", "gpu");
    }

    private static String name(Path folder) {
        return folder.getFileName().toString();
    }
}
