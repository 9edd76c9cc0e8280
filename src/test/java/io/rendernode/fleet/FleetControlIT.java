package io.rendernode.fleet;

import static io.rendernode.fleet.ThreeNodes.request;
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

/** Jobs that are paused and retried by way of any node of a fleet. */
@TimeDependent
class FleetControlIT {
    @RegisterExtension
    static final ThreeNodes NODES = new ThreeNodes();

    private static JsonNode patch(FleetNode node, long job, String body) throws Exception {
        HttpResponse<String> answer =
                node.process().send("PATCH", "/job/" + job, body, Map.of("Content-Type", "application/json"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return node.job(job);
    }

    @Test
    void aPausedJobStaysSoWhenItsNodeDiesAndComesBack() throws Exception {
        FakeScene scene = NODES.fleet().scene("paused", "gated=yes");
        FleetNode elk = NODES.fleet().node("elk", Map.of("RENDER_NODE_TAGS", "elk"));
        elk.start();
        long job = NODES.ant().process().post(request(scene, 4, ",\"chunk\":1,\"tags\":[\"elk\"]"));
        Await.until(() -> Set.copyOf(scene.begunNumbers()).equals(Set.of(1, 2)));
        assertThat(patch(NODES.bee(), job, "{\"paused\":true}").get("paused").asBoolean())
                .isTrue();
        elk.kill();
        scene.openAll();
        elk.start();
        FakeScene other = NODES.fleet().scene("paused-other");
        long beside = NODES.ant().process().post(request(other, 4, ",\"chunk\":1,\"priority\":0,\"tags\":[\"elk\"]"));
        assertThat(NODES.ant().process().awaitEnd(beside)).isEqualTo("Job completed");
        assertThat(scene.begunNumbers()).hasSize(2);
        assertThat(NODES.cat().job(job).get("paused").asBoolean()).isTrue();
        patch(NODES.cat(), job, "{\"paused\":false}");
        assertThat(NODES.ant().process().awaitEnd(job)).isEqualTo("Job completed");
        elk.stop();
    }

    @Test
    void aCompletedJobsFramesAreRenderedAnewByAnyNode() throws Exception {
        FakeScene scene = NODES.fleet().scene("anew");
        long job = NODES.ant().process().post(request(scene, 10, ",\"chunk\":2"));
        assertThat(NODES.bee().process().awaitEnd(job)).isEqualTo("Job completed");
        HttpResponse<String> answer = NODES.bee()
                .process()
                .send(
                        "POST",
                        "/job/" + job + "/retry",
                        "{\"frames\":\"3,8-9\"}",
                        Map.of("Content-Type", "application/json"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(NODES.cat().process().awaitEnd(job)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers().subList(0, 10))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 10).boxed().toList());
        assertThat(scene.renderedNumbers().subList(10, scene.renderedNumbers().size()))
                .containsExactlyInAnyOrder(3, 8, 9);
        assertThat(NODES.ant().job(job).get("framesDone").asInt()).isEqualTo(10);
    }
}
