package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.Scenes;
import io.restassured.path.json.JsonPath;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the node says of scenes, by the real Blender, before it renders them and after. */
class SceneIT {
    private static final String JSON = "application/json";

    @TempDir
    static Path folder;

    private static Path shots;
    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        shots = Files.createDirectories(folder.resolve("blend/shots"));
        Files.copy(Path.of("blend/files/demo.blend"), folder.resolve("blend/demo.blend"));
        Scenes.make("blender-scenes/make_report_scenes.py", shots);
        node = NodeProcess.start(
                folder,
                Map.of("BLEND_FILE_PATH", folder.resolve("blend/demo.blend").toString(), "RENDER_NICE", "0"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static JsonPath json(long job) throws Exception {
        return JsonPath.from(node.json(job));
    }

    private static JsonPath get(String path, int status) throws Exception {
        HttpResponse<String> answer = node.call("GET", path, null, JSON);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JsonPath.from(answer.body());
    }

    private static long post(String scene, String more) throws Exception {
        return node.post("{\"from\":1,\"to\":1,\"blend\":\"shots/" + scene + ".blend\",\"output\":\"" + scene + "_#\""
                + more + "}");
    }

    @Test
    void aSceneIsRenderedWithItsOwnEngineAndTheTutorialsWithCycles() throws Exception {
        long busy = node.post("{\"from\":1,\"to\":40,\"output\":\"busy_#\"}");
        long own = post("workbench", "");
        assertThat(json(own).getString("engine")).isNull();
        assertThat(json(busy).getString("engine")).isEqualTo("CYCLES");
        assertThat(node.call("DELETE", "/job/" + busy, null, null).statusCode()).isEqualTo(204);

        assertThat(node.awaitEnd(own)).isEqualTo("Job completed");

        assertThat(json(own).getString("engine")).isEqualTo("BLENDER_WORKBENCH");
        assertThat(json(own).getList("warnings")).isEmpty();
        assertThat(node.call("GET", "/job/" + own + "/log", null, null).body()).doesNotContain("Cycles", "Sample ");
    }

    @Test
    void theEnginesThatNeedOpenGlRenderAsABareBlenderDoes() throws Exception {
        for (String engine : List.of("BLENDER_EEVEE", "BLENDER_WORKBENCH")) {
            long job = post("clean", ",\"engine\":\"" + engine + "\",\"name\":\"" + engine + "\"");
            Path bare = folder.resolve(engine);
            List<String> command = List.of(
                    "env",
                    "-u",
                    "DISPLAY",
                    Scenes.blender(),
                    "-b",
                    "-Y",
                    "--factory-startup",
                    shots.resolve("clean.blend").toString(),
                    "-o",
                    bare + "_#",
                    "-E",
                    engine,
                    "-f",
                    "1");
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = process.inputReader().lines().collect(Collectors.joining("\n"));
            assertThat(process.waitFor()).as(said).isZero();

            assertThat(node.awaitEnd(job)).isEqualTo("Job completed");

            assertThat(pixels(folder.resolve("output/clean_1.png")))
                    .as(engine)
                    .isEqualTo(pixels(Path.of(bare + "_1.png")));
        }
    }

    private static int[] pixels(Path image) throws IOException {
        BufferedImage read = ImageIO.read(image.toFile());
        return read.getRGB(0, 0, read.getWidth(), read.getHeight(), null, 0, read.getWidth());
    }

    @Test
    void aJobTellsWhatIsMissingAndAStrictOneRendersNothing() throws Exception {
        long job = post("missing-files", "");
        assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
        assertThat(json(job).getList("warnings.code", String.class)).contains("missing_image", "missing_font");
        assertThat(json(job).getString("warnings.find { it.code == 'missing_image' }.message"))
                .contains("is not there");
        assertThat(node.call("GET", "/metrics", null, null).body())
                .containsPattern("render_job_warnings_total\\{code=\"missing_font\".*} [1-9]");

        long strict = node.post(
                "{\"from\":1,\"to\":1,\"blend\":\"shots/missing-files.blend\",\"output\":\"strict_#\",\"strict\":true}");
        assertThat(node.awaitEnd(strict)).startsWith("Job failed: strict: ").contains("missing_font");
        assertThat(json(strict).getList("attempts")).hasSize(1);
        assertThat(json(strict).getList("warnings.code", String.class)).contains("missing_image");
        assertThat(folder.resolve("output/strict_1.png")).doesNotExist();
    }

    @Test
    void scenesAreListedAndAskedAbout() throws Exception {
        Files.writeString(shots.resolve("notes.txt"), "no scene");
        Files.createSymbolicLink(folder.resolve("blend/etc"), Path.of("/etc"));
        JsonPath root = get("/scene", 200);
        assertThat(root.getList("folders")).containsExactly("shots");
        assertThat(root.getList("scenes.path")).containsExactly("demo.blend");
        List<String> paths = get("/scene?folder=shots", 200).getList("scenes.path");
        assertThat(paths).contains("shots/clean.blend", "shots/workbench.blend").isSorted();
        assertThat(get("/scene?folder=shots&limit=2&after=" + paths.get(1), 200).getList("scenes.path"))
                .isEqualTo(paths.subList(2, 4));
        get("/scene?folder=nope", 404);
        get("/scene?folder=etc", 404);
        get("/scene?folder=..", 404);
        get("/scene?folder=/etc", 404);

        JsonPath report = get("/scene/shots/workbench.blend", 200);
        assertThat(report.getString("path")).isEqualTo("shots/workbench.blend");
        assertThat(report.getString("engine")).isEqualTo("BLENDER_WORKBENCH");
        assertThat(report.getList("cameras")).containsExactly("Camera");
        assertThat(report.getInt("last")).isEqualTo(6);
        assertThat(report.getList("warnings")).isEmpty();
        assertThat(get("/scene/shots/missing-files.blend", 200).getList("warnings.code", String.class))
                .contains("missing_image");
    }

    @Test
    void whatIsKnownOfASceneIsAskedForAnewWhenItHasChanged() throws Exception {
        Path scene = Files.copy(shots.resolve("clean.blend"), shots.resolve("changing.blend"));
        assertThat(get("/scene/shots/changing.blend", 200).getString("engine")).isEqualTo("CYCLES");
        Files.copy(shots.resolve("workbench.blend"), scene, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(get("/scene/shots/changing.blend", 200).getString("engine")).isEqualTo("BLENDER_WORKBENCH");

        get("/scene/shots/nope.blend", 404);
        get("/scene/../demo.blend", 404);
        assertThat(get("/scene/x%0a.blend", 404).getString("title"))
                .isEqualTo("Not found: it is not in the blend folder");
        Files.writeString(shots.resolve("broken.blend"), "BLENDER-v304" + "x".repeat(1000));
        assertThat(get("/scene/shots/broken.blend", 422).getString("title"))
                .startsWith("Blender cannot open the scene: ");
        Files.writeString(shots.resolve("pointer.blend"), "version https://git-lfs.github.com/spec/v1\n");
        assertThat(get("/scene/shots/pointer.blend", 422).getString("title")).contains("git lfs pull");
    }

    @Test
    void manyWhoAskAtOnceHoldNobodyUp() throws Exception {
        List<CompletableFuture<Integer>> asked = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            Files.copy(shots.resolve("clean.blend"), shots.resolve("asked-" + number + ".blend"));
        }
        for (int number = 0; number < 40; number++) {
            asked.add(node.ask("/scene/shots/asked-" + number + ".blend"));
        }
        // While those wait that were let in: the others were told to come again, and hold no thread.
        assertThat(Await.get(asked.get(39))).isIn(200, 202);
        assertThat(node.call("GET", "/job", null, JSON).statusCode()).isEqualTo(200);
        long answered = 0;
        for (CompletableFuture<Integer> answer : asked) {
            answered += Await.get(answer) == 202 ? 1 : 0;
        }
        assertThat(answered).isGreaterThan(20);
    }

    @Test
    void framesAreThoseOfTheListNegativeOnesToo() throws Exception {
        long job =
                node.post("{\"frames\":\"5,-3--2,1-4x3,1\",\"blend\":\"shots/clean.blend\",\"output\":\"list/f_###\","
                        + "\"chunk\":3}");
        assertThat(node.awaitEnd(job)).isEqualTo("Job completed");

        assertThat(json(job).getString("frames")).isEqualTo("-3--2,1,4-5");
        assertThat(json(job).getInt("framesTotal")).isEqualTo(5);
        assertThat(folder.resolve("output/list").toFile().list())
                .containsExactlyInAnyOrder("f_-003.png", "f_-002.png", "f_001.png", "f_004.png", "f_005.png");
        assertThat(get("/job/" + job + "/frame", 200).getList("number")).containsExactly(-3, -2, 1, 4, 5);
        assertThat(node.call("GET", "/job/" + job + "/frame/-3", null, null).statusCode())
                .isEqualTo(200);
        get("/job/" + job + "/frame/2", 404);
    }

    @Test
    void aSceneThatHasChangedSinceItsJobWasPostedIsToldSo() throws Exception {
        Path scene = Files.copy(shots.resolve("workbench.blend"), shots.resolve("saved-again.blend"));
        long busy = node.post("{\"from\":1,\"to\":40,\"output\":\"busy2_#\"}");
        long job = post("saved-again", "");
        long strict = post("saved-again", ",\"strict\":true");
        Files.setLastModifiedTime(scene, FileTime.from(Instant.now().minusSeconds(60)));
        assertThat(node.call("DELETE", "/job/" + busy, null, null).statusCode()).isEqualTo(204);

        assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
        assertThat(json(job).getList("warnings.code")).containsExactly("scene_changed");
        assertThat(node.awaitEnd(strict))
                .isEqualTo("Job failed: blend 'shots/saved-again.blend' has changed since the job was posted");
    }

    @Test
    void aScenesOwnScriptsRunWhereTheNodeAllowsItAlone() throws Exception {
        HttpResponse<String> refused = node.call(
                "POST", "/job", "{\"from\":1,\"to\":1,\"blend\":\"shots/python.blend\",\"scripts\":true}", null);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .isEqualTo("Invalid input: scripts must not be true: this node runs none (RENDER_AUTOEXEC=never)");
        long off = post("python", "");
        assertThat(node.awaitEnd(off)).isEqualTo("Job completed");
        assertThat(json(off).getList("warnings.code", String.class)).contains("driver_off", "script_off");

        Path home = folder.resolve("asked");
        try (NodeProcess other = NodeProcess.start(
                home,
                Map.of("BLEND_FILE_PATH", folder.resolve("blend/demo.blend").toString(), "RENDER_AUTOEXEC", "ask"))) {
            long on = other.post("{\"from\":1,\"to\":1,\"blend\":\"shots/python.blend\",\"scripts\":true}");
            assertThat(other.awaitEnd(on)).isEqualTo("Job completed");
            assertThat(JsonPath.from(other.json(on)).getList("warnings.code", String.class))
                    .doesNotContain("driver_off", "script_off");
        }
    }
}
