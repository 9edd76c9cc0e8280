package io.rendernode.fleet;

import io.rendernode.Ports;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A real PostgreSQL of the test's own, which can go away and come back at the same place with the same data. */
final class Postgres implements AutoCloseable {
    private final Path folder;
    private final int port;
    private EmbeddedPostgres server;

    /** Makes a new database in that folder and starts it. */
    Postgres(Path folder) throws IOException {
        this.folder = folder;
        this.port = Ports.free();
        start();
    }

    int port() {
        return port;
    }

    /** Starts it, on the data that are there. */
    void start() throws IOException {
        server = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Ends it and all connections to it. */
    void stop() throws IOException {
        server.close();
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    /** Makes a value of a row. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** A connection past all nodes. */
    Connection connect() throws SQLException {
        return server.getPostgresDatabase().getConnection();
    }

    /** How many statements that contain that text wait for a lock. */
    int waitingForLock(String part) throws SQLException {
        return list(
                        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE ?",
                        row -> true,
                        "%" + part + "%")
                .size();
    }

    /** What is really in the store, past all nodes. */
    <T> List<T> list(String select, Row<T> row, Object... parameters) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(select)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<T> values = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(row.read(rows));
                }
            }
            return values;
        }
    }
}
