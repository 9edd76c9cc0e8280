package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.Scenes;
import io.rendernode.picture.Video;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Previews of what the real Blender writes, by the real oiiotool, in the room that the kernel offers. */
class PreviewIT {
    /** Of 255, over all pixels: what JPEG costs at its quality, and a picture in 8 bits beside one in 32. */
    private static final double NEAR = 2;

    /** The same where the frame itself is lossy. */
    private static final double NEAR_LOSSY = 6;

    /** The same where four pixels share a colour. */
    private static final double NEAR_MOVIE = 3;

    @TempDir
    static Path folder;

    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        Path blend = Files.createDirectories(folder.resolve("blend"));
        Files.copy(Path.of("blend/files/demo.blend"), blend.resolve("demo.blend"));
        Scenes.make("blender-scenes/make_view_scenes.py", blend);
        node = NodeProcess.start(
                folder, Map.of("BLEND_FILE_PATH", blend.resolve("demo.blend").toString(), "RENDER_NICE", "0"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static long render(String scene, String format) throws Exception {
        long job = node.post("{\"from\":1,\"to\":1,\"blend\":\"" + scene + ".blend\",\"format\":\"" + format
                + "\",\"output\":\"" + scene + "/" + format + "_#\"}");
        assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
        return job;
    }

    private static BufferedImage preview(long job, int size) throws Exception {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://localhost:" + node.port() + "/job/" + job + "/frame/1?size=" + size))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            assertThat(answer.statusCode()).isEqualTo(200);
            return ImageIO.read(body);
        }
    }

    /** The mean over all pixels and colours of how far two pictures of one size are apart. */
    private static double distance(BufferedImage one, BufferedImage other) {
        assertThat(List.of(one.getWidth(), one.getHeight())).isEqualTo(List.of(other.getWidth(), other.getHeight()));
        long sum = 0;
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                int a = one.getRGB(x, y);
                int b = other.getRGB(x, y);
                for (int shift = 0; shift < 24; shift += 8) {
                    sum += Math.abs(((a >> shift) & 0xFF) - ((b >> shift) & 0xFF));
                }
            }
        }
        return sum / 3.0 / one.getWidth() / one.getHeight();
    }

    private static BufferedImage blenders(String scene) throws IOException {
        return ImageIO.read(folder.resolve("output/" + scene + "/PNG_1.png").toFile());
    }

    /** Each pixel the mean of a square of four. */
    private static BufferedImage halved(BufferedImage image) {
        BufferedImage half = new BufferedImage(image.getWidth() / 2, image.getHeight() / 2, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < half.getHeight(); y++) {
            for (int x = 0; x < half.getWidth(); x++) {
                int mean = 0;
                for (int shift = 0; shift < 24; shift += 8) {
                    int sum = 2;
                    for (int corner = 0; corner < 4; corner++) {
                        sum += (image.getRGB(2 * x + corner % 2, 2 * y + corner / 2) >> shift) & 0xFF;
                    }
                    mean |= (sum / 4) << shift;
                }
                half.setRGB(x, y, mean);
            }
        }
        return half;
    }

    @Test
    void isBlendersOwnPictureInEachFormat() throws Exception {
        render("filmic", "PNG");
        for (String format : List.of("OPEN_EXR", "OPEN_EXR_MULTILAYER", "TIFF")) {
            assertThat(distance(preview(render("filmic", format), 320), blenders("filmic")))
                    .as(format)
                    .isLessThan(NEAR);
        }
        for (String format : List.of("JPEG", "WEBP")) {
            assertThat(distance(preview(render("filmic", format), 320), blenders("filmic")))
                    .as(format)
                    .isLessThan(NEAR_LOSSY);
        }
    }

    @Test
    void showsColoursAsItsSceneDoes() throws Exception {
        for (String scene : List.of("look", "standard")) {
            render(scene, "PNG");
            assertThat(distance(preview(render(scene, "OPEN_EXR"), 320), blenders(scene)))
                    .as(scene)
                    .isLessThan(NEAR);
        }
        assertThat(distance(blenders("look"), blenders("standard"))).isGreaterThan(10 * NEAR);
    }

    @Test
    void isScaledAndMadeAgainWhereItIsLost() throws Exception {
        long job = render("filmic", "PNG");
        BufferedImage small = preview(job, 160);
        assertThat(distance(small, halved(blenders("filmic")))).isLessThan(2 * NEAR);

        Path previews = folder.resolve("data/previews");
        try (var kept = Files.newDirectoryStream(previews)) {
            for (Path file : kept) {
                Files.delete(file);
            }
        }
        Files.delete(previews);

        assertThat(distance(preview(job, 160), small)).isZero();
    }

    @Test
    void isWhatAMovieShows() throws Exception {
        long job = render("filmic", "OPEN_EXR");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + node.port() + "/job/" + job + "/movie.mp4"))
                .build();
        Path movie = folder.resolve("movie.mp4");
        Await.until(() -> HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofFile(movie))
                        .statusCode()
                == 200);

        assertThat(distance(Video.frame(movie, 0), preview(job, 320))).isLessThan(NEAR_MOVIE);
    }
}
