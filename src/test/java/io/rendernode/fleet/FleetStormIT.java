package io.rendernode.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import io.rendernode.run.Journal;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes die, stand still, are cut off and are told to stop, and the store goes away: at the end each frame is there,
 * once, by the attempt that owned its task. The system property {@code fleet.seed} gives another storm.
 */
@TimeDependent
class FleetStormIT {
    private static final long SEED = Long.getLong("fleet.seed", 20_250_114);
    private static final int JOBS = 10;
    private static final int TASKS_OF_A_JOB = 20;
    private static final int FRAMES_OF_A_TASK = 2;
    private static final int FRAMES = TASKS_OF_A_JOB * FRAMES_OF_A_TASK;

    /** A claim holds for two seconds: what befalls the nodes is longer than that, or shorter. */
    private static final Duration HEARTBEAT = Duration.ofMillis(500);

    @TempDir
    Path folder;

    private final Journal journal = new Journal();
    private final List<FakeScene> scenes = new ArrayList<>();
    private final List<Long> jobs = new ArrayList<>();
    private Fleet fleet;
    private int posts;

    @Test
    void eachFrameIsRecordedOnceByItsOwner() throws Exception {
        System.out.println("fleet.seed=" + SEED);
        try (Fleet opened = new Fleet(folder, HEARTBEAT)) {
            fleet = opened;
            weather();
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    failure.getMessage() + "\nfleet.seed=" + SEED + "; what happened:\n" + journal.tail(12, List.of()),
                    failure);
        } finally {
            Files.writeString(Path.of("target", "fleet-journal.txt"), journal.text());
        }
    }

    private void weather() throws Exception {
        for (String name : List.of("ant", "bee", "cat")) {
            fleet.node(name, Map.of()).launch();
        }
        for (FleetNode node : fleet.nodes()) {
            node.awaitServing();
        }
        for (int i = 0; i < JOBS; i++) {
            scenes.add(fleet.scene("scene-" + i, "frame_seconds=0.25"));
        }
        post();
        journal.add("the storm begins");
        List<CompletableFuture<Void>> fates = new ArrayList<>();
        for (int i = 0; i < fleet.nodes().size(); i++) {
            fates.add(running(new Fate(fleet.nodes().get(i), SEED + i, journal)));
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(fates.toArray(CompletableFuture[]::new));
        while (!all.isDone()) {
            if (jobs.size() < JOBS) {
                post();
                TimeUnit.SECONDS.sleep(1);
            } else {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            if (jobs.size() == 4 || jobs.size() == 8) {
                restartStore();
                post();
            }
        }
        all.join();
        while (jobs.size() < JOBS) {
            post();
        }
        journal.add("calm");
        awaitEnd();
        check();
        for (FleetNode node : fleet.nodes()) {
            node.stop();
        }
        Await.until(fleet::kin, List::isEmpty);
        check();
        report();
    }

    private static CompletableFuture<Void> running(Fate fate) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        fate.come();
                        end.complete(null);
                    } catch (Exception | AssertionError failure) {
                        end.completeExceptionally(failure);
                    }
                },
                "fate");
        thread.setDaemon(true);
        thread.start();
        return end;
    }

    private void restartStore() throws Exception {
        journal.add("the store goes");
        fleet.postgres().stop();
        TimeUnit.MILLISECONDS.sleep(500);
        fleet.postgres().start();
        journal.add("the store is back");
    }

    /** Posts the next job to one node after another, with the same key, until one accepts it. */
    private void post() {
        int number = jobs.size();
        String body = "{\"from\":1,\"to\":" + FRAMES + ",\"chunk\":" + FRAMES_OF_A_TASK + ",\"blend\":\""
                + scenes.get(number).blend() + "\",\"output\":\"job-" + number + "/f_####\",\"priority\":"
                + (number % 3) + "}";
        Await.until("a node takes a job", () -> isTaken(number, body));
    }

    private boolean isTaken(int number, String body) throws InterruptedException {
        FleetNode node = fleet.nodes().get(posts++ % fleet.nodes().size());
        try {
            HttpResponse<String> answer =
                    node.process().send("POST", "/job", body, Map.of("Idempotency-Key", "job-" + number));
            assertThat(answer.statusCode()).as(answer.body()).isIn(202, 503);
            if (answer.statusCode() == 202) {
                jobs.add(id(answer));
                journal.add("job %d, posted to %s", jobs.get(number), node);
            }
            return answer.statusCode() == 202;
        } catch (IOException away) {
            return false;
        }
    }

    private static long id(HttpResponse<String> answer) {
        return Long.parseLong(
                answer.headers().firstValue("Location").orElseThrow().substring("/job/".length()));
    }

    private void awaitEnd() throws Exception {
        for (List<Long> open = openJobs(); !open.isEmpty(); open = openJobs()) {
            List<Long> before = open;
            int frames = framesStored();
            Await.until(
                    () -> "nothing comes of jobs " + before,
                    () -> !openJobs().equals(before) || framesStored() > frames);
        }
        journal.add("all jobs have ended");
    }

    private List<Long> openJobs() throws SQLException {
        return fleet.postgres().list("SELECT id FROM job WHERE state IN ('queued', 'running')", row -> row.getLong(1));
    }

    private int framesStored() throws SQLException {
        return fleet.postgres()
                .list("SELECT COUNT(*) FROM frame", row -> row.getInt(1))
                .get(0);
    }

    private void check() throws Exception {
        Ledger ledger = new Ledger(fleet.postgres(), fleet.output(), fleet.nodes());
        assertThat(fleet.postgres().list("SELECT id FROM job ORDER BY id", row -> row.getLong(1)))
                .as("jobs in the store")
                .containsExactlyInAnyOrderElementsOf(jobs);
        assertThat(fleet.postgres().list("SELECT COUNT(*) FROM task", row -> row.getInt(1)))
                .as("tasks")
                .containsExactly(JOBS * TASKS_OF_A_JOB);
        for (int i = 0; i < JOBS; i++) {
            ledger.check(jobs.get(i), FRAMES, scenes.get(i));
        }
        assertThat(fleet.postgres().list("SELECT task_instance FROM scheduled_tasks", row -> row.getString(1)))
                .as("what is left in the queue")
                .isEmpty();
    }

    private void report() throws Exception {
        int begun = 0;
        for (FakeScene scene : scenes) {
            begun += scene.begunFrames().size();
        }
        Map<String, Integer> outcomes = new Ledger(fleet.postgres(), fleet.output(), fleet.nodes()).outcomes(jobs);
        journal.add("%d frames, begun %d times; attempts: %s", JOBS * FRAMES, begun, outcomes);
        System.out.println(journal.tail(4, List.of()));
        assertThat(outcomes).as("a storm that struck").containsKeys("node_lost", "cut_off");
    }
}
