package io.rendernode.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.process.ProcessIdentity;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes on one PostgreSQL: whichever is asked, it answers for all. */
class FleetIT {
    private static final Duration LONG = Duration.ofSeconds(40);

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static FleetNode ant;
    private static FleetNode bee;
    private static FleetNode cat;

    @BeforeAll
    static void startThreeNodesAtOnce() throws Exception {
        fleet = new Fleet(folder);
        ant = fleet.node("ant", Map.of());
        bee = fleet.node("bee", Map.of());
        cat = fleet.node("cat", Map.of("RENDER_NODE_TAGS", "gpu,large"));
        for (FleetNode node : three()) {
            node.launch();
        }
        for (FleetNode node : three()) {
            node.awaitServing();
        }
    }

    @AfterAll
    static void end() throws Exception {
        fleet.close();
    }

    private static List<FleetNode> three() {
        return List.of(ant, bee, cat);
    }

    @Test
    void allRenderAndAnyNodeAnswers() throws Exception {
        FakeScene scene = fleet.scene("shared", "frame_seconds=0.5");
        long job = ant.process().post(request(scene, 24, ",\"chunk\":1"));
        for (FleetNode node : three()) {
            assertThat(node.get("/job/" + job).statusCode()).as("%s", node).isEqualTo(202);
        }
        Await.until(() -> rendering(bee.json("/node?all=true")), nodes -> nodes.equals(Set.of("ant", "bee", "cat")));
        assertThat(bee.process().awaitEnd(job, LONG)).isEqualTo("Job completed");
        assertThat(nodesOf(cat.job(job))).isEqualTo(Set.of("ant", "bee", "cat"));
        assertThat(scene.renderedNumbers())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 24).boxed().toList());
        JsonNode frames = ant.json("/job/" + job + "/frame");
        byte[] image = Files.readAllBytes(fleet.output()
                .resolve(frames.get(23).get("files").get(0).get("path").asText()));
        for (FleetNode node : three()) {
            assertThat(node.json("/job/" + job + "/frame")).isEqualTo(frames);
            HttpResponse<String> frame = node.get("/job/" + job + "/frame/24");
            assertThat(frame.statusCode()).isEqualTo(200);
            assertThat(frame.headers().firstValueAsLong("Content-Length")).hasValue(image.length);
            Await.until(
                    () -> node.get("/job/" + job + "/log").body(),
                    log -> IntStream.rangeClosed(1, 24).allMatch(number -> log.contains(saved(number)))
                            && three().stream().allMatch(other -> log.contains("node " + other.name() + ",")));
        }
        new Ledger(fleet.postgres(), fleet.output(), fleet.nodes()).check(job, 24, scene);
    }

    @Test
    void anyNodeTellsTheLogAndCancels() throws Exception {
        FakeScene scene = fleet.scene("long", "fault=slow-samples", "sample_seconds=1", "frame_seconds=0.1");
        long job = bee.process().post(request(scene, 2, ""));
        JsonNode attempt = Await.until(() -> bee.job(job).get("attempts"), attempts -> !attempts.isEmpty())
                .get(0);
        FleetNode owner = named(attempt.get("node").asText());
        FleetNode other = owner == ant ? cat : ant;
        String path = "/job/" + job + "/log";
        Await.until(() -> owner.get(path).body(), log -> log.contains("Sample 2/16"));
        long seenAt = System.nanoTime();
        Await.until(() -> other.get(path).body(), log -> log.contains("Sample 2/16"));
        assertThat(Duration.ofNanos(System.nanoTime() - seenAt))
                .as("how far behind the log of another node is")
                .isLessThan(Duration.ofSeconds(5));
        ProcessIdentity blender =
                ProcessIdentity.of(attempt.get("pid").asLong()).orElseThrow();
        assertThat(other.process().call("DELETE", "/job/" + job, null, null).statusCode())
                .isEqualTo(204);
        Await.until(() -> !blender.isAlive());
        assertThat(cat.process().awaitEnd(job, LONG)).startsWith("Job canceled");
    }

    @Test
    void everyNodeTellsOfAll() throws Exception {
        for (FleetNode node : three()) {
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
        FakeScene scene = fleet.scene("tagged", "frame_seconds=0.05");
        long job = ant.process().post(request(scene, 6, ",\"chunk\":1,\"tags\":[\"gpu\"]"));
        assertThat(bee.process().awaitEnd(job, LONG)).isEqualTo("Job completed");
        assertThat(nodesOf(ant.job(job))).isEqualTo(Set.of("cat"));
    }

    @Test
    void aJobThatNobodyCanTakeSaysSo() throws Exception {
        FakeScene scene = fleet.scene("untakeable");
        long job = ant.process().post(request(scene, 2, ",\"tags\":[\"gpu\",\"moon\"]"));
        JsonNode told = bee.job(job);
        assertThat(told.get("state").asText()).isEqualTo("queued");
        assertThat(told.get("reason").asText()).isEqualTo("no living node offers gpu, moon");
        assertThat(cat.process().call("DELETE", "/job/" + job, null, null).statusCode())
                .isEqualTo(204);
        assertThat(ant.process().awaitEnd(job, LONG)).startsWith("Job canceled");
    }

    @Test
    void aNodeThatDrainsHandsBackAndGoesOnAnswering() throws Exception {
        FakeScene scene = fleet.scene("drained", "frame_seconds=0.5");
        FleetNode dog = fleet.node("dog", Map.of("RENDER_NODE_TAGS", "dog"));
        dog.start();
        long job = ant.process().post(request(scene, 10, ",\"chunk\":5,\"tags\":[\"dog\"]"));
        Await.until(() -> !scene.renderedFrames().isEmpty());
        assertThat(dog.process().call("POST", "/node/drain", null, null).statusCode())
                .isEqualTo(202);
        Await.until(() -> dog.json("/node").get("busy").asInt() == 0);
        assertThat(dog.json("/node").get("draining").asBoolean()).isTrue();
        JsonNode handedBack = dog.job(job);
        assertThat(values(handedBack.get("attempts"), "outcome")).isEqualTo(Set.of("drained"));
        assertThat(handedBack.get("framesDone").asInt()).isBetween(1, 9);
        Await.until(() -> bee.job(job).path("reason").asText(), "no living node offers dog"::equals);
        dog.stop();
        dog.start();
        assertThat(cat.process().awaitEnd(job, LONG)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers())
                .as("no frame is rendered twice")
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 10).boxed().toList());
        assertThat(values(ant.job(job).get("attempts"), "outcome")).isEqualTo(Set.of("drained", "completed"));
        dog.stop();
    }

    @Test
    void aNodeCutOffForLongStandsStillBeforeAnotherTakesItsTask() throws Exception {
        FakeScene scene = fleet.scene("cut", "frame_seconds=0.7");
        long job = ant.process().post(request(scene, 10, ",\"chunk\":10"));
        Ledger ledger = new Ledger(fleet.postgres(), fleet.output(), fleet.nodes());
        Await.until(() -> !scene.renderedFrames().isEmpty());
        Ledger.AttemptRow first = ledger.attempts(job).get(0);
        FleetNode owner = named(first.node());
        owner.wire().fallSilent();
        try {
            Await.until(() -> ledger.attempts(job).size() == 2);
            assertThat(state(first.pid()))
                    .as("the first Blender's state while another renders")
                    .isEqualTo("T");
        } finally {
            owner.wire().mend();
        }
        Await.until(() -> ledger.attempts(job).get(0).outcome(), "cut_off"::equals);
        FleetNode other = owner == ant ? bee : ant;
        assertThat(other.process().awaitEnd(job, LONG)).isEqualTo("Job completed");
        ledger.check(job, 10, scene);
    }

    @Test
    void aNodeCutOffBrieflyWritesAfterwardsWhatItHasFinished() throws Exception {
        FakeScene scene = fleet.scene("cut-briefly", "frame_seconds=0.2");
        long job = ant.process().post(request(scene, 12, ",\"chunk\":12"));
        Ledger ledger = new Ledger(fleet.postgres(), fleet.output(), fleet.nodes());
        Await.until(() -> scene.renderedFrames().size() >= 2);
        FleetNode owner = named(ledger.attempts(job).get(0).node());
        int before = scene.renderedFrames().size();
        owner.wire().fallSilent();
        Await.until(() -> scene.renderedFrames().size() >= before + 2);
        owner.wire().mend();
        assertThat(bee.process().awaitEnd(job, LONG)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers())
                .as("rendered once")
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 12).boxed().toList());
        assertThat(ledger.attempts(job)).as("attempts").hasSize(1);
        ledger.check(job, 12, scene);
    }

    @Test
    void aSecondNodeOfOneNameDoesNotStart() throws Exception {
        FleetNode second = fleet.node("ant", Map.of());
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
        assertThat(ant.json("/node").get("name").asText()).isEqualTo("ant");
    }

    @Test
    void aStoreThatComesLateIsWaitedFor() throws Exception {
        FakeScene scene = fleet.scene("late", "frame_seconds=0.05");
        FleetNode elk = fleet.node("elk", Map.of("RENDER_NODE_TAGS", "elk"));
        String request = request(scene, 2, ",\"tags\":[\"elk\"]");
        fleet.postgres().stop();
        try {
            elk.start();
            for (FleetNode node : List.of(elk, bee)) {
                HttpResponse<String> answer = node.process().call("POST", "/job", request, null);
                assertThat(answer.statusCode())
                        .as("%s: %s", node, answer.body())
                        .isEqualTo(503);
                assertThat(answer.body()).isEqualTo("Store unavailable, try again later");
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
                assertThat(node.get("/job/1").statusCode()).isEqualTo(503);
                assertThat(node.get("/health/ready").statusCode()).isEqualTo(200);
            }
        } finally {
            fleet.postgres().start();
        }
        Await.until(() -> elk.get("/job").statusCode() == 200 && bee.get("/job").statusCode() == 200);
        Await.until(() -> values(bee.json("/node?all=true"), "name"), names -> names.contains("elk"));
        long job = elk.process().post(request);
        assertThat(bee.process().awaitEnd(job, LONG)).isEqualTo("Job completed");
        assertThat(nodesOf(ant.job(job))).isEqualTo(Set.of("elk"));
        elk.stop();
    }

    private static String request(FakeScene scene, int frames, String more) {
        return "{\"from\":1,\"to\":" + frames + ",\"blend\":\"" + scene.blend() + "\",\"output\":\""
                + scene.blend().replace('/', '-') + "/f_####\"" + more + "}";
    }

    private static String saved(int frame) {
        return String.format("%07d.png'", frame);
    }

    private static FleetNode named(String name) {
        return three().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String state(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }

    private static Set<String> nodesOf(JsonNode job) {
        return values(job.get("attempts"), "node");
    }

    private static Set<String> rendering(JsonNode nodes) {
        return StreamSupport.stream(nodes.spliterator(), false)
                .filter(node -> !node.get("rendering").isEmpty())
                .map(node -> node.get("name").asText())
                .collect(Collectors.toSet());
    }

    private static Set<String> values(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(element -> element.get(field).asText())
                .collect(Collectors.toSet());
    }
}
