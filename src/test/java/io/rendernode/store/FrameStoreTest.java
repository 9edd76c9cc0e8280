package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.FakeNode;
import io.rendernode.StoredJobs;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames on record: each counts once, however often it is written. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class FrameStoreTest {
    private static final int FRAMES = 20_000;

    @Inject
    FrameStore frames;

    @Inject
    JobStore jobs;

    @Inject
    Sql sql;

    @Inject
    StoredJobs stored;

    private TaskId task;

    @BeforeEach
    void job() {
        task = stored.running(FRAMES);
    }

    @AfterEach
    void forget() {
        sql.update("DELETE FROM job WHERE id = ?", task.job());
    }

    @Test
    void aFrameThatIsWrittenTwiceCountsOnce() {
        write(7, 3.0, "_L", "_R");
        write(7, 3.0, "_L", "_R");
        assertThat(jobs.find(task.job()).orElseThrow().framesDone()).isEqualTo(1);
        assertThat(frames.averageSeconds(task.job())).contains(3.0);
    }

    @Test
    void theAverageIsOfTheFramesWhoseTimeIsKnown() {
        assertThat(frames.averageSeconds(task.job())).isEmpty();
        write(1, null, "");
        assertThat(frames.averageSeconds(task.job())).isEmpty();
        write(2, 1.0, "_L", "_R");
        write(3, 4.0, "_L", "_R");
        assertThat(frames.averageSeconds(task.job())).contains(2.5);
    }

    @Test
    void theAverageOfManyFramesLooksAtNoneOfThem() {
        String plan = String.join(
                "\n",
                sql.list(
                        "EXPLAIN QUERY PLAN " + FrameStore.AVERAGE_SECONDS,
                        row -> row.getString("detail"),
                        task.job()));
        assertThat(plan).contains("SEARCH job").doesNotContain("frame");
    }

    @Test
    void aPageHasAllViewsOfItsFrames() {
        IntStream.rangeClosed(1, 5).forEach(number -> write(number, 1.0, "_L", "_M", "_R"));
        assertThat(numbers(1, 2)).containsExactly(1, 1, 1, 2, 2, 2);
        assertThat(numbers(3, 2)).containsExactly(3, 3, 3, 4, 4, 4);
        assertThat(numbers(5, 2)).containsExactly(5, 5, 5);
        assertThat(numbers(6, 2)).isEmpty();
    }

    @Test
    void whatFileOutputNodesWroteIsListedBehindTheFrame() {
        sql.transaction(() -> frames.insert(List.of(file(1, "Depth/Z", ""), file(1, "", "_R"), file(1, "", "_L"))));
        sql.transaction(() -> frames.insert(List.of(file(2, "", ""), file(2, "Depth/Z", ""))));
        assertThat(frames.ofJob(task.job(), 1, 1))
                .extracting(file -> file.output() + file.viewSuffix())
                .containsExactly("_L", "_R", "Depth/Z");
        assertThat(frames.find(task.job(), 2)).extracting(FrameFile::output).containsExactly("", "Depth/Z");
        // One that counts already stays as it is, with all its files.
        sql.transaction(() -> frames.insert(List.of(file(2, "", ""), file(2, "Depth/Mist", ""))));
        assertThat(frames.find(task.job(), 2)).extracting(FrameFile::output).containsExactly("", "Depth/Z");
        assertThat(jobs.find(task.job()).orElseThrow().framesDone()).isEqualTo(2);
    }

    private FrameFile file(int number, String output, String view) {
        return new FrameFile(
                task, number, output, view, 1, "f" + number + output + view, 1, Instant.EPOCH, 1, 1.0, Instant.now());
    }

    private List<Integer> numbers(int from, int limit) {
        return frames.ofJob(task.job(), from, limit).stream()
                .map(FrameFile::number)
                .toList();
    }

    private void write(int number, Double seconds, String... views) {
        sql.transaction(() -> frames.insert(Arrays.stream(views)
                .map(view -> new FrameFile(
                        task,
                        number,
                        "",
                        view,
                        1,
                        "f_" + number + view + ".png",
                        100,
                        Instant.EPOCH,
                        number,
                        seconds,
                        Instant.now()))
                .toList()));
    }
}
