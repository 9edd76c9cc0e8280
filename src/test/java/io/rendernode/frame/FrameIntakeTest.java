package io.rendernode.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.ClaimedTask;
import io.rendernode.FakeNode;
import io.rendernode.frame.FrameIntake.Arrival;
import io.rendernode.frame.FrameIntake.View;
import io.rendernode.image.TestImages;
import io.rendernode.store.Claims.LostClaimException;
import io.rendernode.store.Database;
import io.rendernode.store.FrameStore;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class FrameIntakeTest {
    private static final byte[] FRAME = TestImages.png(20, 10, 1);

    @Inject
    FrameIntake intake;

    @Inject
    FrameStore frames;

    @Inject
    Database database;

    @TempDir
    Path folder;

    /** SQLite has one writer: with the move inside its transaction a slow disk would keep the whole node waiting. */
    @Test
    void aFileIsInPlaceBeforeTheStoreIsAskedToWriteAndCountsAfter() throws Exception {
        try (ClaimedTask task = new ClaimedTask(FakeNode.scene("intake"), 1, 1, "")) {
            Path file = Files.write(folder.resolve("a.png"), FRAME);
            Path place = FakeNode.output().resolve("intake/a_1.png");
            CompletableFuture<Void> accepted;
            try (Connection other = database.dataSource().getConnection()) {
                other.setAutoCommit(false);
                other.createStatement().executeUpdate("UPDATE job SET frames_done = frames_done");
                accepted = CompletableFuture.runAsync(() -> accept(task, file, "intake/a_#"));

                Await.until(() -> Files.exists(place));

                assertThat(counting(task)).isZero();
                other.rollback();
            }
            accepted.join();
            assertThat(counting(task)).isEqualTo(1);
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void aSecondNameOfAnothersFileIsNoFrame() throws Exception {
        try (ClaimedTask task = new ClaimedTask(FakeNode.scene("intake"), 1, 1, "")) {
            Path others = Files.write(FakeNode.output().resolve("others.png"), FRAME);
            Path file = Files.createLink(folder.resolve("l.png"), others);

            assertThatThrownBy(() -> accept(task, file, "intake/l_#"))
                    .hasMessageContaining("not one that was made for it");

            assertThat(counting(task)).isZero();
            assertThat(others).hasBinaryContent(FRAME);
            Files.delete(file);
            Files.createSymbolicLink(file, others);
            assertThatThrownBy(() -> accept(task, file, "intake/l_#")).hasMessageContaining("no regular file");
        }
    }

    @Test
    void whatWasMovedButNotRecordedComesAgain() throws Exception {
        try (ClaimedTask task = new ClaimedTask(FakeNode.scene("intake"), 1, 1, "")) {
            Path file = Files.write(folder.resolve("b.png"), FRAME);
            Path place = FakeNode.output().resolve("intake/b_1.png");
            Files.createDirectories(place.getParent());
            Files.createLink(place, file);

            accept(task, file, "intake/b_#");

            assertThat(counting(task)).isEqualTo(1);
            assertThat(place).hasBinaryContent(FRAME);
            assertThat(file).doesNotExist();
            assertThat(place.getParent()).isDirectoryNotContaining("glob:**/.render-node*");
        }
    }

    @Test
    void aLostClaimMovesNothing() throws Exception {
        try (ClaimedTask task = new ClaimedTask(FakeNode.scene("intake"), 1, 1, "")) {
            Path file = Files.write(folder.resolve("c.png"), FRAME);
            task.lose();

            assertThatThrownBy(() -> accept(task, file, "intake/c_#")).isInstanceOf(LostClaimException.class);

            assertThat(file).exists();
            assertThat(FakeNode.output().resolve("intake/c_1.png")).doesNotExist();
        }
    }

    private void accept(ClaimedTask task, Path file, String pattern) {
        try {
            intake.accept(new Arrival(
                    task.claim(), 1, 1, List.of(new View(file, "", "")), FramePattern.parse(pattern), null));
        } catch (java.io.IOException | io.rendernode.image.TornImageException failure) {
            throw new AssertionError(failure);
        }
    }

    private int counting(ClaimedTask task) {
        return frames.find(task.claim().task().job(), 1).size();
    }
}
