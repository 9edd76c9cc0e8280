package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStoreTest {

    @Test
    void aNodeLivesForSixHeartbeatsAndIsForgottenAfterADay(@TempDir Path folder) throws Exception {
        try (TestStore store = TestStore.sqlite(folder)) {
            tellOf(store, "here", Duration.ZERO);
            tellOf(store, "quiet", Duration.ofSeconds(19));
            tellOf(store, "asleep", Duration.ofHours(23));
            tellOf(store, "gone", Duration.ofHours(25));
            assertThat(store.nodes.silence()).isEqualTo(Duration.ofSeconds(18));
            assertThat(store.nodes.living())
                    .extracting(NodeStore.NodeRecord::name)
                    .containsExactly("here");

            store.nodes.forgetGone();

            assertThat(store.sql.list("SELECT name FROM node ORDER BY name", row -> row.getString(1)))
                    .containsExactly("asleep", "here", "quiet");
        }
    }

    private static void tellOf(TestStore store, String name, Duration ago) {
        Instant start = Instant.EPOCH;
        store.nodes.take(
                new NodeStore.NodeRecord(name, "home", "instance", 1, 0, List.of(), "4.2", false, start, start));
        store.sql.update("UPDATE node SET last_seen_at = last_seen_at - ? WHERE name = ?", ago.toMillis(), name);
    }
}
