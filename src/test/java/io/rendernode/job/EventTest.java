package io.rendernode.job;

import static io.rendernode.job.JobClient.awaitEnd;
import static io.rendernode.job.JobClient.delete;
import static io.rendernode.job.JobClient.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.job.EventStream.Event;
import io.rendernode.scene.SceneStore;
import io.rendernode.scene.SceneWarning;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What listeners are told. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class EventTest {
    @Inject
    SceneStore scenes;

    @AfterEach
    void openGates() {
        FakeNode.openGates();
    }

    private static EventStream listen(String path, String lastEventId) {
        return EventStream.open("http://localhost:" + RestAssured.port + path, lastEventId);
    }

    private static EventStream listen(long job, String lastEventId) {
        return listen("/job/" + job + "/event", lastEventId);
    }

    private static List<String> texts(Stream<Event> events, String field) {
        return events.map(event -> event.text(field)).toList();
    }

    @Test
    void aJobsStreamTellsItsStatesAndFramesAndEndsWithIt() throws Exception {
        FakeScene first = FakeNode.scene("before", "gated=yes");
        long before = post(first, 1, 1, "");
        FakeScene scene = FakeNode.scene("told", "gated=yes");
        long job = post(scene, 1, 3, ",\"output\":\"told/x_####\"");
        try (EventStream stream = listen(job, null)) {
            assertThat(stream.answer().headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/event-stream");
            assertThat(stream.answer().headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(stream.answer().headers().firstValue("X-Accel-Buffering"))
                    .contains("no");
            Event queued = stream.await("state", "state", "queued");
            assertThat(queued.data().get("present").asBoolean()).isTrue();
            assertThat(queued.data().get("job").asLong()).isEqualTo(job);
            first.openAll();
            stream.await("state", "state", "running");
            scene.open(1);
            Event frame = stream.await("frame", "number", "1");
            assertThat(frame.data().at("/files/0/href").asText()).isEqualTo("/job/" + job + "/frame/1");
            assertThat(frame.data().at("/files/0/path").asText()).isEqualTo("told/x_0001.png");
            Event progress = stream.await("progress", "framesDone", "1");
            assertThat(progress.data().get("framesTotal").asInt()).isEqualTo(3);
            assertThat(progress.data().get("progress").asDouble()).isBetween(0.333, 1.0);
            stream.await("progress", "frame", "2");
            scene.openAll();
            stream.awaitEnd();
            assertThat(texts(stream.events("frame"), "number")).containsExactlyInAnyOrder("1", "2", "3");
            assertThat(texts(stream.events("state"), "state")).containsExactly("queued", "running", "completed");
            List<Event> all = stream.events();
            assertThat(all.get(all.size() - 1).text("state")).isEqualTo("completed");
            assertThat(all.get(all.size() - 2).text("framesDone")).isEqualTo("3");
            assertThat(texts(all.stream(), "job")).containsOnly(Long.toString(job));
        }
        awaitEnd(before);
    }

    @Test
    void whoComesBackGoesOnWhereItWasWithoutLossOrDoubles() throws Exception {
        FakeScene scene = FakeNode.scene("resumed", "gated=yes");
        long job = post(scene, 1, 150, "");
        String place;
        List<String> numbers = new ArrayList<>();
        try (EventStream stream = listen(job, null)) {
            scene.open(1);
            place = stream.await("frame", "number", "1").lastId();
            numbers.add("1");
        }
        scene.openAll();
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        try (EventStream stream = listen(job, place)) {
            stream.awaitEnd();
            numbers.addAll(texts(stream.events("frame"), "number"));
            assertThat(numbers)
                    .containsExactlyInAnyOrderElementsOf(java.util.stream.IntStream.rangeClosed(1, 150)
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(texts(stream.events("state"), "state")).containsExactly("completed");
            assertThat(stream.events("state")
                            .findFirst()
                            .orElseThrow()
                            .data()
                            .get("present")
                            .asBoolean())
                    .isFalse();
            // A browser asks again then, and is told that this was all.
            assertThat(given().header("Last-Event-ID", stream.lastId())
                            .get("/job/" + job + "/event")
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void whoComesAfterTheEndIsToldOnce() throws Exception {
        long job = post(FakeNode.scene("over"), 1, 1, "");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        // Of another job, so that the newest event of all is not this one's end.
        assertThat(awaitEnd(post(FakeNode.scene("other"), 1, 1, ""))).isEqualTo("Job completed");
        try (EventStream stream = listen(job, null)) {
            stream.awaitEnd();
            assertThat(texts(stream.events("state"), "state")).containsExactly("completed");
            assertThat(given().header("Last-Event-ID", stream.lastId())
                            .get("/job/" + job + "/event")
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void whoseNameIsNotKnownBeginsWithWhatIsSoNow() throws Exception {
        FakeScene scene = FakeNode.scene("unknown-place", "gated=yes");
        long job = post(scene, 1, 3, "");
        scene.open(1);
        Await.until(() -> JobClient.json(job).getInt("framesDone") == 1);
        for (String place : List.of("999999999-0", "7", "nonsense", "-1--1", "99999999999999999999-1")) {
            try (EventStream stream = listen(job, place)) {
                Event state = stream.await("state", "state", "running");
                assertThat(state.data().get("present").asBoolean()).isTrue();
                stream.await("progress", "framesDone", "1");
                assertThat(stream.events("frame")).isEmpty();
            }
        }
        assertThat(delete(job)).isEqualTo(204);
        assertThat(awaitEnd(job)).isEqualTo("Job canceled");
        try (EventStream stream = listen(job, null)) {
            stream.awaitEnd();
            assertThat(texts(stream.events("state"), "state")).containsExactly("canceled");
        }
    }

    @Test
    void allJobsAreToldOfWithTheirWarnings() throws Exception {
        FakeScene one = FakeNode.scene("all-one", "gated=yes");
        FakeScene two = FakeNode.scene("all-two", "fault=no-camera");
        try (EventStream stream = listen("/event", null)) {
            Await.until(() -> stream.comments().contains(":begun"));
            long first = post(one, 1, 2, "");
            stream.await("state", "job", Long.toString(first));
            scenes.warn(first, List.of(new SceneWarning("missing_file", "wood.png", "the image is not there")));
            Event warning = stream.await("warning", "job", Long.toString(first));
            assertThat(warning.text("code")).isEqualTo("missing_file");
            assertThat(warning.text("name")).isEqualTo("wood.png");
            assertThat(warning.text("message")).isEqualTo("the image is not there");
            long second = post(two, 1, 1, "");
            one.openAll();
            Event failed = stream.await("state", "state", "failed");
            assertThat(failed.data().get("job").asLong()).isEqualTo(second);
            assertThat(failed.text("reason")).isEqualTo("Cannot render, no camera");
            assertThat(texts(
                            stream.events("state")
                                    .filter(event -> event.data().get("job").asLong() == first),
                            "state"))
                    .containsExactly("queued", "running", "completed");
            try (EventStream resumed = listen("/event", warning.lastId())) {
                resumed.await("state", "state", "failed");
                assertThat(texts(resumed.events("state"), "state"))
                        .containsSubsequence("completed", "running", "failed");
                assertThat(texts(resumed.events("frame"), "number")).containsExactlyInAnyOrder("1", "2");
                assertThat(resumed.events("warning")).isEmpty();
            }
        }
    }

    @Test
    void aJobThatIsNotThereHasNoEvents() {
        given().get("/job/999999999/event").then().statusCode(404);
        given().get("/job/x/event").then().statusCode(404);
    }

    @Test
    void aSilentStreamSaysThatItIsThere() throws Exception {
        try (EventStream stream = listen("/event", null)) {
            Await.until(() -> stream.comments().contains(":heartbeat"));
        }
    }
}
