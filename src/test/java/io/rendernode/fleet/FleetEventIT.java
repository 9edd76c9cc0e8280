package io.rendernode.fleet;

import static io.rendernode.fleet.ThreeNodes.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.job.EventStream;
import io.rendernode.job.EventStream.Event;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens on one node is told by every other. */
class FleetEventIT {
    @RegisterExtension
    static final ThreeNodes NODES = new ThreeNodes();

    private static String address(FleetNode node) {
        return "http://localhost:" + node.process().port();
    }

    private static EventStream listen(FleetNode node, long job, String lastEventId) {
        return EventStream.open(address(node) + "/job/" + job + "/event", lastEventId);
    }

    private static Stream<String> frames(EventStream stream) {
        return stream.events("frame").map(event -> event.text("number"));
    }

    @Test
    void aStreamThatBreaksGoesOnAtAnotherNodeWithoutLossOrDoubles() throws Exception {
        FakeScene scene = NODES.fleet().scene("events", "gated=yes");
        long job = NODES.ant().process().post(request(scene, 40, ",\"chunk\":10"));
        List<String> heard;
        String place;
        try (EventStream bee = listen(NODES.bee(), job, null);
                EventStream all = EventStream.open(address(NODES.cat()) + "/event", null)) {
            bee.await("state", "state", "running");
            scene.open(1);
            Event first = bee.await("frame", "number", "1");
            all.await("frame", "number", "1");
            place = first.lastId();
            heard = frames(bee).toList();
            assertThat(heard).containsExactly("1");
        }
        scene.openAll();
        try (EventStream cat = listen(NODES.cat(), job, place);
                EventStream ant = listen(NODES.ant(), job, place)) {
            for (EventStream stream : List.of(cat, ant)) {
                stream.awaitEnd();
                assertThat(Stream.concat(heard.stream(), frames(stream)))
                        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 40)
                                .mapToObj(Integer::toString)
                                .toList());
                assertThat(stream.events("state").map(event -> event.text("state")))
                        .containsExactly("completed");
            }
            assertThat(frames(cat).toList())
                    .as("one order on all nodes")
                    .isEqualTo(frames(ant).toList());
            assertThat(cat.lastId()).isEqualTo(ant.lastId());
        }
    }

    @Test
    void aStreamOutlivesAStoreThatIsAway() throws Exception {
        FakeScene scene = NODES.fleet().scene("events-away", "gated=yes");
        FleetNode owl = NODES.fleet().node("owl", Map.of("RENDER_SLOTS", "0"));
        owl.start();
        long job = NODES.ant().process().post(request(scene, 3, ""));
        try (EventStream stream = listen(owl, job, null)) {
            stream.await("state", "state", "running");
            owl.wire().breakOff();
            Await.until(() -> owl.get("/job/" + job).statusCode() == 503);
            assertThat(owl.get("/job/" + job + "/event").statusCode()).isEqualTo(503);
            scene.openAll();
            assertThat(NODES.ant().process().awaitEnd(job)).isEqualTo("Job completed");
            assertThat(stream.events("frame")).isEmpty();
            owl.wire().mend();
            stream.awaitEnd();
            assertThat(frames(stream)).containsExactlyInAnyOrder("1", "2", "3");
            assertThat(stream.events("state").map(event -> event.text("state"))).endsWith("completed");
        }
        owl.stop();
    }

    private static int send(FleetNode node, String method, String path, String body) throws Exception {
        return node.process()
                .send(method, path, body, Map.of("Content-Type", "application/json"))
                .statusCode();
    }

    @Test
    void aSceneIsSentToOneRenderedByOthersAndNotTakenWhereTheFolderIsAnother() throws Exception {
        FleetNode owl = NODES.fleet().node("sender", Map.of("RENDER_SLOTS", "0"));
        FleetNode elk = NODES.fleet()
                .node(
                        "stranger",
                        Map.of(
                                "SCENE_DIR",
                                NODES.fleet()
                                        .output()
                                        .resolveSibling("other-sent")
                                        .toString()));
        owl.start();
        assertThat(send(owl, "PUT", "/scene/sent/first.blend", "BLENDER-v304")).isEqualTo(201);
        elk.start();
        assertThat(elk.process()
                        .send("PUT", "/scene/sent/elks.blend", "BLENDER-v304", Map.of())
                        .body())
                .contains("the scenes that were sent are not there");

        long job = owl.process()
                .post("{\"from\":1,\"to\":12,\"chunk\":1,\"blend\":\"sent/first.blend\",\"output\":\"sent_#\"}");

        try (EventStream stream = listen(owl, job, null)) {
            stream.awaitEnd();
            assertThat(stream.events("state").map(event -> event.text("state"))).endsWith("completed");
        }
        assertThat(owl.process().json(job)).doesNotContain("\"node\":\"stranger\"");
        assertThat(elk.get("/scene?folder=sent").body()).contains("sent/first.blend");
        owl.stop();
        elk.stop();
    }
}
