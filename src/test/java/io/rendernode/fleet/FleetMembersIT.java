package io.rendernode.fleet;

import static io.rendernode.fleet.ThreeNodes.nodesOf;
import static io.rendernode.fleet.ThreeNodes.request;
import static io.rendernode.fleet.ThreeNodes.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that join a fleet, tell of it, drain, or may not join. */
@TimeDependent
class FleetMembersIT {
    @RegisterExtension
    static final ThreeNodes NODES = new ThreeNodes();

    @Test
    void everyNodeTellsOfAll() throws Exception {
        for (FleetNode node : NODES.all()) {
            JsonNode all = node.json("/node?all=true");
            assertThat(values(all, "name")).as("%s", node).contains("ant", "bee", "cat");
            for (JsonNode one : all) {
                assertThat(one.get("slots").asInt()).isBetween(0, 2);
                assertThat(one.get("blenderVersion").asText()).contains("3.4.1");
                assertThat(one.get("lastSeenAt").asText()).isNotEmpty();
                assertThat(one.get("load").asDouble()).isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void aNodeThatJoinsInTheMiddleGetsWorkAtOnce() throws Exception {
        FakeScene scene = NODES.fleet().scene("joined", "gated=yes");
        long job = NODES.ant().process().post(request(scene, 10, ",\"chunk\":1,\"tags\":[\"gpu\"]"));
        Await.until(() -> NODES.cat().json("/node").get("busy").asInt() == 2);
        // It asks as often as a node does that nobody told otherwise.
        FleetNode fox = NODES.fleet().node("fox", Map.of("RENDER_NODE_TAGS", "gpu", "RENDER_POLL_INTERVAL", "1s"));
        fox.start();
        // While the others render on what they have, for as long as it takes.
        Await.until(() -> nodesOf(NODES.bee().job(job)), nodes -> nodes.contains("fox"));
        NODES.ant().process().call("DELETE", "/job/" + job, null, null);
        assertThat(NODES.bee().process().awaitEnd(job)).startsWith("Job canceled");
        fox.stop();
    }

    @Test
    void aNodeThatDrainsHandsBackAndGoesOnAnswering() throws Exception {
        FakeScene scene = NODES.fleet().scene("drained", "gated=yes");
        FleetNode dog = NODES.fleet().node("dog", Map.of("RENDER_NODE_TAGS", "dog"));
        dog.start();
        long job = NODES.ant().process().post(request(scene, 10, ",\"chunk\":5,\"tags\":[\"dog\"]"));
        scene.open(1);
        Await.until(() -> Set.copyOf(scene.begunNumbers()).equals(Set.of(1, 2, 6)));
        // A node that has not yet read of a frame's end would take that frame for the one under way.
        Await.until(() -> dog.job(job).get("framesDone").asInt() == 1);
        assertThat(dog.process().call("POST", "/node/drain", null, null).statusCode())
                .isEqualTo(202);
        assertThat(dog.json("/node").get("busy").asInt()).isEqualTo(2);
        scene.open(2);
        scene.open(6);
        Await.until(() -> dog.json("/node").get("busy").asInt() == 0);
        assertThat(dog.json("/node").get("draining").asBoolean()).isTrue();
        JsonNode handedBack = dog.job(job);
        assertThat(values(handedBack.get("attempts"), "outcome")).isEqualTo(Set.of("drained"));
        assertThat(handedBack.get("framesDone").asInt()).isEqualTo(3);
        Await.until(() -> NODES.bee().job(job).path("reason").asText(), "no living node offers dog"::equals);
        dog.stop();
        scene.openAll();
        dog.start();
        assertThat(NODES.cat().process().awaitEnd(job)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers())
                .as("no frame is rendered twice")
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 10).boxed().toList());
        assertThat(values(NODES.ant().job(job).get("attempts"), "outcome")).isEqualTo(Set.of("drained", "completed"));
        dog.stop();
    }

    @Test
    void aNodeWithoutSlotsAsksTheOthersWhatIsInAScene() throws Exception {
        FakeScene scene = NODES.fleet().scene("asked-about");
        FleetNode owl = NODES.fleet().node("owl", Map.of("RENDER_SLOTS", "0"));
        owl.start();
        String path = "/scene/" + scene.blend();
        HttpResponse<String> first = owl.process().call("GET", path, null, null);
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(first.headers().firstValue("Retry-After")).contains("2");
        assertThat(first.headers().firstValue("Location")).contains(path);
        Await.until(() -> owl.process().call("GET", path, null, null).statusCode() == 200);
        assertThat(owl.json(path).get("last").asInt()).isEqualTo(250);
        owl.stop();
    }

    @Test
    void aSecondNodeOfOneNameDoesNotStart() throws Exception {
        FleetNode second = NODES.fleet().node("ant", Map.of());
        second.launch();
        assertThat(second.process().awaitExit()).isNotZero();
        assertThat(second.process().log().lines().filter(line -> line.contains("another living node")))
                .as(second.process().log())
                .hasSize(1)
                .allMatch(line -> line.contains("RENDER_NODE_NAME: another living node is called ant"));
        assertThat(second.process().log()).doesNotContain("\tat ");
        assertThat(NODES.ant().json("/node").get("name").asText()).isEqualTo("ant");
    }
}
