package io.rendernode.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The claims of nodes on tasks, as db-scheduler keeps them. A claim is the row's version: whoever claims a task anew
 * raises it, and a former owner's claim holds no longer. These statements join the caller's transaction, so that what a
 * node says of a task and the end of its claim are written together or not at all; db-scheduler's own completion
 * commits by itself.
 */
@ApplicationScoped
public class Claims {
    /** What db-scheduler calls a task that renders. */
    public static final String TASK_NAME = "render";

    private static final String HELD = " WHERE task_name = ? AND task_instance = ? AND version = ? AND picked";
    private static final String RELEASE = "UPDATE scheduled_tasks SET picked = FALSE, picked_by = NULL,"
            + " last_heartbeat = NULL, version = version + 1";

    private final Sql sql;

    Claims(Sql sql) {
        this.sql = sql;
    }

    /**
     * A node's claim on a task.
     *
     * @param task the task
     * @param version what the queue's row said when it was claimed
     * @param since when the task was due first: its place in the line
     */
    public record Claim(TaskId task, long version, Instant since) {}

    /** The claim does not hold any more: another node, or a later claim of this one, has the task. */
    public static final class LostClaimException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public LostClaimException(Claim claim) {
            super("the claim on task " + claim.task() + " is lost");
        }
    }

    /**
     * Runs the work in one transaction for all of which the claim holds.
     *
     * @throws LostClaimException if it does not hold
     */
    public <T> T transaction(Claim claim, Supplier<T> work) {
        return sql.transaction(() -> {
            hold(claim);
            return work.get();
        });
    }

    /**
     * Makes sure that the claim holds until the transaction ends.
     *
     * @throws LostClaimException if it does not
     */
    public void hold(Claim claim) {
        change(claim, "UPDATE scheduled_tasks SET version = version");
    }

    /**
     * Looks whether the claim holds now.
     *
     * @throws LostClaimException if it does not
     */
    public void requireHeld(Claim claim) {
        TaskId task = claim.task();
        String held = "SELECT 1 FROM scheduled_tasks" + HELD;
        require(
                claim,
                sql.list(held, row -> 1, TASK_NAME, task.instance(), claim.version())
                        .size());
    }

    /**
     * Ends the claim, and takes the task out of the queue.
     *
     * @throws LostClaimException if it does not hold
     */
    public void finish(Claim claim) {
        change(claim, "DELETE FROM scheduled_tasks");
    }

    /**
     * Ends the claim, and puts the task back into the queue, where its place was.
     *
     * @param due when it may be claimed again
     * @throws LostClaimException if it does not hold
     */
    public void release(Claim claim, Instant due) {
        change(claim, RELEASE + ", execution_time = ?", Timestamp.from(due));
    }

    /** Gives up all claims of that node, which keep their place in the line: it has just started and runs nothing. */
    public int releaseAllOf(String node) {
        return sql.update(RELEASE + " WHERE task_name = ? AND picked = TRUE AND picked_by = ?", TASK_NAME, node);
    }

    /** The last place in the line of tasks that wait or run, if there are any. */
    public Optional<Instant> lastPlace() {
        return sql.first(
                "SELECT COALESCE(place, execution_time) FROM scheduled_tasks ORDER BY 1 DESC LIMIT 1",
                row -> row.getTimestamp(1).toInstant());
    }

    private void change(Claim claim, String change, Object... values) {
        List<Object> parameters = new ArrayList<>(List.of(values));
        parameters.addAll(List.of(TASK_NAME, claim.task().instance(), claim.version()));
        require(claim, sql.update(change + HELD, parameters.toArray()));
    }

    private static void require(Claim claim, int rows) {
        if (rows != 1) {
            throw new LostClaimException(claim);
        }
    }
}
