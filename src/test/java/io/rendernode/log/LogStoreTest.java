package io.rendernode.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.FakeNode;
import io.rendernode.StoredJobs;
import io.rendernode.store.Sql;
import io.rendernode.store.StoreException;
import io.rendernode.store.TaskId;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs in the store, as those who ask another node read them. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class LogStoreTest {
    /** The most that a reader may hold. */
    private static final int PIECE_BYTES = 65_536;

    private static final long MAX_BYTES = 1 << 22;

    @Inject
    LogStore store;

    @Inject
    Sql sql;

    @Inject
    StoredJobs stored;

    @TempDir
    Path folder;

    private TaskId task;

    @BeforeEach
    void job() {
        task = stored.running(1);
    }

    @AfterEach
    void forget() {
        sql.update("DELETE FROM job WHERE id = ?", task.job());
    }

    @Test
    void aPartThatComesTwiceIsOne() {
        LogStore.Part part = new LogStore.Part(0, 6, "Fra:1\n");
        store.append(task, 1, part, MAX_BYTES);
        store.append(task, 1, part, MAX_BYTES);
        assertThat(store.from(task, 1, 0)).containsExactly(part);
    }

    @Test
    void aLongLogIsShippedAndReadInPieces() {
        Path file = folder.resolve("log");
        StringBuilder written = new StringBuilder();
        try (TaskLog log = new TaskLog(file, MAX_BYTES)) {
            for (int line = 0; line < 40_000; line++) {
                log.line("line " + line);
                written.append("line ").append(line).append('\n');
            }
        }
        Runnable shipment = store.shipment(file, task, 1, MAX_BYTES);
        shipment.run();
        shipment.run();

        StringBuilder read = new StringBuilder();
        List<Integer> pieces = new ArrayList<>();
        List<LogStore.Part> next = store.from(task, 1, 0);
        while (!next.isEmpty()) {
            assertThat(next).allSatisfy(part -> assertThat(part.text().length()).isLessThanOrEqualTo(PIECE_BYTES));
            pieces.add(next.stream().mapToInt(part -> part.text().length()).sum());
            next.forEach(part -> read.append(part.text()));
            next = store.from(task, 1, next.get(next.size() - 1).nextOffset());
        }
        assertThat(read.toString()).isEqualTo(written.toString());
        assertThat(pieces).hasSizeGreaterThan(4).allMatch(bytes -> bytes <= PIECE_BYTES);
    }

    @Test
    void aLogIsDeletedSomePartsAtATime() {
        for (int part = 0; part < 250; part++) {
            store.append(task, 1, new LogStore.Part(part, part + 1, "x"), MAX_BYTES);
        }
        // A delete that comes to the last part is undone as a whole.
        sql.update("CREATE TRIGGER stuck BEFORE DELETE ON log_part WHEN OLD.log_offset = 249"
                + " BEGIN SELECT RAISE(ABORT, 'stuck'); END");
        try {
            assertThatThrownBy(() -> store.delete(task.job())).isInstanceOf(StoreException.class);
        } finally {
            sql.update("DROP TRIGGER stuck");
        }
        assertThat(store.from(task, 1, 0)).hasSizeBetween(1, 100);
        store.delete(task.job());
        assertThat(store.from(task, 1, 0)).isEmpty();
    }

    @Test
    void whatLiesBehindAGapIsFound() {
        LogStore.Part far = new LogStore.Part(10_000_000, 10_000_006, "Fra:2\n");
        store.append(task, 1, far, MAX_BYTES);
        assertThat(store.from(task, 1, 0)).containsExactly(far);
    }
}
