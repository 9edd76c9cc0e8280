package io.rendernode.fleet;

import static io.rendernode.fleet.ThreeNodes.nodesOf;
import static io.rendernode.fleet.ThreeNodes.request;
import static io.rendernode.fleet.ThreeNodes.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that are cut off from the store, or stand still, and a store that is not there. */
@TimeDependent
class FleetOutageIT {
    private static final int CALLS = 200;

    @RegisterExtension
    static final ThreeNodes NODES = new ThreeNodes();

    @Test
    void aNodeCutOffForLongStandsStillBeforeAnotherTakesItsTask() throws Exception {
        FakeScene scene = NODES.fleet().scene("cut", "gated=yes");
        scene.open(1);
        long job = NODES.ant().process().post(request(scene, 3, ",\"chunk\":3"));
        Ledger ledger = NODES.ledger();
        Await.until(() -> !scene.renderedFrames().isEmpty());
        Ledger.AttemptRow first = ledger.attempts(job).get(0);
        FleetNode owner = NODES.named(first.node());
        owner.wire().fallSilent();
        try {
            Await.until(() -> ledger.attempts(job).size() == 2);
            assertThat(state(first.pid()))
                    .as("the first Blender's state while another renders")
                    .isEqualTo("T");
            scene.openAll();
        } finally {
            owner.wire().mend();
        }
        Await.until(() -> ledger.attempts(job).get(0).outcome(), "cut_off"::equals);
        FleetNode other = owner == NODES.ant() ? NODES.bee() : NODES.ant();
        assertThat(other.process().awaitEnd(job)).isEqualTo("Job completed");
        ledger.check(job, 3, scene);
    }

    @Test
    void aNodeCutOffBrieflyWritesAfterwardsWhatItHasFinished() throws Exception {
        FakeScene scene = NODES.fleet().scene("cut-briefly", "gated=yes");
        IntStream.rangeClosed(1, 2).forEach(scene::open);
        long job = NODES.ant().process().post(request(scene, 6, ",\"chunk\":6"));
        Ledger ledger = NODES.ledger();
        Await.until(() -> scene.renderedFrames().size() == 2);
        FleetNode owner = NODES.named(ledger.attempts(job).get(0).node());
        owner.wire().fallSilent();
        IntStream.rangeClosed(3, 4).forEach(scene::open);
        Await.until(() -> scene.renderedFrames().size() == 4);
        owner.wire().mend();
        scene.openAll();
        assertThat(NODES.bee().process().awaitEnd(job)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers())
                .as("rendered once")
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 6).boxed().toList());
        assertThat(ledger.attempts(job)).as("attempts").hasSize(1);
        ledger.check(job, 6, scene);
    }

    @Test
    void aNodeThatStoodStillInTheMomentOfTheMoveTouchesNoFrameOfTheNextOwner() throws Exception {
        FakeScene scene = NODES.fleet().scene("still", "gated=yes");
        Ledger ledger = NODES.ledger();
        long job = NODES.ant().process().post(request(scene, 1, ""));
        Await.until(() -> !ledger.attempts(job).isEmpty());
        FleetNode owner = NODES.named(ledger.attempts(job).get(0).node());
        try (Connection connection = NODES.fleet().postgres().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // The node's transaction holds its claim and then waits here.
            statement.execute("LOCK TABLE frame IN ACCESS EXCLUSIVE MODE");
            scene.openAll();
            Await.until(() -> NODES.fleet().postgres().waitingForLock("FROM frame") > 0);
            owner.signal("STOP");
            connection.rollback();
        }
        FleetNode other = owner == NODES.ant() ? NODES.bee() : NODES.ant();
        try {
            assertThat(other.process().awaitEnd(job)).isEqualTo("Job completed");
        } finally {
            owner.signal("CONT");
        }
        Await.until(() -> owner.json("/node").get("busy").asInt() == 0);
        assertThat(other.get("/job/" + job + "/frame/1").statusCode()).isEqualTo(200);
        ledger.check(job, 1, scene);
    }

    @Test
    void nodesWhoseClocksAreWrongDisturbNobody() throws Exception {
        FleetNode early = NODES.fleet().node("early", wrongClock("+40d"));
        FleetNode late = NODES.fleet().node("late", wrongClock("-120s"));
        long before = NODES.ant().process().post(request(NODES.fleet().scene("before", "frame_seconds=0.05"), 1, ""));
        assertThat(NODES.ant().process().awaitEnd(before)).isEqualTo("Job completed");
        Path forgotten = Files.createDirectories(early.data().resolve("log/999999999"));
        early.launch();
        late.launch();
        early.awaitServing();
        late.awaitServing();
        FakeScene scene = NODES.fleet().scene("clocks", "gated=yes");
        long job = early.process().post(request(scene, 10, ",\"chunk\":1"));
        // A task for each slot there is, under way for longer than a claim holds without a heartbeat.
        Await.until(() -> scene.begunFrames().size() == 10);
        Instant begun = heartbeats("MAX").get(0);
        Instant later = begun.plus(ThreeNodes.HEARTBEAT.multipliedBy(5));
        Await.until(() -> heartbeats("MIN"), oldest -> oldest.get(0).isAfter(later));
        scene.openAll();
        assertThat(late.process().awaitEnd(job)).isEqualTo("Job completed");
        assertThat(NODES.ledger().attempts(job))
                .hasSize(10)
                .allMatch(attempt -> attempt.outcome().equals("completed"))
                .extracting(Ledger.AttemptRow::node)
                .contains("early", "late");
        // It has looked for jobs to forget, since it has removed a log of one that is forgotten.
        Await.until(() -> !Files.exists(forgotten));
        assertThat(NODES.bee().process().status(before)).isEqualTo("Job completed");
        early.stop();
        late.stop();
    }

    /** The newest (MAX) or the oldest (MIN) heartbeat of all claims there are. */
    private static List<Instant> heartbeats(String which) throws SQLException {
        return NODES.fleet()
                .postgres()
                .list(
                        "SELECT " + which + "(last_heartbeat) FROM scheduled_tasks WHERE picked",
                        row -> row.getTimestamp(1).toInstant());
    }

    @Test
    void probesWaitForNoCallAndCallsNotForAStoreThatIsKnownToBeAway() throws Exception {
        FleetNode owl = NODES.fleet()
                .node(
                        "owl",
                        60,
                        Map.of("RENDER_SLOTS", "0", "QUARKUS_DATASOURCE_POSTGRESQL_JDBC_ACQUISITION_TIMEOUT", "60S"));
        owl.start();
        Await.until(() -> owl.get("/job/999999999").statusCode(), code -> code == 400);
        owl.wire().fallSilent();
        List<CompletableFuture<Integer>> calls = ask(owl);
        for (String probe : List.of("/health/live", "/health/ready", "/health", "/metrics")) {
            assertThat(owl.get(probe).statusCode()).as(probe).isEqualTo(200);
        }
        assertThat(calls).as("calls that wait for the store").noneMatch(CompletableFuture::isDone);
        owl.wire().mend();
        assertThat(calls).allSatisfy(call -> assertThat(call.get()).isIn(400, 404));

        owl.wire().breakOff();
        Await.until(() -> owl.get("/job/999999999").statusCode(), code -> code == 503);
        owl.wire().fallSilent();
        List<CompletableFuture<Integer>> later = ask(owl);
        // One a second finds out whether the store is back, and waits.
        Await.until(() -> later.stream().filter(CompletableFuture::isDone).count() > CALLS / 2);
        assertThat(later.stream().filter(CompletableFuture::isDone))
                .allSatisfy(call -> assertThat(call.get()).isEqualTo(503));
        owl.wire().mend();
        Await.until(() -> owl.get("/job/999999999").statusCode(), code -> code == 400);
        owl.stop();
    }

    @Test
    void aLogThatIsFollowedGoesOnWhenTheStoreIsBack() throws Exception {
        FakeScene scene = NODES.fleet().scene("followed", "gated=yes");
        FleetNode gnu = NODES.fleet().node("gnu", Map.of("RENDER_SLOTS", "0"));
        gnu.start();
        long job = NODES.ant().process().post(request(scene, 2, ""));
        scene.open(1);
        Await.until(() -> gnu.get("/job/" + job + "/log").body(), log -> log.contains("0000001.png"));
        CompletableFuture<String> followed = gnu.process().follow(job);
        gnu.wire().breakOff();
        Await.until(() -> gnu.get("/job/" + job).statusCode(), code -> code == 503);
        scene.openAll();
        assertThat(NODES.ant().process().awaitEnd(job)).isEqualTo("Job completed");
        gnu.wire().mend();
        assertThat(Await.get(followed))
                .containsOnlyOnce("=== task 0")
                .contains("0000001.png")
                .contains("0000002.png");
        gnu.stop();
    }

    /** As many calls as a busy day has at once, of logs and of jobs, all for one that is not there. */
    private static List<CompletableFuture<Integer>> ask(FleetNode node) {
        return IntStream.range(0, CALLS)
                .mapToObj(call -> node.process().ask("/job/999999999" + (call % 2 == 0 ? "" : "/log")))
                .toList();
    }

    /** Lets a node see another time of day than the machine has. */
    private static Map<String, String> wrongClock(String offset) throws IOException {
        try (Stream<Path> libraries = Files.walk(Path.of("/usr/lib"), 3)) {
            Path library = libraries
                    .filter(path -> path.endsWith("faketime/libfaketime.so.1"))
                    .findFirst()
                    .orElseThrow();
            return Map.of(
                    "LD_PRELOAD",
                    library.toString(),
                    "FAKETIME",
                    offset,
                    "FAKETIME_DONT_FAKE_MONOTONIC",
                    "1",
                    // It mends a fault of older C libraries, and makes a Java program wait at every turn.
                    "FAKETIME_FORCE_MONOTONIC_FIX",
                    "0");
        }
    }

    @Test
    void aRollingRestartLosesNoAttemptAndRendersNoFrameTwice() throws Exception {
        FakeScene scene = NODES.fleet().scene("rolling", "gated=yes");
        Ledger ledger = NODES.ledger();
        long job = NODES.ant().process().post(request(scene, 60, ",\"chunk\":3"));
        for (FleetNode node : NODES.all()) {
            // Both slots, each in the middle of a frame that others follow.
            List<Integer> underWay =
                    Await.until(() -> underWay(node, ledger.attempts(job), scene), frames -> frames.size() == 2);
            node.process().process().destroy();
            Await.until(() -> node.get("/health/ready").statusCode() == 503);
            underWay.forEach(scene::open);
            assertThat(node.process().awaitExit()).isIn(0, 143);
            node.start();
        }
        scene.openAll();
        assertThat(NODES.bee().process().awaitEnd(job)).isEqualTo("Job completed");
        assertThat(scene.renderedNumbers())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 60).boxed().toList());
        assertThat(ledger.attempts(job))
                .extracting(Ledger.AttemptRow::outcome)
                .contains("drained")
                .allMatch(outcome -> List.of("drained", "completed").contains(outcome));
        ledger.check(job, 60, scene);
    }

    /** The frames that a node's Blenders are in the middle of. */
    private static List<Integer> underWay(FleetNode node, List<Ledger.AttemptRow> attempts, FakeScene scene) {
        List<String> begun = scene.begunFrames();
        return attempts.stream()
                .filter(attempt -> attempt.node().equals(node.name()) && attempt.outcome() == null)
                .flatMap(attempt -> begun.stream()
                        .filter(line -> line.startsWith(attempt.pid() + " "))
                        .reduce((earlier, later) -> later)
                        .stream())
                .map(line -> Integer.valueOf(line.substring(line.indexOf(' ') + 1)))
                .toList();
    }

    @Test
    void aStoreThatComesLateIsWaitedFor() throws Exception {
        FakeScene scene = NODES.fleet().scene("late", "frame_seconds=0.05");
        FleetNode elk = NODES.fleet().node("elk", Map.of("RENDER_NODE_TAGS", "elk"));
        String request = request(scene, 2, ",\"tags\":[\"elk\"]");
        NODES.fleet().postgres().stop();
        try {
            elk.start();
            for (FleetNode node : List.of(elk, NODES.bee())) {
                HttpResponse<String> answer = node.process().call("POST", "/job", request, null);
                assertThat(answer.statusCode())
                        .as("%s: %s", node, answer.body())
                        .isEqualTo(503);
                assertThat(answer.body()).isEqualTo("Store unavailable, try again later");
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
                assertThat(node.get("/job/1").statusCode()).isEqualTo(503);
                // A store that is away is away for all; one that was never reached is this node's own trouble.
                assertThat(node.get("/health/ready").statusCode()).isEqualTo(node == elk ? 503 : 200);
                assertThat(node.get("/health/live").statusCode()).isEqualTo(200);
            }
            assertThat(elk.get("/health/ready").body()).contains("never reached");
            assertThat(elk.get("/metrics").body()).containsPattern("(?m)^render_store_up(\\{[^}]*})? 0[.]0$");
        } finally {
            NODES.fleet().postgres().start();
        }
        Await.until(() ->
                elk.get("/job").statusCode() == 200 && NODES.bee().get("/job").statusCode() == 200);
        Await.until(() -> values(NODES.bee().json("/node?all=true"), "name"), names -> names.contains("elk"));
        Await.until(() -> elk.get("/health/ready").statusCode() == 200);
        // Told of, elk may still be about to open its queue: a client tries again, as the 503 says.
        HttpResponse<String> accepted = Await.until(
                () -> elk.process().call("POST", "/job", request, null), answer -> answer.statusCode() != 503);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        long job = Long.parseLong(
                accepted.headers().firstValue("Location").orElseThrow().substring("/job/".length()));
        assertThat(NODES.bee().process().awaitEnd(job)).isEqualTo("Job completed");
        assertThat(nodesOf(NODES.ant().job(job))).isEqualTo(Set.of("elk"));
        assertThat(NODES.bee().process().log()).contains("The store: ").doesNotContain("\tat ");
        elk.stop();
    }

    private static String state(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }
}
