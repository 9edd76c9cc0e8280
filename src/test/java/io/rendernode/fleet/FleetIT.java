package io.rendernode.fleet;

import static io.rendernode.fleet.ThreeNodes.nodesOf;
import static io.rendernode.fleet.ThreeNodes.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import io.rendernode.process.ProcessIdentity;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three nodes on one PostgreSQL: whichever is asked, it answers for all. */
@TimeDependent
class FleetIT {
    @RegisterExtension
    static final ThreeNodes NODES = new ThreeNodes();

    @Test
    void allRenderAndAnyNodeAnswers() throws Exception {
        FakeScene scene = NODES.fleet().scene("shared", "gated=yes");
        long job = NODES.ant().process().post(request(scene, 24, ",\"chunk\":1"));
        for (FleetNode node : NODES.all()) {
            assertThat(node.get("/job/" + job).statusCode()).as("%s", node).isEqualTo(202);
        }
        Await.until(
                () -> rendering(NODES.bee().json("/node?all=true")),
                nodes -> nodes.equals(Set.of("ant", "bee", "cat")));
        scene.openAll();
        assertThat(NODES.bee().process().awaitEnd(job)).isEqualTo("Job completed");
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
        FakeScene scene = NODES.fleet().scene("long", "gated=yes");
        long job = NODES.bee().process().post(request(scene, 2, ",\"chunk\":2"));
        JsonNode attempt = Await.until(() -> NODES.bee().job(job).get("attempts"), attempts -> !attempts.isEmpty())
                .get(0);
        FleetNode owner = NODES.named(attempt.get("node").asText());
        FleetNode other = owner == NODES.ant() ? NODES.cat() : NODES.ant();
        String path = "/job/" + job + "/log";
        Await.until(() -> owner.get(path).body(), log -> log.contains("Sample 1/16"));
        // While it renders, and what came later, too.
        Await.until(() -> other.get(path).body(), log -> log.contains("Sample 1/16"));
        CompletableFuture<String> followed = other.process().follow(job);
        scene.open(1);
        Await.until(() -> other.get(path).body(), log -> log.contains(saved(1)));
        ProcessIdentity blender =
                ProcessIdentity.of(attempt.get("pid").asLong()).orElseThrow();
        assertThat(other.process().call("DELETE", "/job/" + job, null, null).statusCode())
                .isEqualTo(204);
        Await.until(() -> !blender.isAlive());
        assertThat(NODES.cat().process().awaitEnd(job)).startsWith("Job canceled");
        assertThat(Await.get(followed))
                .as("followed on another node to the job's end")
                .contains(saved(1));
    }

    @Test
    void aJobEndsThoughItsLastTasksEndInOneMoment() throws Exception {
        FakeScene scene = NODES.fleet().scene("last", "gated=yes");
        Ledger ledger = NODES.ledger();
        long job = NODES.ant().process().post(request(scene, 2, ",\"chunk\":1"));
        Await.until(() -> scene.begunFrames().size() == 2);
        try (Connection first = lock("SELECT * FROM attempt WHERE job_id = " + job + " FOR NO KEY UPDATE")) {
            NODES.ant().process().call("DELETE", "/job/" + job, null, null);
            // Neither has ended its task; then each has, which the other cannot see yet, and comes to the job.
            awaitTwoWaiting("UPDATE attempt");
            try (Connection second = lock("SELECT * FROM job WHERE id = " + job + " FOR UPDATE")) {
                first.rollback();
                awaitTwoWaiting("UPDATE job SET state = state");
                second.rollback();
            }
        }
        assertThat(NODES.bee().process().awaitEnd(job)).isEqualTo("Job canceled");
        assertThat(ledger.attempts(job))
                .hasSize(2)
                .allMatch(attempt -> attempt.outcome().equals("canceled"));
    }

    private static Connection lock(String select) throws SQLException {
        Connection connection = NODES.fleet().postgres().connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(select);
        }
        return connection;
    }

    /** A node that has waited for too long asks anew, and its former statement may wait on for a while. */
    private static void awaitTwoWaiting(String statement) {
        Await.until(() -> NODES.fleet().postgres().waitingForLock(statement), waiting -> waiting >= 2);
    }

    @Test
    void aJobIsRenderedWhereItsTagsAreOffered() throws Exception {
        FakeScene scene = NODES.fleet().scene("tagged", "frame_seconds=0.05");
        long job = NODES.ant().process().post(request(scene, 6, ",\"chunk\":1,\"tags\":[\"gpu\"]"));
        assertThat(NODES.bee().process().awaitEnd(job)).isEqualTo("Job completed");
        assertThat(nodesOf(NODES.ant().job(job))).isEqualTo(Set.of("cat"));
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
        assertThat(NODES.ant().process().awaitEnd(job)).startsWith("Job canceled");
    }

    @Test
    void aTaskThatOneNodeCannotRenderIsLeftToAnotherAndNotCounted() throws Exception {
        Path ants = NODES.fleet().output().resolveSibling("node-0");
        FakeScene scene = NODES.fleet().scene("elsewhere", "fault=unknown-engine", "fault_below=" + ants);
        long job = NODES.ant().process().post(request(scene, 12, ",\"chunk\":1"));
        assertThat(NODES.ant().process().awaitEnd(job)).isEqualTo("Job completed");
        List<Ledger.AttemptRow> refused = NODES.ledger().attempts(job).stream()
                .filter(attempt -> !attempt.outcome().equals("completed"))
                .toList();
        assertThat(refused)
                .isNotEmpty()
                .allMatch(attempt -> attempt.outcome().equals("node_cannot"))
                .allMatch(attempt -> attempt.node().equals("ant"));
        assertThat(refused.stream().map(Ledger.AttemptRow::task))
                .as("tasks that a node asked for again although it cannot render them")
                .doesNotHaveDuplicates();
    }

    @Test
    void aTaskThatNoLivingNodeCanRenderEnds() throws Exception {
        FakeScene scene = NODES.fleet().scene("nowhere", "fault=unknown-engine");
        long job = NODES.ant().process().post(request(scene, 1, ",\"tags\":[\"gpu\"]"));
        assertThat(NODES.bee().process().awaitEnd(job)).isEqualTo("Job failed: engine not found 'NOPE'");
        assertThat(NODES.ledger().attempts(job)).hasSize(1);
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
