package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** KEDA's query, on a real PostgreSQL with the program's own tables. */
class KubernetesScalingQueryTest {
    @Test
    void counts_scenes_asked_about_and_tasks_but_for_those_with_tags_and_what_waits_of_paused_jobs() throws Exception {
        String query = KubernetesOverlays.render("fleet-keda").stream()
                .filter(object -> "ScaledObject".equals(object.get("kind").asText()))
                .map(object -> object.at("/spec/triggers/0/metadata/query").asText())
                .findFirst()
                .orElseThrow();
        String url = TestPostgres.newDatabase("");
        Flyway.configure()
                .dataSource(url, null, null)
                .locations("db/common", "db/postgresql")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            assertThat(count(statement, query)).isZero();
            addJob(statement, 7);
            addTask(statement, "7-0", false);
            addTask(statement, "7-1", true);
            addJob(statement, 8);
            statement.execute("INSERT INTO job_tag VALUES (8, 'gpu')");
            addTask(statement, "8-0", false);
            statement.execute("INSERT INTO job_tag VALUES (7, 'blender:3'), (7, 'scenes:sent')");
            addJob(statement, 9);
            statement.execute("UPDATE job SET paused = 1 WHERE id = 9");
            addTask(statement, "9-0", true);
            addTask(statement, "9-1", false);
            assertThat(count(statement, query)).isEqualTo(3);
            statement.execute("INSERT INTO scene_wanted VALUES ('one.blend'), ('two.blend')");
            assertThat(count(statement, query)).isEqualTo(5);
            statement.execute("DELETE FROM scheduled_tasks");
            assertThat(count(statement, query)).isEqualTo(2);
            statement.execute("DELETE FROM scene_wanted");
            assertThat(count(statement, query)).isZero();
        }
    }

    private static int count(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void addJob(Statement statement, int id) throws SQLException {
        statement.execute("INSERT INTO job (id, state, request, first_frame, last_frame, priority, submitted_at)"
                + " VALUES (" + id + ", 'queued', '{}', 1, 2, 50, 0)");
    }

    private static void addTask(Statement statement, String instance, boolean picked) throws SQLException {
        statement.execute("INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version)"
                + " VALUES ('render', '" + instance + "', now(), " + picked + ", 1)");
    }
}
