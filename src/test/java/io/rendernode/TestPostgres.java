package io.rendernode;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** One real PostgreSQL for all tests that need no more than a database of their own in it; it ends with the tests. */
public final class TestPostgres {
    private static EmbeddedPostgres server;
    private static int databases;

    private TestPostgres() {}

    /**
     * Makes an empty database.
     *
     * @param options further words of CREATE DATABASE, or none
     * @return its JDBC URL, with the user in it
     */
    public static synchronized String newDatabase(String options) throws SQLException {
        if (server == null) {
            server = start();
        }
        String name = "test" + ++databases;
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " " + options);
        }
        return server.getJdbcUrl("postgres", name);
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder().setPGStartupWait(Await.LONGEST).start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
