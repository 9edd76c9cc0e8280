package io.rendernode.job;

import static io.rendernode.job.JobClient.awaitEnd;
import static io.rendernode.job.JobClient.awaitRunning;
import static io.rendernode.job.JobClient.delete;
import static io.rendernode.job.JobClient.kill;
import static io.rendernode.job.JobClient.post;
import static io.rendernode.job.JobClient.status;
import static io.rendernode.job.JobClient.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs that wait for the one slot. */
@TimeDependent
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class JobLineTest {
    @AfterEach
    void openGates() {
        FakeNode.openGates();
    }

    @Test
    void twelvePostsHoldTwelvePidsAndRenderInOrder() {
        FakeScene scene = FakeNode.scene("twelve", "gated=yes");
        List<Long> jobs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            jobs.add(post(scene, i, i, ",\"output\":\"twelve/x_####\""));
        }
        assertThat(jobs).doesNotHaveDuplicates();
        List<ProcessHandle> held = jobs.stream().map(JobClient::process).toList();
        kill("TERM", jobs.get(11));
        assertThat(awaitEnd(jobs.get(11))).isEqualTo("Job canceled: stopped by SIGTERM");
        assertThat(delete(jobs.get(10))).isEqualTo(204);
        assertThat(status(jobs.get(10))).isEqualTo("Job canceled");
        Await.until(() -> !held.get(10).isAlive());
        assertThat(held.subList(0, 10)).allMatch(ProcessHandle::isAlive);
        scene.openAll();
        for (long job : jobs.subList(0, 10)) {
            assertThat(awaitEnd(job)).isEqualTo("Job completed");
        }
        assertThat(scene.renderedFrames())
                .containsExactlyElementsOf(jobs.subList(0, 10).stream()
                        .map(job -> job + " " + jobs.indexOf(job))
                        .toList());
    }

    @Test
    void aFullLineIsTold() {
        FakeScene scene = FakeNode.scene("full", "gated=yes");
        List<Long> jobs = new ArrayList<>(List.of(post(scene, 1, 1, "")));
        awaitRunning(jobs.get(0));
        try {
            Response answer = submit(scene, 1, 1, "");
            while (answer.statusCode() == 202) {
                jobs.add(answer.jsonPath().getLong("pid"));
                answer = submit(scene, 1, 1, "");
            }
            answer.then().statusCode(503).header("Retry-After", "30").body(equalTo("Server busy, try again later"));
            assertThat(jobs).hasSize(21);
        } finally {
            jobs.forEach(JobClient::delete);
            jobs.forEach(JobClient::awaitEnd);
        }
    }

    @Test
    void priorityCountsThenFirstCome() {
        FakeScene scene = FakeNode.scene("priority", "gated=yes");
        long first = post(scene, 1, 1, "");
        awaitRunning(first);
        long low = post(scene, 2, 2, ",\"priority\":0");
        long middle = post(scene, 3, 3, "");
        long high = post(scene, 4, 4, ",\"priority\":100");
        scene.openAll();
        for (long job : List.of(first, low, middle, high)) {
            awaitEnd(job);
        }
        assertThat(scene.renderedFrames()).containsExactly(first + " 1", high + " 4", middle + " 3", low + " 2");
    }
}
