package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What deploy/kubernetes/README.md has a user type and write. */
class KubernetesReadmeTest {
    private static final String README = KubernetesProgram.text(KubernetesOverlays.FOLDER.resolve("README.md"));

    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n# (\\S+)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern FILE = Pattern.compile("deploy/[a-z0-9/_.-]*[a-z]");

    @Test
    void every_file_that_it_names_is_there() {
        assertThat(FILE.matcher(README).results().map(MatchResult::group).distinct())
                .isNotEmpty()
                .allSatisfy(file -> assertThat(Path.of(file)).exists());
    }

    /** By kubectl alone: the tests' own renderer does not know patches of a line. */
    @Test
    void the_overlays_that_it_shows_can_be_rendered() throws Exception {
        List<MatchResult> examples = EXAMPLE.matcher(README).results().toList();
        assertThat(examples).hasSize(2);
        if (!KubernetesKubectl.isThere()) {
            return;
        }
        Path root = Path.of("target/kubernetes/readme").toAbsolutePath();
        for (MatchResult example : examples) {
            Path file = root.resolve(example.group(1));
            Files.createDirectories(file.getParent());
            String sources =
                    file.getParent().relativize(Path.of("").toAbsolutePath()).toString();
            Files.writeString(file, example.group(2).replace("../render-node/", sources + "/"));
            List<ObjectNode> rendered = KubernetesKubectl.render(file.getParent());
            assertThat(KubernetesObjects.of(rendered).all()).isNotEmpty();
        }
        assertThat(KubernetesKubectl.render(root.resolve("farm")))
                .extracting(object -> object.at("/data/RENDER_RETENTION").asText())
                .contains("90d");
    }

    @Test
    void the_pod_that_copies_scenes_is_restricted_and_mounts_what_is_there() throws IOException {
        String claim = claim(restrictedPod("scene-copy.yaml"));
        assertThat(claims("claims")).contains(claim);
        assertThat(claims("fleet-claims")).contains(claim.replace("render-scenes", "render-fleet-scenes"));
    }

    @Test
    void the_pod_that_restores_is_restricted_and_has_the_nodes_image_and_data() throws IOException {
        PodSpec pod = restrictedPod("data-restore.yaml");
        PodSpec node = KubernetesObjects.of(KubernetesOverlays.render("standalone"))
                .of(Deployment.class)
                .map(KubernetesObjects::pod)
                .findFirst()
                .orElseThrow();
        assertThat(claims("claims")).contains(claim(pod));
        assertThat(node.getVolumes()).contains(pod.getVolumes().get(0));
        Container container = pod.getContainers().get(0);
        assertThat(container.getImage()).isEqualTo(KubernetesObjects.node(node).getImage());
        assertThat(KubernetesObjects.node(node).getEnv()).containsAll(container.getEnv());
        assertThat(KubernetesObjects.node(node).getVolumeMounts()).containsAll(container.getVolumeMounts());
    }

    private static PodSpec restrictedPod(String file) throws IOException {
        Pod pod = KubernetesObjects.of(KubernetesYaml.read(KubernetesOverlays.FOLDER.resolve(file)))
                .of(Pod.class)
                .findFirst()
                .orElseThrow();
        assertThat(Stream.of(KubernetesPodSecurity.values()).flatMap(rule -> rule.breaches(pod.getSpec()).stream()))
                .isEmpty();
        return pod.getSpec();
    }

    private static String claim(PodSpec pod) {
        return pod.getVolumes().get(0).getPersistentVolumeClaim().getClaimName();
    }

    private static List<String> claims(String component) {
        return KubernetesObjects.of(KubernetesRenderer.render(
                        KubernetesOverlays.FOLDER.resolve("components").resolve(component)))
                .of(PersistentVolumeClaim.class)
                .map(each -> each.getMetadata().getName())
                .toList();
    }
}
