package io.rendernode.job;

import static io.rendernode.job.JobClient.awaitEnd;
import static io.rendernode.job.JobClient.json;
import static io.rendernode.job.JobClient.post;
import static io.rendernode.job.JobClient.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.store.BlenderTag;
import io.rendernode.store.FrameList;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.NodeStore;
import io.rendernode.store.RenderSpec;
import io.rendernode.store.Sql;
import io.rendernode.store.State;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenes that this node's Blender, 3.4.1, cannot read, or that are none. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class BlendVersionTest {
    private static final NodeStore.NodeRecord NEWER = new NodeStore.NodeRecord(
            "newer", "home", "instance", 1, 0, List.of(), "5.2.2", false, Instant.EPOCH, Instant.EPOCH);

    @Inject
    NodeStore nodes;

    @Inject
    JobStore jobs;

    @Inject
    Sql sql;

    @Inject
    Admission admission;

    @BeforeEach
    void awaitBlender() {
        Await.until(() ->
                nodes.living().stream().anyMatch(node -> node.blenderVersion().equals("3.4.1")));
    }

    @AfterEach
    void aloneAgain() {
        nodes.leave(NEWER.name(), NEWER.instance());
        FakeNode.openGates();
    }

    @ParameterizedTest
    @CsvSource({
        "BLENDER17-01v0502, 'was saved by Blender 5.2, this node has 3.4.1'",
        "BLENDER-v400, 'was saved by Blender 4.0, this node has 3.4.1'",
        "'', is empty",
        "BLENDER-v4, is cut short",
        "version https://git-lfs.github.com/spec/v1, 'is a git-lfs pointer, not the file itself: run git lfs pull'"
    })
    void aSceneThatCannotBeReadIsRefusedAndTheAnswerSaysWhatItIs(String start, String what) throws Exception {
        FakeScene scene = saved("refused", start);
        submit(scene, 1, 1, "")
                .then()
                .statusCode(400)
                .body(equalTo("Invalid input: blend '" + scene.blend() + "' " + what));
    }

    @ParameterizedTest
    @CsvSource({"BLENDER-v306", "BLENDER_V279", "BLENDER-v304"})
    void aSceneOfTheSameOrAnOlderMajorVersionIsRendered(String start) throws Exception {
        long job = post(saved("readable", start), 1, 1, "");
        assertThat(awaitEnd(job)).isEqualTo("Job completed");
        assertThat(json(job).getList("tags")).isEmpty();
    }

    @Test
    void aSceneThatWasReplacedByANewerOneFailsItsJobWithTheReason() throws Exception {
        FakeScene holding = FakeNode.scene("version-holds", "gated=yes");
        long first = post(holding, 1, 1, "");
        FakeScene scene = saved("replaced", "BLENDER-v304");
        long job = post(scene, 1, 1, "");
        Files.writeString(scene.file(), "BLENDER17-01v0502");
        holding.openAll();
        assertThat(awaitEnd(first)).isEqualTo("Job completed");
        assertThat(awaitEnd(job))
                .isEqualTo("Job failed: blend '" + scene.blend() + "' was saved by Blender 5.2, this node has 3.4.1");
        assertThat(scene.renderedNumbers()).isEmpty();
    }

    @Test
    void aJobIsTakenThatAnotherLivingNodeCanRead() throws Exception {
        FakeScene scene = saved("for-another", "BLENDER17-01v0502");
        nodes.take(NEWER);
        assertThat(admission.needs(scene.blend())).containsExactly("blender:5");
    }

    @Test
    void aJobThatNoLivingNodeReadsSaysSo() {
        RenderSpec spec = new RenderSpec(
                "scene.blend",
                "x_####",
                null,
                "CYCLES",
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
        long id = 77_000_001;
        jobs.insert(
                new Job(
                        id,
                        State.QUEUED,
                        null,
                        spec,
                        FrameList.range(1, 1),
                        0,
                        50,
                        null,
                        null,
                        null,
                        false,
                        false,
                        Instant.now(),
                        null,
                        null),
                List.of(BlenderTag.needed(5)),
                null,
                null,
                tasks -> {});
        try {
            assertThat(json(id).getString("reason")).isEqualTo("no living node offers Blender 5 or newer");
            assertThat(json(id).getList("tags")).isEmpty();
            nodes.take(NEWER);
            assertThat(json(id).getString("reason")).isNull();
        } finally {
            sql.update("DELETE FROM job WHERE id = ?", id);
        }
    }

    private static FakeScene saved(String name, String start) throws IOException {
        FakeScene scene = FakeNode.scene(name);
        Files.writeString(scene.file(), start);
        return scene;
    }
}
