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

    /** {@code kubectl delete -k} of an overlay leaves frames, scenes and the store. */
    @Test
    void an_overlay_deletes_nothing_that_cannot_be_made_again() {
        for (Path overlay : KubernetesOverlays.overlays()) {
            assertThat(KubernetesRenderer.render(overlay))
                    .extracting(object -> object.get("kind").asText())
                    .doesNotContain("PersistentVolumeClaim", "Namespace");
        }
    }

    /** What a claim asks for cannot be changed: a move between the overlays must not try. */
    @Test
    void standalone_and_fleet_have_no_claim_in_common() {
        assertThat(claims("standalone")).isNotEmpty().doesNotContainAnyElementsOf(claims("fleet"));
    }

    private static List<String> claims(String overlay) {
        return KubernetesOverlays.render(overlay).stream()
                .filter(object ->
                        "PersistentVolumeClaim".equals(object.get("kind").asText()))
                .map(object -> object.at("/metadata/name").asText())
                .toList();
    }

    private static String name(Path folder) {
        return folder.getFileName().toString();
    }
}
