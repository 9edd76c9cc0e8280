package io.rendernode.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.rendernode.queue.RenderQueue;
import io.rendernode.store.Claims;
import io.rendernode.store.QueueSql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.flywaydb.core.Flyway;

/**
 * How many tasks that take no time a second nodes claim and finish together through one PostgreSQL, by the number of
 * nodes; then what 64 nodes ask of it that have nothing to do. Each node is a queue as {@link RenderQueue} sets it up,
 * with one slot and a pool of its own; all are in this one process.
 *
 * <p>It reads DB_URL, DB_USER and DB_PASSWORD_FILE; the database must have no tasks, and PostgreSQL room for 330
 * connections. Arguments: a folder, which it leaves alone; seconds of each measurement (15), numbers of nodes (1,4,16,64),
 * of how many jobs the tasks are (100).
 */
final class ClaimBenchmark {
    private static final int WAITING_TASKS = 200_000;
    private static final int IDLE_NODES = 64;

    /** PostgreSQL counts what a connection did before it fell idle up to 10 s later. */
    private static final Duration WARM_UP = Duration.ofSeconds(12);

    private final String url = System.getenv("DB_URL");
    private final String user = System.getenv("DB_USER");
    private final String password;
    private final Duration time;
    private final int jobs;
    private final LongAdder finished = new LongAdder();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

    private ClaimBenchmark(String password, Duration time, int jobs) {
        this.jobs = jobs;
        this.password = password;
        this.time = time;
    }

    public static void main(String[] arguments) throws Exception {
        Duration time = Duration.ofSeconds(arguments.length > 1 ? Long.parseLong(arguments[1]) : 15);
        String counts = arguments.length > 2 ? arguments[2] : "1,4,16,64";
        String password =
                Files.readString(Path.of(System.getenv("DB_PASSWORD_FILE"))).strip();
        ClaimBenchmark benchmark =
                new ClaimBenchmark(password, time, arguments.length > 3 ? Integer.parseInt(arguments[3]) : 100);
        try (AgroalDataSource own = benchmark.pool()) {
            Flyway.configure()
                    .dataSource(own)
                    .locations("db/common", "db/postgresql")
                    .load()
                    .migrate();
            if (number(own, "SELECT COUNT(*) FROM scheduled_tasks") > 0) {
                throw new IllegalStateException("this database has tasks: name an empty one");
            }
            System.out.printf("%5s %9s %13s %12s%n", "nodes", "tasks/s", "statements/s", "connections");
            for (String count : counts.split(",", -1)) {
                benchmark.measure(own, Integer.parseInt(count), WAITING_TASKS);
            }
            System.out.println("with nothing to do:");
            benchmark.measure(own, IDLE_NODES, 0);
        }
    }

    private void measure(AgroalDataSource own, int count, int tasks) throws Exception {
        fill(own, tasks);
        List<AgroalDataSource> pools = new ArrayList<>();
        List<Scheduler> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                pools.add(pool());
                nodes.add(node(pools.get(i), "node-" + i));
            }
            nodes.forEach(Scheduler::start);
            TimeUnit.MILLISECONDS.sleep(WARM_UP.toMillis());
            long tasksBefore = finished.sum();
            long statementsBefore = statements(own);
            long begin = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
            double seconds = (System.nanoTime() - begin) / 1e9;
            double tasksPerSecond = (finished.sum() - tasksBefore) / seconds;
            double statementsPerSecond = (statements(own) - statementsBefore) / seconds;
            long connections =
                    number(own, "SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'") - 1;
            if (failure.get() != null) {
                throw failure.get();
            }
            if (tasks > 0 && number(own, "SELECT COUNT(*) FROM scheduled_tasks WHERE NOT picked") == 0) {
                throw new IllegalStateException("the tasks ran out: measure for a shorter time");
            }
            System.out.printf("%5d %9.0f %13.0f %12d%n", count, tasksPerSecond, statementsPerSecond, connections);
        } finally {
            nodes.parallelStream().forEach(Scheduler::stop);
            pools.forEach(AgroalDataSource::close);
            update(own, "TRUNCATE scheduled_tasks");
            update(own, "DELETE FROM job");
        }
    }

    /** A node's queue. A task's end is the same statement that {@link Claims} ends a claim with. */
    private Scheduler node(AgroalDataSource pool, String name) {
        AtomicReference<Scheduler> self = new AtomicReference<>();
        CustomTask<Void> task = Tasks.custom(Claims.TASK_NAME, Void.class).execute((instance, context) -> {
            CompletionHandler<Void> end = (complete, operations) -> {
                try {
                    operations.remove();
                    finished.increment();
                } catch (RuntimeException refused) {
                    failure.set(refused);
                }
                self.get().triggerCheckForDueExecutions();
            };
            return end;
        });
        self.set(RenderQueue.settings(pool, task, new QueueSql(true, List::of))
                .schedulerName(new SchedulerName.Fixed(name))
                .threads(1)
                .pollingInterval(Duration.ofSeconds(1))
                .heartbeatInterval(Duration.ofSeconds(3))
                .shutdownMaxWait(Duration.ofSeconds(5))
                .build());
        return self.get();
    }

    private AgroalDataSource pool() throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.maxSize(5)
                        .acquisitionTimeout(Duration.ofSeconds(30))
                        .connectionFactoryConfiguration(connection -> connection
                                .jdbcUrl(url)
                                .principal(new NamePrincipal(user))
                                .credential(new SimplePassword(password)))));
    }

    private void fill(AgroalDataSource own, int tasks) throws SQLException {
        update(
                own,
                "INSERT INTO job (id, state, request, first_frame, last_frame, priority, submitted_at)"
                        + " SELECT n, 'queued', '{}', 1, 1, 50, n FROM generate_series(1, " + jobs + ") n");
        update(
                own,
                "INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version, priority)"
                        + " SELECT '" + Claims.TASK_NAME + "', (n % " + jobs + " + 1) || '-' || n, now(), false, 1, 50"
                        + " FROM generate_series(1, " + tasks + ") n");
        update(own, "VACUUM ANALYZE scheduled_tasks");
        update(own, "VACUUM ANALYZE job");
    }

    /** Each statement of these schedulers is a transaction of its own. */
    private static long statements(AgroalDataSource own) throws SQLException {
        return number(
                own, "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()");
    }

    private static long number(AgroalDataSource own, String query) throws SQLException {
        try (Connection connection = own.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void update(AgroalDataSource own, String change) throws SQLException {
        try (Connection connection = own.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(change);
        }
    }
}
