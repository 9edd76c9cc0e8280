package io.rendernode.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Tasks in the store. */
@ApplicationScoped
public class TaskStore {
    private static final String COLUMNS =
            "SELECT job_id, position, state, reason, first_frame, last_frame, frames, failures FROM task ";

    private final Sql sql;
    private final Database database;
    private final NodeStore nodes;

    TaskStore(Sql sql, Database database, NodeStore nodes) {
        this.sql = sql;
        this.database = database;
        this.nodes = nodes;
    }

    /** The task of that name, if it is remembered. */
    public Optional<Task> find(TaskId id) {
        return sql.first(COLUMNS + "WHERE job_id = ? AND position = ?", TaskStore::read, id);
    }

    /** The task's frames that do not count yet, in order. */
    public Set<Integer> missing(Task task) {
        Set<Integer> missing = task.frames().numbers().boxed().collect(Collectors.toCollection(TreeSet::new));
        sql.list(
                        "SELECT DISTINCT number FROM frame WHERE job_id = ? AND position = ? AND stale = 0",
                        row -> row.getInt(1),
                        task.id())
                .forEach(missing::remove);
        return missing;
    }

    /** How many tasks of the whole store wait for a slot; those of paused jobs do not. */
    public int waiting() {
        return sql.one(
                "SELECT (SELECT COUNT(*) FROM scheduled_tasks WHERE picked = ?) - (SELECT COUNT(*) FROM job"
                        + " JOIN scheduled_tasks ON " + database.queueJob() + " = job.id AND NOT picked"
                        + " WHERE job.ended_at IS NULL AND job.paused = 1)",
                row -> row.getInt(1),
                false);
    }

    /** The task now stands there, for that reason (or null), if it may come there from where it stands. */
    public void move(TaskId id, State state, String reason) {
        sql.update(
                "UPDATE task SET state = ?, reason = ? WHERE job_id = ? AND position = ? AND " + state.mayFollow(),
                state,
                reason,
                id);
    }

    /**
     * Notes that the node cannot render the task, so that it claims it no more.
     *
     * @return whether another node lives that may take it
     */
    public boolean refuse(TaskId id, String node) {
        sql.update(
                "INSERT INTO task_unfit_node (task_instance, node, job_id, position) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT DO NOTHING",
                id.instance(),
                node,
                id);
        List<String> unfit = sql.list(
                "SELECT node FROM task_unfit_node WHERE task_instance = ?", row -> row.getString(1), id.instance());
        List<String> needs = sql.list(
                "SELECT tag FROM job_tag WHERE job_id = ? AND tag <> ?",
                row -> row.getString(1),
                id.job(),
                BlenderTag.PAUSED);
        return nodes.living().stream()
                .anyMatch(other ->
                        other.slots() > 0 && other.offer().containsAll(needs) && !unfit.contains(other.name()));
    }

    /** One more attempt of the task failed. */
    public void countFailure(TaskId id) {
        sql.update("UPDATE task SET failures = failures + 1 WHERE job_id = ? AND position = ?", id);
    }

    /**
     * Cancels the job's tasks that nobody has claimed and takes them out of the queue: those that wait, and those that
     * ran on a node that is gone, whose attempts end here, since no claim will end them.
     */
    public void cancelUnclaimed(long job, Instant now) {
        // "NOT picked": by "picked = ?" SQLite would go through all that waits instead of by the names.
        sql.update(
                "DELETE FROM scheduled_tasks WHERE task_name = ? AND NOT picked AND task_instance IN (SELECT "
                        + database.queueName() + " FROM task WHERE job_id = ? AND " + State.CANCELED.mayFollow() + ")",
                Claims.TASK_NAME,
                job);
        String unclaimed = " WHERE job_id = ? AND NOT EXISTS (SELECT 1 FROM scheduled_tasks WHERE task_name = ?"
                + " AND task_instance = " + database.queueName() + ") AND ";
        sql.update(
                "UPDATE attempt SET outcome = ?, reason = 'the node was lost', ended_at = ?" + unclaimed
                        + "outcome IS NULL",
                Outcome.NODE_LOST,
                now,
                job,
                Claims.TASK_NAME);
        sql.update(
                "UPDATE task SET state = 'canceled'" + unclaimed + State.CANCELED.mayFollow(), job, Claims.TASK_NAME);
    }

    /**
     * Puts the job's tasks back to where a new job's are that did not complete, or have a frame that is to be rendered
     * anew. Call it inside the transaction that holds the job, which has ended.
     *
     * @return these tasks, in order
     */
    List<TaskId> restart(long job) {
        String again =
                " WHERE job_id = ? AND (state <> ? OR EXISTS (SELECT 1 FROM frame WHERE frame.job_id = task.job_id"
                        + " AND frame.position = task.position AND frame.stale = 1))";
        List<TaskId> tasks = sql.list(
                "SELECT position FROM task" + again + " ORDER BY position",
                row -> new TaskId(job, row.getInt(1)),
                job,
                State.COMPLETED);
        sql.update("DELETE FROM task_unfit_node WHERE job_id = ?", job);
        sql.update(
                "UPDATE task SET state = ?, reason = NULL, failures = 0" + again, State.QUEUED, job, State.COMPLETED);
        return tasks;
    }

    private static Task read(ResultSet row) throws SQLException {
        return new Task(
                new TaskId(row.getLong("job_id"), row.getInt("position")),
                State.of(row.getString("state")),
                row.getString("reason"),
                FrameList.read(row),
                row.getInt("failures"));
    }
}
