package io.rendernode.picture;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.FakeNode;
import io.rendernode.StoredJobs;
import io.rendernode.frame.OutputFiles;
import io.rendernode.frame.TestOutput;
import io.rendernode.job.JobClient;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Sql;
import io.rendernode.store.TaskId;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Frames over HTTP: small ones, and all of a job at once. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class PicturesTest {
    /** More than what sockets hold between a node that writes and a client that does not read. */
    private static final int LARGE = 64 << 20;

    @Inject
    StoredJobs stored;

    @Inject
    FrameStore frames;

    @Inject
    OutputFiles files;

    @Inject
    Sql sql;

    private static long render(String name, int to) {
        long job = JobClient.post(FakeNode.scene(name), 1, to, ",\"output\":\"" + name + "/a_####\"");
        assertThat(JobClient.awaitEnd(job)).isEqualTo("Job completed");
        return job;
    }

    private static Response preview(long job, String accept) {
        return given().accept(accept).get("/job/" + job + "/frame/1?size=64");
    }

    @Test
    void aPreviewIsAJpegAndNotEnlarged() throws IOException {
        long job = render("preview", 1);

        Response answer = preview(job, "*/*");

        answer.then().statusCode(200).contentType("image/jpeg").header("Vary", "Accept");
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(answer.asByteArray()));
        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(8, 8);
        String tag = answer.header("ETag");
        assertThat(tag).isNotEqualTo(given().get("/job/" + job + "/frame/1").header("ETag"));
        given().header("If-None-Match", tag)
                .get("/job/" + job + "/frame/1?size=64")
                .then()
                .statusCode(304);
        given().header("If-None-Match", tag)
                .get("/job/" + job + "/frame/1?size=65")
                .then()
                .statusCode(200);
    }

    @Test
    void aPreviewIsWebpForWhoNamesThatAndNotJpeg() {
        long job = render("webp", 1);

        preview(job, "image/avif,image/webp,image/*,*/*;q=0.8").then().contentType("image/webp");
        preview(job, "image/webp,image/jpeg").then().contentType("image/jpeg");
        preview(job, "image/webp;q=0").then().contentType("image/jpeg");
    }

    @Test
    void aPreviewIsRefusedAsItsFrameIs() throws IOException {
        long job = render("refused", 1);
        for (String size : List.of("63", "1921", "x")) {
            given().get("/job/" + job + "/frame/1?size=" + size)
                    .then()
                    .statusCode(400)
                    .body(equalTo("Invalid input: size must be a whole number from 64 to 1920"));
        }
        given().get("/job/" + job + "/frame/2?size=64").then().statusCode(404);
        given().get("/job/" + job + "/frame/1?size=64&view=_R").then().statusCode(404);
        preview(job, "*/*").then().statusCode(200);

        Files.write(FakeNode.output().resolve("refused/a_0001.png"), new byte[] {1});

        preview(job, "*/*").then().statusCode(404);
    }

    private static Map<String, Integer> entries(byte[] zip) throws IOException {
        Map<String, Integer> sizes = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                sizes.put(entry.getName(), in.readAllBytes().length);
            }
        }
        return sizes;
    }

    @Test
    void aZipHasTheFramesThatAreInPlace() throws IOException {
        long job = render("zip", 4);
        Path third = FakeNode.output().resolve("zip/a_0003.png");
        int size = (int) Files.size(third);
        Files.write(third, new byte[] {1});

        Response all = given().get("/job/" + job + "/frames.zip");

        all.then().statusCode(200).contentType("application/zip").header("Transfer-Encoding", nullValue());
        assertThat(entries(all.asByteArray()))
                .isEqualTo(Map.of("zip/a_0001.png", size, "zip/a_0002.png", size, "zip/a_0004.png", size));
        String length = Integer.toString(all.asByteArray().length);
        all.then().header("Content-Length", length);
        given().head("/job/" + job + "/frames.zip").then().statusCode(200).header("Content-Length", length);
        assertThat(entries(
                        given().get("/job/" + job + "/frames.zip?from=2&to=3").asByteArray()))
                .containsOnlyKeys("zip/a_0002.png");
    }

    @Test
    void aZipOfNothingIsRefused() {
        long job = render("nothing", 1);
        String zip = "/job/" + job + "/frames.zip";
        given().get(zip + "?from=2").then().statusCode(404);
        given().get("/job/1/frames.zip").then().statusCode(404);
        given().get(zip + "?from=2&to=1")
                .then()
                .statusCode(400)
                .body(equalTo("Invalid input: to must not be less than from"));
        given().get(zip + "?from=x").then().statusCode(400).body(startsWith("Invalid input: from must be"));
    }

    @Test
    void aZipWhoseFileIsReplacedMeanwhileIsCutOff() throws IOException {
        TaskId task = stored.running(2);
        Path folder = Files.createDirectories(FakeNode.output().resolve("cut"));
        for (String name : List.of("1.png", "2.png")) {
            try (RandomAccessFile file =
                    new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
                file.setLength(LARGE);
            }
        }
        for (int number = 1; number <= 2; number++) {
            var frame = TestOutput.frame(files, "cut/" + number + ".png", task, number);
            sql.transaction(() -> frames.insert(List.of(frame)));
        }
        stored.end(task.job(), Duration.ZERO);
        // As often as there are turns, and once more: each is given back.
        for (int i = 0; i < 9; i++) {
            Path second = folder.resolve("2.png");
            Path before = Files.move(second, folder.resolve("before"));
            Files.move(before, second, StandardCopyOption.REPLACE_EXISTING);
            try (Socket socket = new Socket("localhost", RestAssured.port)) {
                socket.getOutputStream()
                        .write(("GET /job/" + task.job() + "/frames.zip HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                InputStream in = socket.getInputStream();
                assertThat(new String(in.readNBytes(15), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 200 OK");
                Files.move(second, before);
                Files.write(second, new byte[] {1});

                long read = in.transferTo(OutputStream.nullOutputStream());

                assertThat(read).isBetween((long) LARGE, LARGE + 10_000L);
            }
            Files.move(before, second, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
