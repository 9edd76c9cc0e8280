package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of the init container that puts the demo scene on an empty volume, as a shell really runs it. */
class KubernetesDemoSceneTest {
    private static final String SCENE = "the demo scene";

    @TempDir
    private Path volume;

    @TempDir
    private Path image;

    @BeforeEach
    void putSceneIntoImage() throws IOException {
        Files.writeString(image.resolve("demo.blend"), SCENE);
    }

    @Test
    void nodes_that_start_together_on_an_empty_volume_leave_one_whole_scene_and_nothing_else() throws Exception {
        List<Process> nodes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            nodes.add(start("node-" + i));
        }
        for (Process node : nodes) {
            assertThat(node.waitFor()).isZero();
        }
        assertThat(volume.resolve("demo.blend")).hasContent(SCENE);
        try (Stream<Path> files = Files.list(volume)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void a_scene_that_is_there_stays() throws Exception {
        Files.writeString(volume.resolve("demo.blend"), "another");
        assertThat(start("node").waitFor()).isZero();
        assertThat(volume.resolve("demo.blend")).hasContent("another");
    }

    private Process start(String name) throws IOException {
        Container script = KubernetesObjects.of(KubernetesOverlays.render("fleet"))
                .of(Deployment.class)
                .map(deployment ->
                        KubernetesObjects.pod(deployment).getInitContainers().get(0))
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>(script.getCommand());
        script.getArgs()
                .forEach(text -> command.add(
                        text.replace("/scenes", volume.toString()).replace("/app/blend/files", image.toString())));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("RENDER_NODE_NAME", name);
        return builder.start();
    }
}
