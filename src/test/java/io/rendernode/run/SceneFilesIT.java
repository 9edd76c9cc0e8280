package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.Scenes;
import io.restassured.path.json.JsonPath;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulations through the node, and the files of File Output nodes, with the real Blender. */
class SceneFilesIT {
    private static final int LAST = 8;

    @TempDir
    static Path folder;

    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        Path blend = Files.createDirectories(folder.resolve("blend"));
        for (String kind : List.of("simulation", "output")) {
            Path scenes = Files.createDirectories(blend.resolve(kind));
            Scenes.make("blender-scenes/make_" + kind + "_scenes.py", scenes);
        }
        Files.copy(Path.of("blend/files/demo.blend"), blend.resolve("demo.blend"));
        node = NodeProcess.start(folder, variables());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Map<String, String> variables() {
        return Map.of(
                "BLEND_FILE_PATH", folder.resolve("blend/demo.blend").toString(),
                "RENDER_NICE", "0",
                "RENDER_RETRY_DELAY", "50ms");
    }

    private static long post(String scene, String output, String more) throws Exception {
        return node.post("{\"from\":1,\"to\":" + LAST + ",\"blend\":\"" + scene + ".blend\",\"output\":\"" + output
                + "/f_##\"" + more + "}");
    }

    private static List<int[]> frames(String output) throws IOException {
        List<int[]> frames = new ArrayList<>();
        for (int frame = 1; frame <= LAST; frame++) {
            Path file = folder.resolve("output").resolve(output).resolve("f_0" + frame + ".png");
            BufferedImage image = ImageIO.read(file.toFile());
            frames.add(image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()));
        }
        return frames;
    }

    private static JsonPath json(String path) throws Exception {
        return JsonPath.from(node.call("GET", path, null, "application/json").body());
    }

    @Test
    void aRunItsChunksAndARunKilledTwiceAreEqualAndMove() throws Exception {
        for (String scene : List.of("rigid", "soft")) {
            long chunks = post("simulation/" + scene, scene + "-chunks", ",\"chunk\":3");
            long still = post("simulation/" + scene, scene + "-still", ",\"simulate\":false,\"chunk\":3");
            long killed = post("simulation/" + scene, scene + "-killed", "");
            assertThat(node.awaitEnd(chunks)).isEqualTo("Job completed");
            assertThat(node.awaitEnd(still)).isEqualTo("Job completed");
            for (int stored : new int[] {1, 4}) {
                Await.until(() -> json("/job/" + killed).getInt("framesDone") >= stored);
                node.process().destroyForcibly();
                node.process().waitFor();
                node = NodeProcess.start(folder, variables());
            }
            assertThat(node.awaitEnd(killed)).isEqualTo("Job completed");

            List<int[]> inChunks = frames(scene + "-chunks");
            assertThat(frames(scene + "-killed"))
                    .as(scene)
                    .usingRecursiveComparison()
                    .isEqualTo(inChunks);
            assertThat(inChunks.get(LAST - 1)).as(scene + " moves").isNotEqualTo(inChunks.get(0));
            assertThat(frames(scene + "-still").get(LAST - 1)).as(scene).isNotEqualTo(inChunks.get(LAST - 1));
            assertThat(json("/job/" + chunks).getList("warnings.code")).contains("simulation_unbaked");
        }
    }

    @Test
    void whatFileOutputNodesWriteIsKeptWithItsFrame() throws Exception {
        long job = node.post("{\"frames\":\"1,3\",\"blend\":\"output/nodes.blend\",\"output\":\"shots/a_###\"}");
        assertThat(node.awaitEnd(job)).isEqualTo("Job completed");

        JsonPath list = json("/job/" + job + "/frame");
        List<String> outputs = list.getList("[0].files.output");
        List<String> paths = list.getList("[0].files.path");
        assertThat(outputs).hasSizeGreaterThan(5).startsWith("").doesNotHaveDuplicates();
        for (int i = 0; i < paths.size(); i++) {
            assertThat(paths.get(i))
                    .startsWith("shots/" + (outputs.get(i).isEmpty() ? "" : outputs.get(i) + "/") + "a_001.");
            assertThat(folder.resolve("output").resolve(paths.get(i))).isNotEmptyFile();
        }
        assertThat(list.<String>getList("[1].files.output")).isEqualTo(outputs);
        assertThat(list.<String>getList("[0].files.contentType")).contains("image/x-exr", "image/jpeg", "image/png");
        for (String href : list.<String>getList("[1].files.href")) {
            assertThat(node.call("GET", href, null, null).statusCode()).as(href).isEqualTo(200);
        }
        assertThat(node.call("GET", "/job/" + job + "/frame/1?output=nope", null, null)
                        .body())
                .isEqualTo("Not found: frame 1 has no output nope");
        try (var left = Files.walk(folder.resolve("blend/output"))) {
            assertThat(left.filter(file -> file.toString().endsWith(".exr"))).isEmpty();
        }

        // All of them are looked for, or none counts.
        long again = node.post("{\"frames\":\"1,3\",\"blend\":\"output/nodes.blend\",\"output\":\"shots/a_###\","
                + "\"skipExisting\":true}");
        assertThat(node.awaitEnd(again)).isEqualTo("Job completed");
        assertThat(json("/job/" + again).getList("attempts")).hasSize(1);
    }

    @Test
    void aStereoScenesFilesAreKeptByEye() throws Exception {
        long job = node.post("{\"from\":2,\"to\":2,\"blend\":\"output/stereo.blend\",\"output\":\"stereo/a_#\"}");
        assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
        List<String> views = json("/job/" + job + "/frame").getList("[0].files.view");
        assertThat(views).startsWith("_L", "_R").hasSizeGreaterThan(8);
    }

    @Test
    void namesThatAreNoneBecomeSuch() throws Exception {
        long job = node.post("{\"from\":2,\"to\":2,\"blend\":\"output/names.blend\",\"output\":\"names/a_#\"}");
        assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
        List<String> paths = json("/job/" + job + "/frame").getList("[0].files.path");
        assertThat(paths).hasSizeGreaterThan(15).doesNotHaveDuplicates().allMatch(path -> path.startsWith("names/"));
        try (var all = Files.walk(folder.resolve("output/names"))) {
            assertThat(all.filter(Files::isRegularFile)).hasSameSizeAs(paths);
        }
    }
}
