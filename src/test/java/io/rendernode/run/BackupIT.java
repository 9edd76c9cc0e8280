package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.FakeScene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of the image that back a running node's store up and bring it back; and the one that tests an installation. */
class BackupIT {
    private static final Path SCRIPTS = Path.of("deploy/image");

    @TempDir
    private Path folder;

    @Test
    void a_store_is_backed_up_while_the_node_renders_and_goes_on_in_another_place() throws Exception {
        FakeScene scene = new FakeScene(folder.resolve("blend"));
        Map<String, String> variables = Map.of(
                "BLENDER_PATH",
                FakeScene.blender().toString(),
                "RENDER_SANDBOX",
                "off",
                "BLEND_FILE_PATH",
                scene.file().toString(),
                "OUTPUT_DIR",
                folder.resolve("output").toString());
        Path backup = folder.resolve("store.db");
        long ended;
        long underWay;
        try (NodeProcess node = NodeProcess.start(folder.resolve("one"), variables)) {
            ended = node.post("{\"from\":1,\"to\":2,\"output\":\"a_##\"}");
            assertThat(node.awaitEnd(ended)).isEqualTo("Job completed");
            scene.behave("gated=yes");
            underWay = node.post("{\"from\":1,\"to\":2,\"output\":\"b_##\"}");
            assertThat(node.status(underWay)).isEqualTo("Job still running");
            assertThat(script("backup", folder.resolve("one/data"), backup)).isZero();
            assertThat(folder.resolve("one/data/render-node.db.backup")).doesNotExist();
            scene.openAll();
            assertThat(node.awaitEnd(underWay)).isEqualTo("Job completed");
        }
        Path place = Files.createDirectories(folder.resolve("two/data"));
        Files.writeString(place.resolve("render-node.db"), "what was there before");
        assertThat(script("restore", place, backup)).isZero();
        try (NodeProcess node = NodeProcess.start(folder.resolve("two"), variables)) {
            assertThat(node.status(ended)).isEqualTo("Job completed");
            assertThat(node.awaitEnd(underWay)).isEqualTo("Job completed");
        }
        assertThat(place.resolve("render-node.db.replaced")).hasContent("what was there before");
    }

    @Test
    void what_is_no_store_is_refused_and_changes_nothing() throws Exception {
        Path place = Files.createDirectories(folder.resolve("data"));
        Path text = Files.writeString(folder.resolve("text"), "no store at all, but long enough to be looked at");
        assertThat(script("restore", place, text)).isNotZero();
        assertThat(script("backup", place, folder.resolve("store.db"))).isNotZero();
        assertThat(place).isEmptyDirectory();
    }

    @Test
    void the_charts_test_renders_a_frame() throws Exception {
        FakeScene scene = new FakeScene(folder.resolve("blend"));
        Map<String, String> variables = Map.of(
                "BLENDER_PATH",
                FakeScene.blender().toString(),
                "RENDER_SANDBOX",
                "off",
                "BLEND_FILE_PATH",
                scene.file().toString());
        Path script = Path.of("deploy/helm/render-node/files/render-a-frame");
        Path log = folder.resolve("test.log");
        try (NodeProcess node = NodeProcess.start(folder, variables)) {
            Process test = new ProcessBuilder(
                            "bash",
                            "-c",
                            Files.readString(script),
                            "render-a-frame",
                            "127.0.0.1",
                            Integer.toString(node.port()),
                            "")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            assertThat(test.waitFor()).as(Files.readString(log)).isZero();
            assertThat(folder.resolve("output/helm-test/0001.png")).exists();
        }
    }

    /** Runs one of the scripts on a data folder: backup writes the file, restore reads it. */
    private static int script(String name, Path data, Path file) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(SCRIPTS.resolve(name).toString()).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (name.equals("backup")) {
            builder.redirectOutput(file.toFile());
        } else {
            builder.redirectInput(file.toFile()).redirectOutput(ProcessBuilder.Redirect.INHERIT);
        }
        builder.environment().put("DATA_DIR", data.toString());
        return builder.start().waitFor();
    }
}
