package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script that restores a standalone node's store takes, and what it refuses. */
class RestoreTest {
    @TempDir
    private Path folder;

    private Path store;
    private String url;

    @BeforeEach
    void makeStore() {
        store = folder.resolve("backup.db");
        url = "jdbc:sqlite:" + store;
        Flyway.configure()
                .dataSource(url, null, null)
                .locations("db/common", "db/sqlite")
                .load()
                .migrate();
    }

    @Test
    void a_store_of_this_version_waits_for_the_next_start() throws Exception {
        assertThat(restore()).contains("A store of 0 jobs takes its place");
        assertThat(folder.resolve("render-node.db.restored")).hasSameBinaryContentAs(store);
    }

    @Test
    void a_store_of_a_newer_version_is_refused_and_leaves_nothing() throws Exception {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE flyway_schema_history SET version = '1000' WHERE version = '1'");
        }
        assertThat(restore()).contains("newer version").contains("1000").contains("Nothing was changed");
        assertThat(folder).isDirectoryNotContaining("glob:**.{restored,part}");
    }

    private String restore() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "deploy/image/restore")
                .redirectInput(store.toFile())
                .redirectErrorStream(true);
        builder.environment().put("DATA_DIR", folder.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
