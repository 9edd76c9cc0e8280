package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart against the overlays: the same objects, so that neither can fall behind. */
class HelmChartTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            standalone | mode=standalone
            standalone+gpu | gpu.enabled=true node.memoryGiB=12
            standalone+openshift | openshift=true
            standalone+service-monitor+prometheus-rule+ingress+http-route | serviceMonitor.enabled=true prometheusRule.enabled=true ingress.enabled=true httpRoute.enabled=true
            fleet | mode=fleet
            fleet+openshift | mode=fleet openshift=true
            fleet+service-monitor | mode=fleet serviceMonitor.enabled=true
            fleet-keda | mode=fleet keda.enabled=true
            fleet-keda+gpu | mode=fleet keda.enabled=true gpu.enabled=true node.memoryGiB=12
            gpu | mode=fleet gpu.enabled=true node.memoryGiB=12
            """)
    void the_chart_and_the_overlay_are_the_same_objects(String overlay, String values) {
        Map<String, String> chart = byName(HelmChart.render(values.split(" ")));
        Map<String, String> kustomized = byName(KubernetesOverlays.render(overlay));
        assertThat(chart.keySet()).isEqualTo(kustomized.keySet());
        kustomized.forEach(
                (name, object) -> assertThat(chart.get(name)).as(name).isEqualTo(object));
    }

    private static Map<String, String> byName(List<ObjectNode> objects) {
        Map<String, String> texts = new TreeMap<>();
        for (ObjectNode object : HelmChart.comparable(objects)) {
            String name = object.at("/kind").asText() + "/"
                    + object.at("/metadata/name").asText();
            texts.put(name, KubernetesYaml.sorted(object));
        }
        return texts;
    }

    /** What no overlay has: by the rules. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokens.secret=render-tokens imagePullSecrets[0]=registry node.priorityClassName=renders",
                "mode=fleet tokens.secret=render-tokens node.slots=2 node.memoryGiB=8 node.shutdownGraceSeconds=600 persistence.storageClassName=nfs",
                "mode=fleet keda.enabled=true node.slots=3 node.nodeSelector.disk=fast node.runtimeClassName=nvidia",
            })
    void what_only_the_chart_can_do_fits_the_types_and_keeps_the_rules(String values) {
        List<ObjectNode> rendered = HelmChart.render(values.split(" "));
        Stream.of(KubernetesObjects.of(rendered)).forEach(objects -> {
            for (KubernetesRule rule : KubernetesRule.values()) {
                if (rule != KubernetesRule.NAMESPACE && rule != KubernetesRule.SECRETS) {
                    assertThat(rule.breaches(objects)).as(rule.name()).isEmpty();
                }
            }
        });
    }

    @Test
    void the_pod_that_tests_an_installation_is_restricted() throws IOException {
        KubernetesObjects objects = KubernetesObjects.of(HelmChart.renderWithTest("tokens.secret=render-tokens"));
        Pod pod = objects.of(Pod.class).findFirst().orElseThrow();
        assertThat(Stream.of(KubernetesPodSecurity.values()).flatMap(rule -> rule.breaches(pod.getSpec()).stream()))
                .isEmpty();
        assertThat(pod.getSpec().getContainers().get(0).getArgs())
                .first()
                .asString()
                .contains("/dev/tcp/$host/$port");
    }

    @ParameterizedTest
    @CsvSource({
        "standalone, mode=fleet",
        "standalone, mode=fleet keda.enabled=true",
        "fleet, mode=standalone",
        "gpu, mode=standalone"
    })
    void another_mode_waits_until_the_deployment_is_deleted(String there, String values) {
        ObjectNode deployment = deployment(there);
        assertThatThrownBy(() -> HelmChart.renderOver(deployment, values.split(" ")))
                .hasMessageContaining("kubectl -n render-farm delete deployment render-node");
    }

    @ParameterizedTest
    @CsvSource({
        "standalone, mode=standalone node.slots=2",
        "fleet, mode=fleet replicas=4",
        "fleet, mode=fleet keda.enabled=true",
        "fleet-keda, mode=fleet"
    })
    void the_same_mode_is_upgraded(String there, String values) throws IOException {
        assertThat(HelmChart.renderOver(deployment(there), values.split(" "))).isNotEmpty();
    }

    private static ObjectNode deployment(String overlay) {
        return KubernetesOverlays.render(overlay).stream()
                .filter(object -> object.at("/kind").asText().equals("Deployment")
                        && object.at("/metadata/name").asText().equals("render-node"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void helm_finds_nothing_to_say() {
        assertThat(HelmChart.lint().isFailed())
                .as(HelmChart.lint().getMessages().toString())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode=farm",
                "keda.enabled=true",
                "node.slots=0",
                "node.cpuLimit=1500m",
                "settings.render_slots=2",
                "settings.RENDER_SLOTS=2",
                "persistence.frames=lots",
                "persistence.data=",
                "colour=blue"
            })
    void a_value_that_cannot_work_is_refused(String value) {
        assertThatThrownBy(() -> HelmChart.render(value)).hasMessageContaining("schema");
    }

    @Test
    void the_versions_are_the_programs() {
        ObjectNode chart =
                KubernetesYaml.read(HelmChart.FOLDER.resolve("Chart.yaml")).get(0);
        assertThat(chart.get("version").asText()).isEqualTo(KubernetesProgram.version());
        assertThat(chart.get("appVersion").asText()).isEqualTo(KubernetesProgram.version());
    }
}
