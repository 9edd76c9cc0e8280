package io.rendernode.store;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration;
import io.quarkus.agroal.DataSource;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.flyway.FlywayDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;

/** Which database holds the store, SQLite or PostgreSQL, and what differs by it, but for claims: {@link QueueSql}. */
@ApplicationScoped
public class Database {
    private final boolean shared;
    private final AgroalDataSource dataSource;
    private final InjectableInstance<Flyway> flyway;

    Database(
            @ConfigProperty(name = "quarkus.datasource.postgresql.active") boolean shared,
            @ConfigProperty(name = "render.slots") int slots,
            @DataSource("sqlite") InjectableInstance<AgroalDataSource> sqlite,
            @DataSource("postgresql") InjectableInstance<AgroalDataSource> postgresql,
            @FlywayDataSource("sqlite") InjectableInstance<Flyway> sqliteFlyway,
            @FlywayDataSource("postgresql") InjectableInstance<Flyway> postgresqlFlyway) {
        this.shared = shared;
        this.dataSource = (shared ? postgresql : sqlite).get();
        AgroalConnectionPoolConfiguration pool = dataSource.getConfiguration().connectionPoolConfiguration();
        // As it is configured, for one slot; each further one may hold a connection while it waits for a disk or a
        // lock.
        pool.setMaxSize(pool.maxSize() + Math.max(0, slots - 1));
        this.flyway = shared ? postgresqlFlyway : sqliteFlyway;
    }

    /** The file that holds a standalone node's store, in the data folder. */
    public static Path file(Path dataFolder) {
        return dataFolder.resolve("render-node.db");
    }

    /** Whether several nodes share the store: a fleet. */
    public boolean isShared() {
        return shared;
    }

    /** Connections to the store. */
    public AgroalDataSource dataSource() {
        return dataSource;
    }

    /**
     * Brings the tables to this version; safe when several nodes do it at once.
     *
     * @throws StoreException if the store does not answer, or what is in it is not ours
     */
    public void migrate() {
        try {
            flyway.get().migrate();
        } catch (RuntimeException failure) {
            throw new StoreException(failure);
        }
    }

    /** The expression for the moment by the database's clock, in milliseconds since 1970 UTC. */
    public String nowMillis() {
        return shared
                ? "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
                : "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
    }

    /** The expression for the first transaction that has not ended; with SQLite, where one writes at a time, above all. */
    public String openTransactions() {
        return shared
                ? "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)"
                : Long.toString(Long.MAX_VALUE);
    }

    /**
     * The expression for a task's name in the queue, as {@link TaskId#instance} makes it, by its columns. Names are only
     * ever compared whole: what is less than what is up to the database's collation.
     */
    String queueName() {
        return shared ? "job_id || '-' || LPAD(CAST(position AS TEXT), 7, '0')" : "printf('%d-%07d', job_id, position)";
    }

    /** The expression for the number of the job that a row of the queue is of, as the queue's indexes have it. */
    String queueJob() {
        return queueJob(shared);
    }

    static String queueJob(boolean shared) {
        return shared ? "CAST(SPLIT_PART(task_instance, '-', 1) AS BIGINT)" : "CAST(task_instance AS INTEGER)";
    }

    /** The next job's number, where the store gives it; empty where a job's number is its first process's pid. */
    OptionalLong nextJobId(Sql sql) {
        return shared
                ? OptionalLong.of(sql.one("SELECT nextval('job_id')", row -> row.getLong(1)))
                : OptionalLong.empty();
    }

    /** Whether the store's own file is there, where it has one. */
    boolean exists(Path dataFolder) {
        return shared || Files.exists(file(dataFolder));
    }
}
