package io.rendernode.store;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.narayana.jta.QuarkusTransactionException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Runs SQL on the store. A statement inside {@link #transaction} is part of it; one outside stands alone. Each method
 * throws a {@link StoreException} where the store fails. Of the parameters a {@link TaskId} stands for two and a {@link
 * FrameList} for three, in their order; a moment is kept in milliseconds since 1970 UTC, a state and an outcome by its label.
 */
@ApplicationScoped
public class Sql {

    /** Makes a value of a row. */
    @FunctionalInterface
    public interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private final Database database;
    private final Circuit circuit = new Circuit();

    Sql(Database database) {
        this.database = database;
    }

    /** Whether a caller who can do without the store is to ask it: not while others find out whether it is back. */
    public boolean mayAsk() {
        return circuit.mayAsk(System.nanoTime());
    }

    /** Runs the work in one transaction, or in the one that is open already; anything thrown rolls it back. */
    public <T> T transaction(Supplier<T> work) {
        try {
            return QuarkusTransaction.joiningExisting().call(work::get);
        } catch (QuarkusTransactionException failure) {
            throw new StoreException(failure);
        }
    }

    /** Runs the work in one transaction, or in the one that is open already; anything thrown rolls it back. */
    public void transaction(Runnable work) {
        transaction(() -> {
            work.run();
            return null;
        });
    }

    /** Changes rows and gives how many. */
    public int update(String statement, Object... parameters) {
        return run(statement, parameters, PreparedStatement::executeUpdate);
    }

    /** Changes rows for each list of parameters, in one batch. */
    void batch(String statement, List<Object[]> parameterLists) {
        run(statement, new Object[0], prepared -> {
            for (Object[] parameters : parameterLists) {
                bind(prepared, parameters);
                prepared.addBatch();
            }
            return prepared.executeBatch();
        });
    }

    /** Reads all rows. */
    public <T> List<T> list(String statement, RowMapper<T> mapper, Object... parameters) {
        return run(statement, parameters, prepared -> {
            try (ResultSet rows = prepared.executeQuery()) {
                List<T> values = new ArrayList<>();
                while (rows.next()) {
                    values.add(mapper.map(rows));
                }
                return values;
            }
        });
    }

    /** Reads the first row, if there is one. */
    public <T> Optional<T> first(String statement, RowMapper<T> mapper, Object... parameters) {
        return list(statement, mapper, parameters).stream().findFirst();
    }

    /** Reads the one row that there must be. */
    public <T> T one(String statement, RowMapper<T> mapper, Object... parameters) {
        return list(statement, mapper, parameters).get(0);
    }

    /** The moment in that column, or null. */
    static Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    /** The number in that column, or null. */
    public static Integer integer(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    /** The number in that column, or null. */
    static Double number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : (Double) value;
    }

    @FunctionalInterface
    private interface StatementWork<T> {
        T run(PreparedStatement prepared) throws SQLException;
    }

    private <T> T run(String statement, Object[] parameters, StatementWork<T> work) {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            bind(prepared, parameters);
            T result = work.run(prepared);
            circuit.answered();
            return result;
        } catch (SQLException failure) {
            StoreException told = new StoreException(failure);
            if (told.isAway()) {
                circuit.failed(System.nanoTime());
            }
            throw told;
        }
    }

    private static void bind(PreparedStatement prepared, Object[] parameters) throws SQLException {
        int next = 1;
        for (Object parameter : parameters) {
            for (Object column : columns(parameter)) {
                prepared.setObject(next++, column);
            }
        }
    }

    private static Object[] columns(Object parameter) {
        if (parameter instanceof TaskId task) {
            return new Object[] {task.job(), task.position()};
        }
        if (parameter instanceof FrameList frames) {
            return new Object[] {frames.first(), frames.last(), frames.isRange() ? null : frames.toString()};
        }
        return new Object[] {
            parameter instanceof Instant moment
                    ? moment.toEpochMilli()
                    : parameter instanceof State state
                            ? state.label()
                            : parameter instanceof Outcome outcome ? outcome.label() : parameter
        };
    }

    /** Remembers that no connection to the store could be had: of those who can do without, one a second finds out anew. */
    static final class Circuit {
        private static final long PAUSE = Duration.ofSeconds(1).toNanos();

        private final AtomicLong nextTry = new AtomicLong();
        private volatile boolean away;

        /**
         * Whether to ask the store: it answered last, or nobody has asked for a second.
         *
         * @param now by the monotonic clock, in nanoseconds
         */
        boolean mayAsk(long now) {
            if (!away) {
                return true;
            }
            long due = nextTry.get();
            return now - due >= 0 && nextTry.compareAndSet(due, now + PAUSE);
        }

        /** The store has answered. */
        void answered() {
            away = false;
        }

        /**
         * There was no connection to be had, or it broke.
         *
         * @param now by the monotonic clock, in nanoseconds
         */
        void failed(long now) {
            nextTry.set(now + PAUSE);
            away = true;
        }
    }
}
