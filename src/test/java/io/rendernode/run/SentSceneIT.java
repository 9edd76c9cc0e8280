package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Scenes;
import io.restassured.path.json.JsonPath;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenes that are sent, rendered by the real Blender in its room, by the script that does it all over HTTP. */
class SentSceneIT {
    private static final Pattern JOB = Pattern.compile("Job (\\d+): ");

    @TempDir
    static Path folder;

    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        Path blend = Files.createDirectories(folder.resolve("blend"));
        Files.copy(Path.of("blend/files/demo.blend"), blend.resolve("demo.blend"));
        node = NodeProcess.start(
                folder, Map.of("BLEND_FILE_PATH", blend.resolve("demo.blend").toString(), "RENDER_NICE", "0"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Process render(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of("deploy/render").toAbsolutePath().toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("RENDER_NODE", "http://localhost:" + node.port());
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private static String said(Process process, int code) throws IOException, InterruptedException {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(code);
        return said;
    }

    private static String job(String said) {
        Matcher job = JOB.matcher(said);
        assertThat(job.find()).as(said).isTrue();
        return job.group(1);
    }

    /** Red, green and blue of the middle, each 1 where there is more of it than nothing: frames are dithered. */
    private static List<Integer> colour(Path image) throws IOException {
        BufferedImage picture = ImageIO.read(image.toFile());
        int pixel = picture.getRGB(16, 16);
        return List.of((pixel >> 16 & 255) / 128, (pixel >> 8 & 255) / 128, (pixel & 255) / 128);
    }

    @Test
    void aSceneOfLinkedFilesIsSentOnceAndEachJobRendersItAsItWas() throws Exception {
        Path film = folder.resolve("film");
        Scenes.make("blender-scenes/make_sent_scene.py", film, 0, 1, 0);

        String first = said(render(film.resolve("shot/010.blend"), "1-2", "--with", film, "-o", "green"), 0);

        assertThat(first).contains("Sending shot/010.blend", "Sending lib/wall.blend", "Sending tex/wall.png");
        assertThat(folder.resolve("green")).isDirectoryContaining("glob:**/010_0001.png");
        assertThat(colour(folder.resolve("green/010_0002.png"))).containsExactly(0, 1, 0);
        assertThat(node.json(Long.parseLong(job(first)))).contains("\"warnings\":[]");

        // One that waits while its scene is sent anew.
        long busy = node.post("{\"from\":1,\"to\":40}");
        long waiting = node.post("{\"from\":3,\"to\":3,\"blend\":\"010/shot/010.blend\",\"output\":\"waited_#\"}");
        Scenes.make("blender-scenes/make_sent_scene.py", film, 1, 0, 0);
        Process second = render(film.resolve("shot/010.blend"), "4", "--with", film, "-o", "red");
        second.getInputStream().read();
        assertThat(node.call("DELETE", "/job/" + busy, null, null).statusCode()).isEqualTo(204);
        assertThat(node.awaitEnd(waiting)).isEqualTo("Job completed");
        assertThat(colour(folder.resolve("output/waited_3.png"))).containsExactly(0, 1, 0);
        said(second, 0);
        assertThat(colour(folder.resolve("red/010_0004.png"))).containsExactly(1, 0, 0);

        assertThat(said(render(film.resolve("shot/010.blend"), "5", "--with", film, "-o", "red"), 0))
                .doesNotContain("Sending");
    }

    @Test
    void whatFileOutputNodesWriteIsBroughtIntoTheirFolders() throws Exception {
        Path scenes = Files.createDirectories(folder.resolve("nodes"));
        Scenes.make("blender-scenes/make_output_scenes.py", scenes);

        String said = said(render(scenes.resolve("nodes.blend"), "1", "-o", "brought"), 0);

        String frames = node.call("GET", "/job/" + job(said) + "/frame", null, "application/json")
                .body();
        List<String> paths = JsonPath.from(frames).getList("[0].files.path");
        assertThat(paths).hasSizeGreaterThan(5).allMatch(path -> path.startsWith("nodes/"));
        Path brought = folder.resolve("brought");
        try (Stream<Path> all = Files.walk(brought)) {
            assertThat(all.filter(Files::isRegularFile).map(file -> "nodes/" + brought.relativize(file)))
                    .containsExactlyInAnyOrderElementsOf(paths);
        }
    }

    @Test
    void whatIsWrongEndsTheScriptInWords() throws Exception {
        Path text = Files.writeString(folder.resolve("text.blend"), "no scene");
        assertThat(said(render(text, "1"), 2)).contains("'text/text.blend' is no .blend file");
        assertThat(said(render(folder.resolve("none.blend"), "1"), 2)).contains("There is no file");
        Path demo = folder.resolve("blend/demo.blend");
        assertThat(said(render(demo, "5-1"), 2)).contains("refuses the job", "frames");
        assertThat(said(render(demo, "1", "camera=Nobody"), 1)).contains("has ended as failed", "Nobody");
        assertThat(said(render(demo, "1", "--node", "http://localhost:1"), 2)).contains("does not answer");
    }

    @Test
    void stoppedItCancelsTheJob() throws Exception {
        Process process = render(folder.resolve("blend/demo.blend"), "1-500", "-o", "canceled");
        StringBuilder said = new StringBuilder();
        while (!JOB.matcher(said).find()) {
            said.append((char) process.getInputStream().read());
        }
        // Not SIGINT, which a shell ignores that is started in the background.
        process.toHandle().destroy();
        said(process, 130);
        assertThat(node.awaitEnd(Long.parseLong(job(said.toString())))).startsWith("Job canceled");
    }
}
