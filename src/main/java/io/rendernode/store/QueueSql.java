package io.rendernode.store;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.task.Execution;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * How db-scheduler claims tasks: in one statement, as many as asked for and no more, the highest priority first, then the
 * one that waits longest, then in the order of the job's frames.
 */
abstract class QueueSql extends DefaultJdbcCustomization {

    QueueSql(boolean timestampsInUtc) {
        super(timestampsInUtc);
    }

    /** What keeps two nodes from waiting for each other's claims. */
    abstract String skipLocked();

    /** A condition on the tasks that this node may claim, beginning with AND, or nothing. */
    abstract String mayClaim();

    /** Sets the parameters of {@link #mayClaim}, from that place on, and gives the place after them. */
    abstract int setMayClaim(PreparedStatement statement, int index) throws SQLException;

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
        String order = " ORDER BY priority DESC, execution_time, task_instance ";
        // PostgreSQL may run a subselect once for each row that it looks at, and its LIMIT each time anew.
        String claim = "WITH due AS MATERIALIZED (SELECT task_name, task_instance FROM " + context.tableName
                + " WHERE picked = ? AND execution_time <= ?" + mayClaim() + order + getQueryLimitPart(limit)
                + skipLocked() + ") UPDATE " + context.tableName
                + " SET picked = ?, picked_by = ?, last_heartbeat = ?, version = version + 1"
                + " WHERE (task_name, task_instance) IN (SELECT task_name, task_instance FROM due) RETURNING *";
        return context.jdbcRunner.query(
                claim,
                statement -> {
                    statement.setBoolean(1, false);
                    setInstant(statement, 2, now);
                    int next = setMayClaim(statement, 3);
                    statement.setBoolean(next, true);
                    statement.setString(next + 1, context.schedulerName.getName());
                    setInstant(statement, next + 2, now);
                },
                context.resultSetMapper.get());
    }
}
