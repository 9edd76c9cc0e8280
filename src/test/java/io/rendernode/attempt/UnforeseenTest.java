package io.rendernode.attempt;

import static io.rendernode.job.JobClient.awaitEnd;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.queue.RenderQueue;
import io.rendernode.store.FrameList;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.RenderSpec;
import io.rendernode.store.State;
import io.rendernode.task.RunningTasks;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Jobs that this program cannot render although they are in its store: a newer version may have put them there. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class UnforeseenTest {
    @Inject
    JobStore jobs;

    @Inject
    RenderQueue queue;

    @Inject
    RunningTasks running;

    @Test
    void aCommandThatCannotBeMadeIsACountedVerdictAndLeavesNoProcess() {
        long job = insert(5_000_001, "unforeseen/x_####", "AN_ENGINE_OF_TOMORROW");
        assertThat(awaitEnd(job)).startsWith("Job failed: the node could not go on: ");
        List<Integer> pids =
                given().accept(ContentType.JSON).get("/job/" + job).jsonPath().getList("attempts.pid", Integer.class);
        assertThat(pids).hasSize(3);
        assertThat(pids)
                .noneMatch(
                        pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        Await.until(() -> running.busy() == 0);
    }

    @Test
    void aTaskThatCannotBeBegunIsNotClaimedForEver() {
        assertThat(awaitEnd(insert(5_000_002, "../leads-out", "CYCLES")))
                .startsWith("Job failed: the node could not go on: ");
        Await.until(() -> running.busy() == 0);
    }

    private long insert(long id, String output, String engine) {
        FakeScene scene = FakeNode.scene("unforeseen");
        RenderSpec spec = new RenderSpec(
                scene.blend(),
                output,
                null,
                engine,
                null,
                null,
                null,
                null,
                0,
                null,
                false,
                List.of(),
                null,
                false,
                false,
                null);
        Job job = new Job(
                id,
                State.QUEUED,
                null,
                spec,
                FrameList.range(1, 2),
                0,
                50,
                null,
                null,
                null,
                false,
                false,
                Instant.now(),
                null,
                null);
        jobs.insert(job, List.of(), null, null, tasks -> queue.schedule(tasks, 50));
        queue.wake();
        return id;
    }
}
