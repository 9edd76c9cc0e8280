package io.rendernode.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.ClaimedTask;
import io.rendernode.FakeNode;
import io.rendernode.scene.SceneStore.Known;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class SceneStoreTest {
    @Inject
    SceneStore store;

    @Test
    void whatIsKnownHoldsForOneStateOfTheFileAndAFailureForAWhile() {
        SceneReport report = SceneReport.parse("{\"scene\":\"S\",\"engine\":\"CYCLES\",\"first\":1,\"last\":9}")
                .orElseThrow();
        store.keep("a/b.blend", "1", "3.4.1", new Known(report, null), null);
        assertThat(store.find("a/b.blend", "1", "3.4.1")).contains(new Known(report, null));
        assertThat(store.find("a/b.blend", "2", "3.4.1")).isEmpty();
        assertThat(store.find("a/b.blend", "1", "4.5.3"))
                .as("another Blender's word")
                .isEmpty();
        assertThat(store.find("a/b.blend", "1", "")).contains(new Known(report, null));

        store.keep(
                "a/b.blend",
                "2",
                "3.4.1",
                new Known(null, "away"),
                Instant.now().plusSeconds(60));
        assertThat(store.find("a/b.blend", "1", "3.4.1")).isEmpty();
        assertThat(store.find("a/b.blend", "2", "3.4.1")).contains(new Known(null, "away"));
        store.keep(
                "a/b.blend",
                "2",
                "3.4.1",
                new Known(null, "away"),
                Instant.now().minusSeconds(1));
        assertThat(store.find("a/b.blend", "2", "3.4.1")).isEmpty();
    }

    @Test
    void aWantedReportIsMadeByOneNode() {
        store.want("wanted.blend");
        store.want("wanted.blend");
        assertThat(store.takeWanted()).contains("wanted.blend");
        assertThat(store.takeWanted()).isEmpty();
    }

    @Test
    void whatNoDatabaseTakesIsNotBroughtToOne() throws Exception {
        try (ClaimedTask task = new ClaimedTask(FakeNode.scene("forged"), 1, 1, "")) {
            long job = task.claim().task().job();
            String odd = "\\u0000\\ud800\\n" + "\\ud83d\\ude00".repeat(300);
            store.keep(
                    job,
                    SceneReport.parse("{\"engine\":\"" + odd + "\",\"warnings\":[{\"code\":\"missing_font\",\"name\":\""
                                    + odd + "\",\"message\":\"" + odd
                                    + "\"},{\"code\":\"made_up\",\"name\":\"n\",\"message\":\"m\"}]}")
                            .orElseThrow());
            assertThat(store.warnings(job))
                    .singleElement()
                    .satisfies(warning -> assertThat(warning.name())
                            .startsWith("???\ud83d\ude00")
                            .satisfies(name -> assertThat(name.codePoints()).hasSize(255)));
        }
    }

    @Test
    void aWarningIsToldOnceHoweverManyTasksSeeIt() throws Exception {
        try (ClaimedTask task = new ClaimedTask(FakeNode.scene("warned"), 1, 1, "")) {
            long job = task.claim().task().job();
            SceneWarning image = SceneWarning.of(WarningCode.MISSING_IMAGE, "x".repeat(300), "gone");
            SceneWarning font = SceneWarning.of(WarningCode.MISSING_FONT, "f", "gone");
            store.warn(job, List.of(image, font));
            store.warn(job, List.of(font, image, SceneWarning.of(WarningCode.SCENE_CHANGED, "s", "changed")));
            assertThat(store.warnings(job))
                    .extracting(SceneWarning::code)
                    .containsExactly("missing_image", "missing_font", "scene_changed");
        }
        store.warn(123_456_789, List.of(SceneWarning.of(WarningCode.MORE, "1", "of a job that is forgotten")));
        assertThat(store.warnings(123_456_789)).isEmpty();
    }
}
