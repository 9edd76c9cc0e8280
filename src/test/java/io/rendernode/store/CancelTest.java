package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.TestPostgres;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job's end on both databases, beside other jobs whose numbers begin alike. */
class CancelTest {
    private static final int TASKS = 10_000;

    @Test
    void aLargeJobOfAStandaloneNodeEnds(@TempDir Path folder) throws Exception {
        try (TestStore store = TestStore.sqlite(folder)) {
            cancelsWhatIsUnclaimed(store);
        }
    }

    /** In a database whose collation passes over punctuation, as those of many languages do: '123-' is '123' to it. */
    @Test
    void aLargeJobOfAFleetEndsWhateverTheCollation() throws Exception {
        String url = TestPostgres.newDatabase("TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'und-u-ka-shifted'");
        // A bound for what took 53 s: it takes a fraction of a second.
        try (TestStore store = TestStore.postgres(url + "&options=-c%20statement_timeout=20s")) {
            cancelsWhatIsUnclaimed(store);
        }
    }

    private static void cancelsWhatIsUnclaimed(TestStore store) {
        store.addJob(12, 2);
        store.addJob(123, TASKS);
        store.addJob(1230, 2);
        store.sql.update("UPDATE scheduled_tasks SET picked = ? WHERE task_instance = '123-0000007'", true);

        store.tasks.cancelUnclaimed(123, Instant.now());

        assertThat(store.tasks.waiting()).isEqualTo(4);
        assertThat(store.sql.list(
                        "SELECT position FROM task WHERE job_id = 123 AND state = 'queued'", row -> row.getInt(1)))
                .containsExactly(7);
        assertThat(store.count("task WHERE job_id = 123 AND state = 'canceled'"))
                .isEqualTo(TASKS - 1);
        assertThat(store.count("task WHERE job_id <> 123 AND state = 'queued'")).isEqualTo(4);
    }
}
