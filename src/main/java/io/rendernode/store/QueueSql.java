package io.rendernode.store;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.task.Execution;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * How db-scheduler claims tasks: in one statement, as many as asked for and no more, the highest priority first, then the
 * one that waits longest, then in the order of the job's frames. A task's place in the line is the moment it was due
 * first: who claims it gets that as its execution time, whatever it waited for in between.
 */
public final class QueueSql extends DefaultJdbcCustomization {
    private static final String MAY_CLAIM =
            " AND NOT EXISTS (SELECT 1 FROM job_tag WHERE job_id = CAST(SPLIT_PART(task_instance, '-', 1) AS BIGINT)"
                    + " AND tag <> ALL (?)) AND NOT EXISTS (SELECT 1 FROM task_unfit_node AS unfit"
                    + " WHERE unfit.task_instance = scheduled_tasks.task_instance AND unfit.node = ?)";

    private final boolean shared;
    private final Supplier<List<String>> offer;

    /**
     * For PostgreSQL, where several nodes claim at once, each only what it can render; or for SQLite, which has one writer
     * at a time, and whose node has refused a job that asks for what it does not offer.
     *
     * @param shared whether it is PostgreSQL
     * @param offer what this node offers at the moment: in a fleet it claims no task of a job that needs more
     */
    public QueueSql(boolean shared, Supplier<List<String>> offer) {
        super(!shared);
        this.shared = shared;
        this.offer = offer;
    }

    @Override
    public String getName() {
        return shared ? "PostgreSQL" : "SQLite";
    }

    @Override
    public String getQueryLimitPart(int limit) {
        return " LIMIT " + limit;
    }

    @Override
    public boolean supportsSingleStatementLockAndFetch() {
        return true;
    }

    @Override
    public List<Execution> lockAndFetchSingleStatement(
            JdbcTaskRepositoryContext context, Instant now, int limit, boolean orderByPriority) {
        String order = " ORDER BY priority DESC, COALESCE(place, execution_time), task_instance ";
        // PostgreSQL may run a subselect once for each row that it looks at, and its LIMIT each time anew.
        String claim = "WITH due AS MATERIALIZED (SELECT task_name, task_instance FROM " + context.tableName
                + " WHERE picked = ? AND execution_time <= ?" + (shared ? MAY_CLAIM : "") + order
                + getQueryLimitPart(limit)
                + (shared ? " FOR UPDATE SKIP LOCKED" : "") + ") UPDATE " + context.tableName
                + " SET picked = ?, picked_by = ?, last_heartbeat = ?, version = version + 1,"
                + " place = COALESCE(place, execution_time), execution_time = COALESCE(place, execution_time)"
                + " WHERE (task_name, task_instance) IN (SELECT task_name, task_instance FROM due) RETURNING *";
        return context.jdbcRunner.query(
                claim,
                statement -> {
                    statement.setBoolean(1, false);
                    setInstant(statement, 2, now);
                    int next = shared ? 5 : 3;
                    if (shared) {
                        statement.setArray(
                                3,
                                statement
                                        .getConnection()
                                        .createArrayOf("text", offer.get().toArray()));
                        statement.setString(4, context.schedulerName.getName());
                    }
                    statement.setBoolean(next, true);
                    statement.setString(next + 1, context.schedulerName.getName());
                    setInstant(statement, next + 2, now);
                },
                context.resultSetMapper.get());
    }
}
