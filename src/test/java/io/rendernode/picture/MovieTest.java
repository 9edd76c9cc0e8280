package io.rendernode.picture;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.StoredJobs;
import io.rendernode.frame.OutputFiles;
import io.rendernode.frame.TestOutput;
import io.rendernode.store.FrameFile;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Sql;
import io.rendernode.store.TaskId;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Movies over HTTP, by the real ffmpeg and oiiotool. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class MovieTest {
    /** Of 255: what the compression costs a plain colour. */
    private static final int NEAR = 4;

    @TempDir
    Path folder;

    @Inject
    StoredJobs stored;

    @Inject
    FrameStore frames;

    @Inject
    OutputFiles files;

    @Inject
    Sql sql;

    private static Path draw(String name, String size, String grey) throws Exception {
        Path file = FakeNode.output().resolve(name);
        Files.createDirectories(file.getParent());
        Video.run(
                "oiiotool",
                "--pattern",
                "constant:color=" + grey + "," + grey + "," + grey,
                size,
                "3",
                "-d",
                "uint8",
                "-o",
                file.toString());
        return file;
    }

    /** Counts files as a frame; their names end with a view each. */
    private void finish(TaskId task, int number, String path, String... views) throws Exception {
        List<FrameFile> found = new ArrayList<>();
        for (String view : views) {
            FrameFile file = TestOutput.frame(files, path + view + ".png", task, number);
            found.add(new FrameFile(
                    task,
                    number,
                    "",
                    view,
                    1,
                    file.path(),
                    file.sizeBytes(),
                    file.modifiedAt(),
                    file.inode(),
                    null,
                    file.storedAt()));
        }
        sql.transaction(() -> frames.insert(found));
    }

    /** A job whose frames of these numbers are finished. */
    private TaskId job(int... numbers) throws Exception {
        TaskId task = stored.running(9);
        for (int number : numbers) {
            draw(task.job() + "/" + number + ".png", number == 4 ? "50x120" : "101x75", "0." + number);
            finish(task, number, task.job() + "/" + number, "");
        }
        return task;
    }

    private static Response ask(TaskId task, String query) {
        return given().get("/job/" + task.job() + "/movie.mp4" + query);
    }

    private static Response await(TaskId task, String query) {
        return Await.until(() -> ask(task, query), answer -> answer.statusCode() != 202);
    }

    private Path movie(TaskId task, String query) throws Exception {
        Response answer = await(task, query);
        answer.then().statusCode(200).contentType("video/mp4");
        return Files.write(folder.resolve("movie.mp4"), answer.asByteArray());
    }

    private static int grey(int rgb) {
        return rgb & 0xFF;
    }

    @Test
    void hasTheFramesThatAreFinished() throws Exception {
        TaskId task = job(2, 4, 5, 8);
        ask(task, "?fps=23.976")
                .then()
                .statusCode(202)
                .contentType("application/json")
                .header("Retry-After", "2")
                .body("framesTotal", equalTo(4));

        Path movie = movie(task, "?fps=23.976");

        assertThat(Video.describe(movie))
                .containsExactlyInAnyOrder(
                        "codec_name=h264",
                        "pix_fmt=yuv420p",
                        "width=102",
                        "height=76",
                        "nb_frames=4",
                        "r_frame_rate=24000/1001",
                        "color_space=bt709",
                        "color_transfer=iec61966-2-1");
        String boxes = new String(Files.readAllBytes(movie), StandardCharsets.ISO_8859_1);
        assertThat(boxes.indexOf("moov")).isPositive().isLessThan(boxes.indexOf("mdat"));
        int[] numbers = {2, 4, 5, 8};
        for (int place = 0; place < numbers.length; place++) {
            assertThat(grey(Video.frame(movie, place).getRGB(50, 37)))
                    .as("frame %d", numbers[place])
                    .isCloseTo(Math.round(25.5f * numbers[place]), within(NEAR));
        }
        // One of another size is scaled, the rest beside it is black.
        assertThat(grey(Video.frame(movie, 1).getRGB(5, 37))).isLessThan(NEAR);
        assertThat(grey(Video.frame(movie, 0).getRGB(5, 37))).isGreaterThan(40);
    }

    @Test
    void isMadeOnceForASetOfFrames() throws Exception {
        TaskId task = job(1, 2);
        movie(task, "");
        Path kept = FakeNode.output().resolveSibling("data/movies");

        Response second = ask(task, "");

        second.then().statusCode(200).header("Accept-Ranges", "bytes");
        String tag = second.header("ETag");
        Path file = kept.resolve(tag.replace("\"", "").replace("-mp4", ".mp4"));
        Object inode = Files.getAttribute(file, "unix:ino");
        byte[] whole = second.asByteArray();
        given().head("/job/" + task.job() + "/movie.mp4")
                .then()
                .statusCode(200)
                .header("Content-Length", Integer.toString(whole.length));
        Response part = given().header("Range", "bytes=4-11").get("/job/" + task.job() + "/movie.mp4");
        part.then().statusCode(206).header("Content-Range", "bytes 4-11/" + whole.length);
        assertThat(part.asByteArray()).isEqualTo(Arrays.copyOfRange(whole, 4, 12));
        given().header("If-None-Match", tag)
                .get("/job/" + task.job() + "/movie.mp4")
                .then()
                .statusCode(304);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);

        Files.delete(file);
        assertThat(Video.describe(movie(task, ""))).contains("nb_frames=2", "r_frame_rate=24/1");
        assertThat(Files.getAttribute(file, "unix:ino")).isNotNull();
        assertThat(FakeNode.output().resolveSibling("data/questions")).isEmptyDirectory();

        Files.delete(FakeNode.output().resolve(task.job() + "/1.png"));
        ask(task, "").then().statusCode(202);
        assertThat(Video.describe(movie(task, ""))).contains("nb_frames=1");
    }

    @Test
    void showsTheEyeThatIsAskedFor() throws Exception {
        TaskId task = stored.running(1);
        draw("eyes" + task.job() + "_L.png", "8x8", "0");
        draw("eyes" + task.job() + "_R.png", "8x8", "1");
        finish(task, 1, "eyes" + task.job(), "_L", "_R");

        assertThat(grey(Video.frame(movie(task, ""), 0).getRGB(3, 3))).isLessThan(NEAR);
        assertThat(grey(Video.frame(movie(task, "?view=_R"), 0).getRGB(3, 3))).isGreaterThan(255 - NEAR);
        ask(task, "?view=_X").then().statusCode(404).body(startsWith("Not found: no frame of job"));
    }

    @Test
    void isRefusedWithItsReason() throws Exception {
        TaskId task = job(1, 2);
        ask(task, "?fps=0.5").then().statusCode(400).body(startsWith("Invalid input: fps must be"));
        ask(stored.running(1), "").then().statusCode(404);
        given().get("/job/1/movie.mp4").then().statusCode(404);

        Files.writeString(FakeNode.output().resolve(task.job() + "/3.png"), "no image");
        finish(task, 3, task.job() + "/3", "");
        Response answer = await(task, "");
        answer.then().statusCode(422).body(startsWith("No movie can be made: frame 3: oiiotool ended with"));
        ask(task, "").then().statusCode(422);
    }
}
