package io.rendernode.fleet;

import static io.rendernode.fleet.ThreeNodes.LONG;
import static io.rendernode.fleet.ThreeNodes.nodesOf;
import static io.rendernode.fleet.ThreeNodes.request;
import static io.rendernode.fleet.ThreeNodes.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.process.ProcessIdentity;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three nodes on one PostgreSQL: whichever is asked, it answers for all. */
class FleetIT {
    @RegisterExtension
    static final ThreeNodes NODES = new ThreeNodes();

    @Test
    void allRenderAndAnyNodeAnswers() throws Exception {
        FakeScene scene = NODES.fleet().scene("shared", "frame_seconds=0.5");
        long job = NODES.ant().process().post(request(scene, 24, ",\"chunk\":1"));
        for (FleetNode node : NODES.all()) {
            assertThat(node.get("/job/" + job).statusCode()).as("%s", node).isEqualTo(202);
        }
        Await.until(
                () -> rendering(NODES.bee().json("/node?all=true")),
                nodes -> nodes.equals(Set.of("ant", "bee", "cat")));
        assertThat(NODES.bee().process().awaitEnd(job, LONG)).isEqualTo("Job completed");
        assertThat(nodesOf(NODES.cat().job(job))).isEqualTo(Set.of("ant", "bee", "cat"));
        assertThat(scene.renderedNumbers())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 24).boxed().toList());
        JsonNode frames = NODES.ant().json("/job/" + job + "/frame");
        byte[] image = Files.readAllBytes(NODES.fleet()
                .output()
                .resolve(frames.get(23).get("files").get(0).get("path").asText()));
        for (FleetNode node : NODES.all()) {
            assertThat(node.json("/job/" + job + "/frame")).isEqualTo(frames);
            HttpResponse<String> frame = node.get("/job/" + job + "/frame/24");
            assertThat(frame.statusCode()).isEqualTo(200);
            assertThat(frame.headers().firstValueAsLong("Content-Length")).hasValue(image.length);
            Await.until(
                    () -> node.get("/job/" + job + "/log").body(),
                    log -> IntStream.rangeClosed(1, 24).allMatch(number -> log.contains(saved(number)))
                            && NODES.all().stream().allMatch(other -> log.contains("node " + other.name() + ",")));
        }
        NODES.ledger().check(job, 24, scene);
    }

    @Test
    void aNodeClaimsNoMoreThanItHasSlots() throws Exception {
        FakeScene scene = NODES.fleet().scene("many", "frame_seconds=0.2");
        long job = NODES.ant().process().post(request(scene, 40, ",\"chunk\":1"));
        Await.until(() -> {
            assertThat(NODES.fleet()
                            .postgres()
                            .list(
                                    "SELECT COUNT(*) FROM scheduled_tasks WHERE picked GROUP BY picked_by",
                                    row -> row.getInt(1)))
                    .as("tasks that each node has claimed")
                    .allMatch(claimed -> claimed <= 2);
            return NODES.bee().job(job).get("framesDone").asInt() == 40;
        });
    }

    @Test
    void anyNodeTellsTheLogAndCancels() throws Exception {
        FakeScene scene = NODES.fleet().scene("long", "fault=slow-samples", "sample_seconds=1", "frame_seconds=0.1");
        long job = NODES.bee().process().post(request(scene, 2, ""));
        JsonNode attempt = Await.until(() -> NODES.bee().job(job).get("attempts"), attempts -> !attempts.isEmpty())
                .get(0);
        FleetNode owner = NODES.named(attempt.get("node").asText());
        FleetNode other = owner == NODES.ant() ? NODES.cat() : NODES.ant();
        String path = "/job/" + job + "/log";
        Await.until(() -> owner.get(path).body(), log -> log.contains("Sample 2/16"));
        long seenAt = System.nanoTime();
        Await.until(() -> other.get(path).body(), log -> log.contains("Sample 2/16"));
        assertThat(Duration.ofNanos(System.nanoTime() - seenAt))
                .as("how far behind the log of another node is")
                .isLessThan(Duration.ofSeconds(5));
        CompletableFuture<String> followed = following(other, path);
        ProcessIdentity blender =
                ProcessIdentity.of(attempt.get("pid").asLong()).orElseThrow();
        assertThat(other.process().call("DELETE", "/job/" + job, null, null).statusCode())
                .isEqualTo(204);
        Await.until(() -> !blender.isAlive());
        assertThat(NODES.cat().process().awaitEnd(job, LONG)).startsWith("Job canceled");
        assertThat(followed.get(LONG.toSeconds(), TimeUnit.SECONDS))
                .as("followed on another node to the job's end")
                .contains("Sample 2/16");
    }

    /** The log as another node streams it; done when the stream ends. */
    private static CompletableFuture<String> following(FleetNode node, String path) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return node.get(path + "?follow=true").body();
            } catch (IOException | InterruptedException failure) {
                throw new CompletionException(failure);
            }
        });
    }

    @Test
    void aJobEndsThoughItsLastTasksEndInOneMoment() throws Exception {
        FakeScene scene = NODES.fleet().scene("last", "fault=ignore-signals");
        Ledger ledger = NODES.ledger();
        long job = NODES.ant().process().post(request(scene, 2, ",\"chunk\":1"));
        Await.until(() -> scene.begunFrames().size() == 2);
        try (Connection connection = NODES.fleet().postgres().connect();
                Statement statement = connection.createStatement()) {
            NODES.ant().process().call("DELETE", "/job/" + job, null, null);
            connection.setAutoCommit(false);
            // Each of the two has ended its task, which the other cannot see yet, and comes to the job.
            statement.execute("SELECT * FROM job WHERE id = " + job + " FOR UPDATE");
            Await.until(() -> NODES.fleet().postgres().waitingForLock("UPDATE job SET state = state") == 2);
            connection.rollback();
        }
        assertThat(NODES.bee().process().awaitEnd(job, LONG)).isEqualTo("Job canceled");
        assertThat(ledger.attempts(job))
                .hasSize(2)
                .allMatch(attempt -> attempt.outcome().equals("canceled"));
    }

    @Test
    void everyNodeTellsOfAll() throws Exception {
        for (FleetNode node : NODES.all()) {
            JsonNode all = node.json("/node?all=true");
            assertThat(values(all, "name")).as("%s", node).contains("ant", "bee", "cat");
            for (JsonNode one : all) {
                assertThat(one.get("slots").asInt()).isEqualTo(2);
                assertThat(one.get("blenderVersion").asText()).contains("3.4.1");
                assertThat(one.get("lastSeenAt").asText()).isNotEmpty();
                assertThat(one.get("load").asDouble()).isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void aJobIsRenderedWhereItsTagsAreOffered() throws Exception {
        FakeScene scene = NODES.fleet().scene("tagged", "frame_seconds=0.05");
        long job = NODES.ant().process().post(request(scene, 6, ",\"chunk\":1,\"tags\":[\"gpu\"]"));
        assertThat(NODES.bee().process().awaitEnd(job, LONG)).isEqualTo("Job completed");
        assertThat(nodesOf(NODES.ant().job(job))).isEqualTo(Set.of("cat"));
    }

    @Test
    void aNodeThatJoinsInTheMiddleGetsWorkAtOnce() throws Exception {
        FakeScene scene = NODES.fleet().scene("joined", "frame_seconds=0.5");
        long job = NODES.ant().process().post(request(scene, 100, ",\"chunk\":1,\"tags\":[\"gpu\"]"));
        // It asks as often as a node does that nobody told otherwise.
        FleetNode fox = NODES.fleet().node("fox", Map.of("RENDER_NODE_TAGS", "gpu", "RENDER_POLL_INTERVAL", "1s"));
        fox.start();
        long servingAt = System.nanoTime();
        Await.until(() -> nodesOf(NODES.bee().job(job)), nodes -> nodes.contains("fox"));
        assertThat(Duration.ofNanos(System.nanoTime() - servingAt)).isLessThan(Duration.ofSeconds(2));
        NODES.ant().process().call("DELETE", "/job/" + job, null, null);
        assertThat(NODES.bee().process().awaitEnd(job, LONG)).startsWith("Job canceled");
        fox.stop();
    }

    @Test
    void aJobThatNobodyCanTakeSaysSo() throws Exception {
        FakeScene scene = NODES.fleet().scene("untakeable");
        long job = NODES.ant().process().post(request(scene, 2, ",\"tags\":[\"gpu\",\"moon\"]"));
        JsonNode told = NODES.bee().job(job);
        assertThat(told.get("state").asText()).isEqualTo("queued");
        assertThat(told.get("reason").asText()).isEqualTo("no living node offers gpu, moon");
        assertThat(NODES.cat()
                        .process()
                        .call("DELETE", "/job/" + job, null, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(NODES.ant().process().awaitEnd(job, LONG)).startsWith("Job canceled");
    }

    @Test
    void aNodeThatDrainsHandsBackAndGoesOnAnswering() throws Exception {
        FakeScene scene = NODES.fleet().scene("drained", "frame_seconds=0.5");
        FleetNode dog = NODES.fleet().node("dog", Map.of("RENDER_NODE_TAGS", "dog"));
        dog.start();
        long job = NODES.ant().process().post(request(scene, 10, ",\"chunk\":5,\"tags\":[\"dog\"]"));
        Await.until(() -> !scene.renderedFrames().isEmpty());
        assertThat(dog.process().call("POST", "/node/drain", null, null).statusCode())
                .isEqualTo(202);
        Await.until(() -> dog.json("/node").get("busy").asInt() == 0);
        assertThat(dog.json("/node").get("draining").asBoolean()).isTrue();
        JsonNode handedBack = dog.job(job);
        assertThat(values(handedBack.get("attempts"), "outcome")).isEqualTo(Set.of("drained"));
        assertThat(handedBack.get("framesDone").asInt()).isBetween(1, 9);
        Await.until(() -> NODES.bee().job(job).path("reason").asText(), "no living node offers dog"::equals);
        dog.stop();
        dog.start();
        assertThat(NODES.cat().process().awaitEnd(job, LONG)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers())
                .as("no frame is rendered twice")
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 10).boxed().toList());
        assertThat(values(NODES.ant().job(job).get("attempts"), "outcome")).isEqualTo(Set.of("drained", "completed"));
        dog.stop();
    }

    @Test
    void aSecondNodeOfOneNameDoesNotStart() throws Exception {
        FleetNode second = NODES.fleet().node("ant", Map.of());
        second.launch();
        assertThat(second.process().process().waitFor(60, TimeUnit.SECONDS))
                .as("ends: %s", second.process().log())
                .isTrue();
        assertThat(second.process().process().exitValue()).isNotZero();
        assertThat(second.process().log().lines().filter(line -> line.contains("another living node")))
                .as(second.process().log())
                .hasSize(1)
                .allMatch(line -> line.contains("RENDER_NODE_NAME: another living node is called ant"));
        assertThat(second.process().log()).doesNotContain("\tat ");
        assertThat(NODES.ant().json("/node").get("name").asText()).isEqualTo("ant");
    }

    private static String saved(int frame) {
        return String.format("%07d.png'", frame);
    }

    private static Set<String> rendering(JsonNode nodes) {
        return StreamSupport.stream(nodes.spliterator(), false)
                .filter(node -> !node.get("rendering").isEmpty())
                .map(node -> node.get("name").asText())
                .collect(Collectors.toSet());
    }
}
