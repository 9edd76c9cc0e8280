package io.rendernode.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.ClaimedTask;
import io.rendernode.FakeNode;
import io.rendernode.image.ImageType;
import io.rendernode.image.TestImages;
import io.rendernode.store.Claims.LostClaimException;
import io.rendernode.store.FrameStore;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class ExistingFramesTest {
    private static final int FRAMES = 250;
    private static final FramePattern PATTERN = FramePattern.parse("there/x_####");

    @Inject
    ExistingFrames existing;

    @Inject
    FrameStore frames;

    @Test
    void theyCountInStepsBetweenWhichTheLookCanBeEnded() throws IOException {
        Path output = Files.createDirectories(FakeNode.output().resolve("there"));
        for (int frame = 1; frame <= FRAMES; frame++) {
            Files.write(
                    output.resolve(PATTERN.fileName(frame, ImageType.PNG, "").substring(6)), TestImages.png(2, 2, 1));
        }
        try (ClaimedTask task = new ClaimedTask(FakeNode.scene("there"), 1, FRAMES, "")) {
            Set<Integer> missing =
                    IntStream.rangeClosed(1, FRAMES).boxed().collect(Collectors.toCollection(TreeSet::new));
            Iterator<Boolean> stop = List.of(false, true).iterator();

            existing.count(task.claim(), PATTERN, ImageType.PNG, missing, stop::next);

            assertThat(missing.size()).isBetween(FRAMES - 100, FRAMES - 1);
            assertThat(counting(task)).as("seen to go on").isEqualTo(FRAMES - missing.size());
            existing.count(task.claim(), PATTERN, null, missing, () -> false);
            assertThat(missing).isEmpty();
            assertThat(counting(task)).isEqualTo(FRAMES);

            missing.add(1);
            task.lose();
            assertThatThrownBy(() -> existing.count(task.claim(), PATTERN, null, missing, () -> false))
                    .isInstanceOf(LostClaimException.class);
        }
    }

    private int counting(ClaimedTask task) {
        return frames.ofJob(task.claim().task().job(), 0, 1000).size();
    }
}
