package io.rendernode.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.quarkus.arc.InjectableInstance;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;

/** The program's own store on a real database, without the program: transactions are the thread's. */
public final class TestStore implements AutoCloseable {
    private static final ThreadLocal<Connection> TRANSACTION = new ThreadLocal<>();
    private static final RenderSpec SPEC = new RenderSpec(
            "scene.blend",
            "frame_####",
            null,
            "CYCLES",
            null,
            null,
            null,
            null,
            1,
            null,
            false,
            null,
            null,
            false,
            false,
            null);

    private final AgroalDataSource pool;
    public final Database database;
    public final Sql sql;
    public final Claims claims;
    public final JobStore jobs;
    public final TaskStore tasks;
    public final AttemptStore attempts;
    public final NodeStore nodes;

    private TestStore(boolean shared, String url, String user) throws SQLException {
        pool = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(settings -> settings.maxSize(8)
                        .acquisitionTimeout(Duration.ofSeconds(30))
                        .connectionFactoryConfiguration(
                                connection -> connection.jdbcUrl(url).principal(new NamePrincipal(user)))));
        Flyway.configure()
                .dataSource(pool)
                .locations("db/common", shared ? "db/postgresql" : "db/sqlite")
                .load()
                .migrate();
        InjectableInstance<AgroalDataSource> ours = instance(dataSource());
        database = new Database(shared, 1, ours, ours, null, null);
        sql = new Sql(database) {
            @Override
            public <T> T transaction(Supplier<T> work) {
                return inTransaction(work);
            }
        };
        claims = new Claims(sql);
        nodes = new NodeStore(sql, database, Duration.ofSeconds(3));
        tasks = new TaskStore(sql, database, nodes);
        jobs = new JobStore(sql, database, new ObjectMapper(), tasks);
        attempts = new AttemptStore(sql);
    }

    /** A standalone node's store in that folder. */
    public static TestStore sqlite(Path folder) throws SQLException {
        String options = "?journal_mode=WAL&foreign_keys=true&busy_timeout=30000&transaction_mode=IMMEDIATE";
        return new TestStore(false, "jdbc:sqlite:" + folder.resolve("store.db") + options, "");
    }

    /** A fleet's store in that empty database. */
    public static TestStore postgres(String url) throws SQLException {
        return new TestStore(true, url, "postgres");
    }

    /** Writes a job of so many tasks, all queued and in the line; a node must offer what it needs. */
    public void addJob(long id, int count, String... needs) {
        Job job = new Job(
                id,
                State.QUEUED,
                null,
                SPEC,
                FrameList.range(1, count),
                0,
                50,
                null,
                null,
                null,
                false,
                false,
                Instant.now(),
                null,
                null);
        jobs.insert(
                job,
                List.of(needs),
                null,
                null,
                queued -> sql.batch(
                        "INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version, priority)"
                                + " VALUES ('render', ?, ?, ?, 1, 50)",
                        queued.stream()
                                .map(task ->
                                        new Object[] {task.instance(), Timestamp.from(Instant.ofEpochMilli(id)), false})
                                .toList()));
    }

    /** How many rows there are of that table, which a condition may follow. */
    public int count(String table) {
        return sql.one("SELECT COUNT(*) FROM " + table, row -> row.getInt(1));
    }

    /** Runs the work in the thread's transaction, or in a new one. */
    private <T> T inTransaction(Supplier<T> work) {
        if (TRANSACTION.get() != null) {
            return work.get();
        }
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            TRANSACTION.set(connection);
            try {
                T value = work.get();
                connection.commit();
                return value;
            } finally {
                TRANSACTION.remove();
                connection.rollback();
            }
        } catch (SQLException failure) {
            throw new StoreException(failure);
        }
    }

    private AgroalDataSource dataSource() {
        return proxy(AgroalDataSource.class, (self, method, arguments) -> {
            Connection open = TRANSACTION.get();
            return open == null || !method.getName().equals("getConnection")
                    ? method.invoke(pool, arguments)
                    : proxy(
                            Connection.class,
                            (connection, call, values) ->
                                    call.getName().equals("close") ? null : call.invoke(open, values));
        });
    }

    static InjectableInstance<AgroalDataSource> instance(AgroalDataSource dataSource) {
        return proxy(InjectableInstance.class, (self, method, arguments) -> dataSource);
    }

    @SuppressWarnings("unchecked")
    private static <T> T proxy(Class<? super T> type, InvocationHandler handler) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
            try {
                return handler.invoke(self, method, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        });
    }

    @Override
    public void close() {
        pool.close();
    }
}
