package io.rendernode.job;

import static io.rendernode.job.JobClient.awaitEnd;
import static io.rendernode.job.JobClient.json;
import static io.rendernode.job.JobClient.post;
import static io.rendernode.job.JobClient.process;
import static io.rendernode.job.JobClient.submit;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs from the post to the truth, on one node with one slot. */
@TimeDependent
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class JobFlowTest {
    @AfterEach
    void openGates() {
        FakeNode.openGates();
    }

    @Test
    void theTutorialsClientGetsTheTutorialsAnswers() {
        FakeScene scene = FakeNode.scene("tutorial", "gated=yes");
        Response accepted = submit(scene, 1, 3, "");
        accepted.then().statusCode(202).header("Retry-After", "5").contentType(startsWith("application/json"));
        long pid = accepted.jsonPath().getLong("pid");
        assertThat(accepted.header("Location")).isEqualTo("/job/" + pid);
        ProcessHandle blender = process(pid);

        given().accept("application/json, text/plain, */*")
                .get("/job/" + pid)
                .then()
                .statusCode(202)
                .header("Location", "/job/" + pid)
                .header("Retry-After", "5")
                .contentType("text/plain;charset=UTF-8")
                .body(equalTo("Job still running"));

        scene.openAll();
        assertThat(awaitEnd(pid)).isEqualTo("Job completed");
        given().get("/job/" + pid).then().statusCode(200).body(equalTo("Job completed"));
        assertThat(blender.isAlive()).isFalse();
    }

    @Test
    void aCompletedJobTellsAllAboutItself() {
        FakeScene scene = FakeNode.scene("details");
        long job = post(scene, 4, 6, ",\"output\":\"details/f_##\",\"name\":\"shot 1\"");
        awaitEnd(job);
        JsonPath json = json(job);
        assertThat(json.getString("state")).isEqualTo("completed");
        assertThat(json.getString("name")).isEqualTo("shot 1");
        assertThat(json.getInt("framesDone")).isEqualTo(3);
        assertThat(json.getInt("framesTotal")).isEqualTo(3);
        assertThat(json.getFloat("progress")).isEqualTo(1f);
        assertThat(json.getString("submittedAt")).endsWith("Z");
        assertThat(json.getList("attempts")).hasSize(1);
        assertThat(json.getLong("attempts[0].pid")).isEqualTo(job);
        assertThat(json.getInt("attempts[0].exitCode")).isZero();
        assertThat(json.getString("attempts[0].outcome")).isEqualTo("completed");
        given().get("/job/" + job + "/frame")
                .then()
                .body("number", equalTo(List.of(4, 5, 6)), "files[0].path", equalTo(List.of("details/f_04.png")));
        assertThat(FakeNode.output().resolve("details/f_06.png")).exists();
        assertThat(given().get("/job/" + job + "/log").asString())
                .startsWith("=== task 0, attempt 1, node ")
                .contains("Saved: '");
    }

    @Test
    void aFrameIsServedWithItsTypeAndTagAndInParts() throws IOException {
        FakeScene scene = FakeNode.scene("serve");
        long job = post(scene, 1, 1, ",\"output\":\"serve/x_####\"");
        awaitEnd(job);
        Response image = given().get("/job/" + job + "/frame/1");
        image.then().statusCode(200).contentType("image/png").header("Accept-Ranges", "bytes");
        byte[] whole = Files.readAllBytes(FakeNode.output().resolve("serve/x_0001.png"));
        assertThat(image.asByteArray()).isEqualTo(whole);
        given().header("If-None-Match", image.header("ETag"))
                .get("/job/" + job + "/frame/1")
                .then()
                .statusCode(304);
        Response part = given().header("Range", "bytes=8-15").get("/job/" + job + "/frame/1");
        part.then().statusCode(206).header("Content-Range", "bytes 8-15/" + whole.length);
        assertThat(part.asByteArray()).isEqualTo(java.util.Arrays.copyOfRange(whole, 8, 16));
        given().header("Range", "bytes=9999-")
                .get("/job/" + job + "/frame/1")
                .then()
                .statusCode(416)
                .header("Content-Range", "bytes */" + whole.length)
                .body(equalTo("Range not satisfiable"));
        assertThat(given().header("Range", "bytes=5-3")
                        .get("/job/" + job + "/frame/1")
                        .asByteArray())
                .isEqualTo(whole);
        given().get("/job/" + job + "/frame/2")
                .then()
                .statusCode(404)
                .body(equalTo("Not found: job " + job + " has no frame 2"));

        long later = post(scene, 1, 1, ",\"output\":\"serve/x_####\"");
        assertThat(awaitEnd(later)).isEqualTo("Job completed");
        given().get("/job/" + job + "/frame/1")
                .then()
                .statusCode(404)
                .body(equalTo("Not found: the file of frame 1 has been replaced or removed since"));
        given().get("/job/" + later + "/frame/1").then().statusCode(200);
    }

    @Test
    void aFrameOfTwoViewsCountsWithBothOfItsFilesWhateverTheirSuffixes() {
        FakeScene scene = FakeNode.scene("views", "views=1 .right");
        long job = post(scene, 1, 11, ",\"output\":\"views/x_####\"");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        for (int frame : new int[] {1, 11}) {
            given().get("/job/" + job + "/frame?limit=1000")
                    .then()
                    .body(
                            "find { it.number == " + frame + " }.files.path",
                            equalTo(List.of(
                                    "views/x_00%02d.right.png".formatted(frame),
                                    "views/x_00%02d1.png".formatted(frame))));
        }
        assertThat(FakeNode.output().resolve("views").toFile().list()).hasSize(22);
    }

    @Test
    void chunksAreTasksOfOneJob() {
        FakeScene scene = FakeNode.scene("chunk");
        long job = post(scene, 1, 5, ",\"chunk\":2,\"output\":\"chunk/x_####\"");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(json(job).getList("attempts.task")).containsExactly(0, 1, 2);
        assertThat(given().get("/job/" + job + "/log").asString())
                .containsSubsequence("=== task 0, ", "=== task 1, ", "=== task 2, ");
    }

    @Test
    void theSameKeyGivesTheFirstJobAgainAndIsForOneRequest() {
        FakeScene scene = FakeNode.scene("key");
        String request = "{\"from\":1,\"to\":1,\"blend\":\"" + scene.blend() + "\"";
        Response first = postWithKey(request + "}");
        first.then().statusCode(202);
        for (String same : List.of("}", ",\"strict\":false,\"priority\":50 }")) {
            postWithKey(request + same).then().statusCode(202).header("Location", first.header("Location"));
        }
        for (String other :
                List.of(",\"samples\":2}", ",\"priority\":51}", ",\"chunk\":1}", ",\"engine\":\"CYCLES\"}")) {
            Response refused = postWithKey(request + other);
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.asString()).isEqualTo("Idempotency-Key was given with another request before");
        }
        awaitEnd(first.jsonPath().getLong("pid"));
        assertThat(scene.renderedFrames()).hasSize(1);
    }

    private static Response postWithKey(String body) {
        return given().contentType(ContentType.JSON)
                .header("Idempotency-Key", "k1")
                .body(body)
                .post("/job");
    }

    @Test
    void existingFramesCountOnlyWhenWhole() throws IOException {
        FakeScene scene = FakeNode.scene("existing");
        awaitEnd(post(scene, 1, 2, ",\"output\":\"existing/x_####\""));
        Files.write(FakeNode.output().resolve("existing/x_0003.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        long job = post(scene, 1, 4, ",\"output\":\"existing/x_####\",\"skipExisting\":true");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers()).containsExactly(1, 2, 3, 4);
        assertThat(json(job).getInt("framesDone")).isEqualTo(4);
    }

    @Test
    void jobsAreListedNewestFirstByPagesAndStates() {
        FakeScene scene = FakeNode.scene("list", "fault=no-camera");
        long older = post(scene, 1, 1, "");
        long newer = post(scene, 1, 1, "");
        awaitEnd(older);
        awaitEnd(newer);
        Response page = given().get("/job?state=failed&limit=1");
        page.then().statusCode(200).body("id", hasSize(1), "[0].state", equalTo("failed"));
        String next = page.header("Link");
        assertThat(next)
                .contains("state=failed&limit=1&before=" + page.jsonPath().getLong("[0].id"));
        assertThat(given().get("/job?limit=500").jsonPath().getList("id", Long.class))
                .containsSubsequence(newer, older);
        given().get("/job?state=nope").then().statusCode(400).body(startsWith("Invalid input: state 'nope'"));
        given().get("/job?limit=0").then().statusCode(400).body(startsWith("Invalid input: limit"));
    }

    @Test
    void aLogIsFollowedToTheEnd() {
        FakeScene scene = FakeNode.scene("follow", "frame_seconds=0.3");
        long job = post(scene, 1, 3, "");
        String log = given().get("/job/" + job + "/log?follow=true").asString();
        assertThat(log).contains("Saved:").contains("0000003.png").contains("Blender quit");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
    }
}
