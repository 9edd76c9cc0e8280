package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that soon takes a Blender for stalled: which one it takes for that, and which one not. */
@TimeDependent
class StallIT {
    @TempDir
    Path folder;

    @Test
    void aBlenderThatHangsIsStoppedAndOneThatIsSlowIsNot() throws Exception {
        FakeScene hanging = scene("hanging", "fault=ignore-signals", "fault_frame=2");
        FakeScene slow = scene("slow", "fault=slow-samples", "sample_seconds=0.3");
        try (NodeProcess node = NodeProcess.start(folder, variables())) {
            long stalled = node.post("{\"from\":1,\"to\":2,\"blend\":\"" + hanging.blend() + "\"}");
            long patient = node.post("{\"from\":1,\"to\":1,\"blend\":\"" + slow.blend() + "\"}");
            assertThat(node.awaitEnd(stalled)).startsWith("Job failed: Blender showed no sign of progress");
            assertThat(node.json(stalled)).contains("\"outcome\":\"stalled\"", "\"signal\":\"SIGKILL\"");
            assertThat(node.awaitEnd(patient)).isEqualTo("Job completed");
            assertThat(node.json(patient)).doesNotContain("stalled");
        }
    }

    private Map<String, String> variables() {
        return Map.of(
                "BLENDER_PATH",
                FakeScene.blender().toString(),
                "RENDER_SANDBOX",
                "off",
                "BLEND_FILE_PATH",
                folder.resolve("blend/scene.blend").toString(),
                "RENDER_SLOTS",
                "2",
                "RENDER_NICE",
                "0",
                "RENDER_ATTEMPTS",
                "1",
                "RENDER_STOP_GRACE",
                "1s",
                // Less than the sixteen samples of the slow one take together.
                "RENDER_STALL_TIMEOUT",
                "4s");
    }

    private FakeScene scene(String name, String... behaviour) {
        new FakeScene(folder.resolve("blend"));
        FakeScene made = new FakeScene(folder.resolve("blend").resolve(name));
        made.behave(behaviour);
        return made;
    }
}
