package io.rendernode.store;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.task.Execution;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * How db-scheduler claims tasks: each in one statement, as many as asked for and no more. The jobs of the highest priority
 * come first, of these the one of which the fewest tasks run now, of these the one that waits longest; its tasks go in the
 * order of their frames. So jobs of one priority share the slots in turn. A task's place in the line is the moment it was
 * due first: who claims it gets that as its execution time, whatever it waited for in between.
 */
public final class QueueSql extends DefaultJdbcCustomization {
    /** Jobs that one claim looks at which others may be claiming at that moment: it waits for none of them. */
    private static final int JOBS_AT_ONCE = 64;

    /** More than there are slots: where a LIMIT follows, PostgreSQL sorts the jobs before it locks a task of one. */
    private static final int MOST_BUSY = 10_000;

    private static final String MAY_CLAIM =
            " AND NOT EXISTS (SELECT 1 FROM job_tag WHERE job_id = job.id AND tag <> ALL (?))";

    private static final String IS_FIT = " AND NOT EXISTS (SELECT 1 FROM task_unfit_node AS unfit"
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
        String claim = claim(context.tableName);
        List<Execution> claimed = new ArrayList<>();
        List<Execution> next;
        do {
            try {
                next = context.jdbcRunner.query(
                        claim, statement -> bind(statement, context, now), context.resultSetMapper.get());
            } catch (RuntimeException failure) {
                // What is claimed is to be rendered all the same.
                if (claimed.isEmpty()) {
                    throw failure;
                }
                return claimed;
            }
            claimed.addAll(next);
        } while (!next.isEmpty() && claimed.size() < limit);
        return claimed;
    }

    /**
     * Claims one task. Jobs of which nothing runs are found in the order of an index, so that their number does not
     * count; of those of which something runs there are no more than slots. One of these goes first only where its
     * priority is higher. PostgreSQL locks the task that it has chosen and passes over those that are locked.
     */
    private String claim(String table) {
        String task = " FROM " + table + " WHERE " + Database.queueJob(shared)
                + " = job.id AND NOT picked AND execution_time <= ?" + (shared ? IS_FIT : "");
        String first = "(SELECT task_instance" + task + " ORDER BY task_instance LIMIT 1"
                + (shared ? " FOR UPDATE SKIP LOCKED" : "") + ") AS task";
        String open = " job.ended_at IS NULL AND job.paused = 0" + (shared ? MAY_CLAIM : "");
        String place = "COALESCE(queued_at, submitted_at), id";
        // SQLite would sort all jobs that have not ended, and go through them all but for CROSS JOIN. PostgreSQL may
        // run a
        // subselect once for each row that it looks at, and its LIMIT each time anew.
        return "WITH busy AS MATERIALIZED (SELECT " + Database.queueJob(shared)
                + " AS job_id, COUNT(*) AS running FROM "
                + table + " WHERE picked GROUP BY 1),"
                + " idle AS MATERIALIZED (SELECT task, priority FROM (SELECT priority, " + first + " FROM job"
                + (shared ? "" : " INDEXED BY job_in_line") + " WHERE"
                + open
                + " AND id NOT IN (SELECT job_id FROM busy) AND EXISTS (SELECT 1" + task + ")"
                + " ORDER BY priority DESC, " + place + " LIMIT " + (shared ? JOBS_AT_ONCE : 1)
                + ") AS job WHERE task IS NOT NULL LIMIT 1),"
                + " urgent AS MATERIALIZED (SELECT task FROM (SELECT " + first
                + " FROM busy CROSS JOIN job WHERE job.id = busy.job_id AND" + open
                + " AND priority > COALESCE((SELECT priority FROM idle), -1)"
                + " ORDER BY priority DESC, running, " + place + " LIMIT " + MOST_BUSY + ") AS job"
                + " WHERE task IS NOT NULL LIMIT 1)"
                + " UPDATE " + table + " SET picked = TRUE, picked_by = ?, last_heartbeat = ?, version = version + 1,"
                + " place = COALESCE(place, execution_time), execution_time = COALESCE(place, execution_time)"
                + " WHERE task_name = '" + Claims.TASK_NAME
                + "' AND task_instance = COALESCE((SELECT task FROM urgent), (SELECT task FROM idle)) RETURNING *";
    }

    private void bind(PreparedStatement statement, JdbcTaskRepositoryContext context, Instant now) throws SQLException {
        String node = context.schedulerName.getName();
        int next = 1;
        if (shared) {
            Array offered =
                    statement.getConnection().createArrayOf("text", offer.get().toArray());
            next = bindTask(statement, next, now, node);
            statement.setArray(next++, offered);
            next = bindTask(statement, next, now, node);
            next = bindTask(statement, next, now, node);
            statement.setArray(next++, offered);
        } else {
            for (int task = 0; task < 3; task++) {
                setInstant(statement, next++, now);
            }
        }
        statement.setString(next++, node);
        setInstant(statement, next, now);
    }

    private int bindTask(PreparedStatement statement, int from, Instant now, String node) throws SQLException {
        setInstant(statement, from, now);
        statement.setString(from + 1, node);
        return from + 2;
    }
}
