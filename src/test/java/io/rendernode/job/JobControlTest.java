package io.rendernode.job;

import static io.rendernode.job.JobClient.awaitEnd;
import static io.rendernode.job.JobClient.awaitRunning;
import static io.rendernode.job.JobClient.delete;
import static io.rendernode.job.JobClient.json;
import static io.rendernode.job.JobClient.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Jobs that are changed while they wait or render, and jobs that begin again after their end. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class JobControlTest {
    @AfterEach
    void openGates() {
        FakeNode.openGates();
    }

    private static Response patch(long job, String body) {
        return given().contentType(ContentType.JSON).body(body).patch("/job/" + job);
    }

    private static Response retry(long job, String body) {
        return body.isEmpty()
                ? given().post("/job/" + job + "/retry")
                : given().contentType(ContentType.JSON).body(body).post("/job/" + job + "/retry");
    }

    private static EventStream listen(long job, String lastEventId) {
        return EventStream.open("http://localhost:" + RestAssured.port + "/job/" + job + "/event", lastEventId);
    }

    @Test
    void whatRendersOfAPausedJobFinishesAndNothingMoreStarts() throws Exception {
        FakeScene scene = FakeNode.scene("paused", "gated=yes");
        long job = post(scene, 1, 3, ",\"chunk\":1");
        awaitRunning(job);
        try (EventStream stream = listen(job, null)) {
            stream.await("state", "state", "running");
            patch(job, "{\"paused\":true}")
                    .then()
                    .statusCode(200)
                    .contentType(startsWith("application/json"))
                    .body("paused", equalTo(true), "state", equalTo("running"));
            patch(job, "{\"paused\":true,\"name\":\"later\"}")
                    .then()
                    .statusCode(200)
                    .body("name", equalTo("later"));
            stream.await("state", "paused", "true");
            scene.openAll();
            Await.until(() -> json(job).getInt("framesDone") == 1);
            // The slot is free for others, and not for this job.
            FakeScene other = FakeNode.scene("paused-other");
            assertThat(awaitEnd(post(other, 1, 1, ",\"priority\":0"))).isEqualTo("Job completed");
            assertThat(scene.renderedNumbers()).containsExactly(1);
            assertThat(json(job).getString("reason")).isEqualTo("paused");
            patch(job, "{\"paused\":false}").then().statusCode(200).body("paused", equalTo(false));
            assertThat(awaitEnd(job)).isEqualTo("Job completed");
            stream.awaitEnd();
            assertThat(stream.events("state").map(event -> event.text("state") + " " + event.text("paused")))
                    .containsExactly("running false", "running true", "running false", "completed false");
        }
        assertThat(scene.renderedNumbers()).containsExactly(1, 2, 3);
        patch(job, "{\"paused\":true}").then().statusCode(409).body(equalTo("Job has ended: it is completed"));
    }

    @Test
    void aHigherPriorityGoesFirstFromNowOnAndTheKeyStillGivesTheJob() {
        FakeScene scene = FakeNode.scene("raised", "gated=yes");
        long first = post(scene, 1, 1, "");
        awaitRunning(first);
        long second = post(scene, 2, 2, "");
        String request = "{\"from\":3,\"to\":3,\"name\":\"shot\",\"blend\":\"" + scene.blend() + "\"}";
        long third = keyed(request);
        patch(third, "{\"priority\":90,\"name\":\"shot 3\"}")
                .then()
                .statusCode(200)
                .body("priority", equalTo(90), "name", equalTo("shot 3"), "paused", equalTo(false));
        assertThat(keyed(request)).isEqualTo(third);
        scene.openAll();
        for (long job : List.of(first, second, third)) {
            assertThat(awaitEnd(job)).isEqualTo("Job completed");
        }
        assertThat(scene.renderedNumbers()).containsExactly(1, 3, 2);
        assertThat(json(third).getString("name")).isEqualTo("shot 3");
    }

    private static long keyed(String request) {
        Response answer = given().contentType(ContentType.JSON)
                .header("Idempotency-Key", "control")
                .body(request)
                .post("/job");
        answer.then().statusCode(202);
        return answer.jsonPath().getLong("id");
    }

    @Test
    void aRetryRendersWhatIsMissingAndNoMore() throws Exception {
        FakeScene scene = FakeNode.scene("retried", "fault=segv", "fault_frame=8");
        long job = post(scene, 1, 10, ",\"output\":\"retried/x_####\"");
        assertThat(awaitEnd(job)).startsWith("Job failed");
        assertThat(json(job).getInt("framesDone")).isEqualTo(7);
        scene.behave();
        String ended;
        try (EventStream stream = listen(job, null)) {
            stream.awaitEnd();
            ended = stream.lastId();
        }
        retry(job, "")
                .then()
                .statusCode(202)
                .header("Location", "/job/" + job)
                .header("Retry-After", "5")
                .body("id", equalTo((int) job), "state", equalTo("queued"));
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(json(job).getList("attempts.number")).containsExactly(1, 2, 3, 4);
        assertThat(json(job).getInt("framesDone")).isEqualTo(10);
        // Who was told of the first end hears of the second one.
        try (EventStream stream = listen(job, ended)) {
            stream.awaitEnd();
            assertThat(stream.events("state").map(event -> event.text("state"))).endsWith("completed");
        }
    }

    @Test
    void framesAreRenderedAnewAndServedUntilThen() {
        FakeScene scene = FakeNode.scene("anew");
        long job = post(scene, 1, 3, ",\"chunk\":1,\"skipExisting\":true,\"output\":\"anew/x_####\"");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        retry(job, "").then().statusCode(409).body(startsWith("Job cannot be retried: it is completed"));
        retry(job, "{\"frames\":\"2-4\"}")
                .then()
                .statusCode(400)
                .body(equalTo("Invalid input: frames must be the job's, 1-3, not 4"));
        String old = given().get("/job/" + job + "/frame/2").header("ETag");
        scene.behave("gated=yes");
        retry(job, "{\"frames\":\"2\"}").then().statusCode(202);
        retry(job, "{\"frames\":\"2\"}").then().statusCode(409);
        Await.until(() -> json(job).getString("state").equals("running"));
        assertThat(json(job).getInt("framesDone")).isEqualTo(2);
        given().get("/job/" + job + "/frame/2").then().statusCode(200).header("ETag", old);
        given().get("/job/" + job + "/frame").then().body("number", equalTo(List.of(1, 2, 3)));
        scene.openAll();
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers()).containsExactly(1, 2, 3, 2);
        Response frame = given().get("/job/" + job + "/frame/2");
        assertThat(frame.statusCode()).isEqualTo(200);
        assertThat(frame.header("ETag")).isNotEqualTo(old);
        assertThat(json(job).getInt("framesDone")).isEqualTo(3);
        given().get("/job/" + job + "/frame").then().body("attempt", equalTo(List.of(1, 2, 1)));
    }

    @Test
    void ofTwoRetriesOfACanceledJobAtOnceOneWins() {
        FakeScene scene = FakeNode.scene("uncanceled", "gated=yes");
        long job = post(scene, 1, 2, ",\"chunk\":1");
        awaitRunning(job);
        retry(job, "").then().statusCode(409).body(equalTo("Job cannot be retried: it is running"));
        patch(job, "{\"paused\":true}").then().statusCode(200);
        assertThat(delete(job)).isEqualTo(204);
        assertThat(awaitEnd(job)).isEqualTo("Job canceled");
        CompletableFuture<Integer> other =
                CompletableFuture.supplyAsync(() -> retry(job, "").statusCode());
        assertThat(List.of(retry(job, "{}").statusCode(), other.join())).containsExactlyInAnyOrder(202, 409);
        assertThat(json(job).getString("endedAt")).isNull();
        scene.openAll();
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers()).containsExactly(1, 2);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("", "must be a JSON object such as {\"paused\": true}"),
                Arguments.of("[]", "must be a JSON object"),
                Arguments.of("{}", "must name priority, name or paused"),
                Arguments.of("{\"state\":\"queued\"}", "unknown field 'state', known are priority, name, paused"),
                Arguments.of("{\"paused\":null}", "paused must not be null"),
                Arguments.of("{\"paused\":1}", "paused must be true or false, not 1"),
                Arguments.of("{\"paused\":true,\"paused\":true}", "paused is given twice"),
                Arguments.of("{\"priority\":1.5}", "priority must be a whole number, not 1.5"),
                Arguments.of("{\"priority\":101}", "priority must be 0 to 100, not 101"),
                Arguments.of("{\"name\":\"\"}", "name must have 1 to 255 characters"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongChangeIsToldWhichFieldAndWhy(String body, String reason) {
        FakeScene scene = FakeNode.scene("wrong-change");
        long job = post(scene, 1, 1, "");
        awaitEnd(job);
        patch(job, body).then().statusCode(400).body(startsWith("Invalid input: "), containsString(reason));
        patch(999_999_999L, "{\"paused\":true}").then().statusCode(400).body(equalTo("Job not found"));
    }

    @Test
    void aWrongRetryIsToldWhichFieldAndWhy() {
        FakeScene scene = FakeNode.scene("wrong-retry");
        long job = post(scene, 1, 1, "");
        awaitEnd(job);
        retry(job, "{\"frames\":null}").then().statusCode(400).body(containsString("frames must not be null"));
        retry(job, "{\"frames\":1}").then().statusCode(400).body(containsString("frames must be text"));
        retry(job, "{\"frames\":\"2-1\"}").then().statusCode(400).body(containsString("frames must ascend"));
        retry(job, "{\"from\":1}")
                .then()
                .statusCode(400)
                .body(containsString("unknown field 'from', known are frames"));
        retry(999_999_999L, "").then().statusCode(400).body(equalTo("Job not found"));
    }
}
