package io.rendernode.store;

import static io.rendernode.store.Sql.instant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Jobs in the store. */
@ApplicationScoped
public class JobStore {
    private static final String COLUMNS = columns("name", "priority");

    private static final String AS_POSTED = columns("NULL", "COALESCE(posted_priority, priority)");

    private static final int AT_ONCE = 500;

    private final Sql sql;
    private final Database database;
    private final ObjectMapper json;
    private final TaskStore tasks;

    JobStore(Sql sql, Database database, ObjectMapper json, TaskStore tasks) {
        this.sql = sql;
        this.database = database;
        this.json = json;
        this.tasks = tasks;
    }

    private static String columns(String name, String priority) {
        return "SELECT id, state, reason, request, first_frame, last_frame, frames, frames_done, " + name
                + " AS name, " + priority + " AS priority, owner, scene_file, scene_engine, cancel_requested, paused,"
                + " submitted_at, started_at, ended_at, frame_seconds / NULLIF(timed_frames, 0) AS seconds_per_frame"
                + " FROM job ";
    }

    /** The next job's number in a fleet; empty where a job's number is its first process's pid. */
    public OptionalLong nextId() {
        return database.nextJobId(sql);
    }

    /**
     * The smallest free number from the given one on, above every number in use.
     *
     * @param floor the smallest number that will do
     */
    public long freeIdFrom(long floor) {
        return sql.one("SELECT COALESCE(MAX(id), 0) FROM job WHERE id >= ?", row -> row.getLong(1), floor) == 0
                ? floor
                : sql.one("SELECT MAX(id) + 1 FROM job", row -> row.getLong(1));
    }

    /** Whether a remembered job is known by that pid; in a fleet jobs have numbers of their own. */
    public boolean isNamedBy(long pid) {
        return !database.isShared()
                && sql.first("SELECT 1 FROM job WHERE id = ?", row -> 1, pid).isPresent();
    }

    /** Runs the work in one transaction. */
    public void transaction(Runnable work) {
        sql.transaction(work);
    }

    /** Those of the numbers that a remembered job has. */
    public Set<Long> remembered(List<Long> ids) {
        Set<Long> found = new HashSet<>();
        for (int from = 0; from < ids.size(); from += AT_ONCE) {
            List<Long> some = ids.subList(from, Math.min(from + AT_ONCE, ids.size()));
            found.addAll(sql.list(
                    "SELECT id FROM job WHERE id IN (" + String.join(",", Collections.nCopies(some.size(), "?")) + ")",
                    row -> row.getLong(1),
                    some.toArray()));
        }
        return found;
    }

    /**
     * Writes a new job with its tasks, all queued, in one transaction.
     *
     * @param needs what a node must offer beside the job's tags
     * @param idempotencyKey the client's key for the request, or null
     * @param traceParent the request in W3C trace context, or null
     * @param schedule is given the tasks, in order, to put them into the line within that transaction
     */
    public void insert(
            Job job, List<String> needs, String idempotencyKey, String traceParent, Consumer<List<TaskId>> schedule) {
        sql.transaction(() -> schedule.accept(write(job, needs, idempotencyKey, traceParent)));
    }

    private List<TaskId> write(Job job, List<String> needs, String idempotencyKey, String traceParent) {
        sql.update(
                "INSERT INTO job (id, state, request, first_frame, last_frame, frames, priority, owner, scene_file,"
                        + " idempotency_key, trace_parent, submitted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                job.id(),
                State.QUEUED,
                write(job.spec()),
                job.frames(),
                job.priority(),
                job.owner(),
                job.sceneFile(),
                idempotencyKey,
                traceParent,
                job.submittedAt());
        for (String tag : Stream.concat(job.spec().tags().stream(), needs.stream())
                .distinct()
                .toList()) {
            sql.update("INSERT INTO job_tag (job_id, tag) VALUES (?, ?)", job.id(), tag);
        }
        List<Object[]> rows = new ArrayList<>();
        List<TaskId> tasks = new ArrayList<>();
        for (FrameList frames : job.frames().split(job.spec().chunk())) {
            TaskId task = new TaskId(job.id(), tasks.size());
            tasks.add(task);
            rows.add(new Object[] {task, State.QUEUED, frames});
        }
        sql.batch(
                "INSERT INTO task (job_id, position, state, first_frame, last_frame, frames) VALUES (?, ?, ?, ?, ?, ?)",
                rows);
        return tasks;
    }

    /** Where a job stands and why, or null, and no more: what most calls ask for. */
    public record Status(State state, String reason) {}

    /** Where the job of that number stands, if one is remembered. */
    public Optional<Status> status(long id) {
        return sql.first(
                "SELECT state, reason FROM job WHERE id = ?",
                row -> new Status(State.of(row.getString(1)), row.getString(2)),
                id);
    }

    /** What a node must offer to take the jobs' tasks: those of the jobs that need anything. */
    public Map<Long, Set<String>> needs(List<Long> ids) {
        Map<Long, Set<String>> found = new HashMap<>();
        for (int from = 0; from < ids.size(); from += AT_ONCE) {
            List<Long> some = ids.subList(from, Math.min(from + AT_ONCE, ids.size()));
            sql.list(
                    "SELECT job_id, tag FROM job_tag WHERE job_id IN ("
                            + String.join(",", Collections.nCopies(some.size(), "?")) + ") AND tag <> '"
                            + BlenderTag.PAUSED + "' ORDER BY tag",
                    row -> found.computeIfAbsent(row.getLong(1), id -> new LinkedHashSet<>())
                            .add(row.getString(2)),
                    some.toArray());
        }
        return found;
    }

    /** The job of that number, if one is remembered. */
    public Optional<Job> find(long id) {
        return sql.first(COLUMNS + "WHERE id = ?", this::read, id);
    }

    /** A job, and how long its frames took on average, in seconds, or null. */
    public record Timed(Job job, Double secondsPerFrame) {}

    /** The jobs of those numbers that are remembered, by number. */
    public List<Timed> find(Collection<Long> ids) {
        List<Long> all = List.copyOf(ids);
        List<Timed> found = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<Long> some = all.subList(from, Math.min(from + AT_ONCE, all.size()));
            found.addAll(sql.list(
                    COLUMNS + "WHERE id IN (" + String.join(",", Collections.nCopies(some.size(), "?"))
                            + ") ORDER BY id",
                    row -> new Timed(read(row), Sql.number(row, "seconds_per_frame")),
                    some.toArray()));
        }
        return found;
    }

    /** The job that was submitted with that Idempotency-Key, as it was then, if one is remembered. */
    public Optional<Job> findByIdempotencyKey(String key) {
        return sql.first(AS_POSTED + "WHERE idempotency_key = ?", this::read, key);
    }

    /** The request that the job came by, in W3C trace context, if it is traced. */
    public Optional<String> traceParent(long id) {
        return sql.first("SELECT trace_parent FROM job WHERE id = ?", row -> Optional.ofNullable(row.getString(1)), id)
                .flatMap(parent -> parent);
    }

    /**
     * Jobs, newest first.
     *
     * @param state only those in that state, or null for all
     * @param before only those older than the job of that number, or null to begin with the newest
     * @param limit how many at most
     */
    public List<Job> list(State state, Long before, int limit) {
        StringBuilder statement = new StringBuilder(COLUMNS).append("WHERE 1 = 1");
        List<Object> parameters = new ArrayList<>();
        if (state != null) {
            statement.append(" AND state = ?");
            parameters.add(state);
        }
        if (before != null) {
            statement.append(" AND (submitted_at, id) < (SELECT submitted_at, id FROM job WHERE id = ?)");
            parameters.add(before);
        }
        statement.append(" ORDER BY submitted_at DESC, id DESC LIMIT ?");
        parameters.add(limit);
        return sql.list(statement.toString(), this::read, parameters.toArray());
    }

    /** How many jobs are in that state. */
    public int count(State state) {
        return sql.one("SELECT COUNT(*) FROM job WHERE state = ?", row -> row.getInt(1), state);
    }

    /**
     * What one owner has waiting.
     *
     * @param jobs its jobs of which no task has started
     * @param tasks its tasks, those of jobs that run included
     */
    public record Share(int jobs, int tasks) {}

    /** What that owner has waiting. */
    public Share waitingOf(String owner) {
        return new Share(
                sql.one(
                        "SELECT COUNT(*) FROM job WHERE owner = ? AND state = ?",
                        row -> row.getInt(1),
                        owner,
                        State.QUEUED),
                sql.one(
                        "SELECT COUNT(*) FROM task JOIN job ON job.id = task.job_id"
                                + " WHERE job.owner = ? AND job.state IN (?, ?) AND task.state = ?",
                        row -> row.getInt(1),
                        owner,
                        State.QUEUED,
                        State.RUNNING,
                        State.QUEUED));
    }

    /** Notes that the job is to end, and why; without effect on a job that is to end already, or has. */
    public void requestCancel(long id, String reason) {
        sql.update(
                "UPDATE job SET cancel_requested = 1, reason = ? WHERE id = ? AND cancel_requested = 0 AND "
                        + State.CANCELED.mayFollow(),
                reason,
                id);
    }

    /** Nobody else changes the job's row until the transaction ends: who ends a job's tasks begins with this. */
    public void hold(long id) {
        sql.update("UPDATE job SET state = state WHERE id = ?", id);
    }

    /**
     * Does something with a job that nobody else changes meanwhile, in one transaction.
     *
     * @return false if no such job is remembered
     */
    public boolean holding(long id, Consumer<Job> work) {
        return sql.transaction(() -> {
            hold(id);
            Optional<Job> job = find(id);
            job.ifPresent(work);
            return job.isPresent();
        });
    }

    /** The jobs that are to end and have not. */
    public List<Long> toEnd() {
        return sql.list("SELECT id FROM job WHERE cancel_requested = 1 AND ended_at IS NULL", row -> row.getLong(1));
    }

    /** Whether the job is to end and has not. */
    public boolean isToEnd(long id) {
        return find(id).filter(job -> job.cancelRequested() && job.endedAt() == null)
                .isPresent();
    }

    /** Whether the job is to end. */
    public boolean isCancelRequested(long id) {
        return sql.first("SELECT cancel_requested FROM job WHERE id = ?", row -> row.getInt(1) == 1, id)
                .orElse(true);
    }

    /** The job runs from now on, if it did not yet. */
    public void start(long id, Instant now) {
        sql.update(
                "UPDATE job SET state = 'running', started_at = COALESCE(started_at, ?) WHERE id = ? AND "
                        + State.RUNNING.mayFollow(),
                now,
                id);
    }

    /**
     * Ends the job if all its tasks have ended: completed if all of them completed, else canceled if that was asked
     * for, else failed with the first failed task's reason. Call it inside the transaction that ends a task. The job's
     * row is held from here on: of two transactions that end a job's last tasks at once, each of which does not see the
     * other's yet, the second waits for the first and then sees that none is left.
     *
     * @return the job's state if it ended now
     */
    public Optional<State> endIfAllTasksEnded(long id, Instant now) {
        hold(id);
        Job job = find(id).orElse(null);
        if (job == null || job.state().isFinal() || hasTask(id, State.QUEUED) || hasTask(id, State.RUNNING)) {
            return Optional.empty();
        }
        State end = hasTask(id, State.CANCELED)
                ? State.CANCELED
                : hasTask(id, State.FAILED) ? State.FAILED : State.COMPLETED;
        // A canceled job's reason is on record; of the others only a failed one's tasks have any left.
        String reason = end == State.CANCELED
                ? "reason"
                : "(SELECT reason FROM task WHERE job_id = job.id AND state = 'failed' ORDER BY position LIMIT 1)";
        sql.update(
                "UPDATE job SET state = ?, reason = " + reason + ", ended_at = ? WHERE id = ? AND " + end.mayFollow(),
                end,
                now,
                id);
        return Optional.of(end);
    }

    private boolean hasTask(long id, State state) {
        return sql.first("SELECT 1 FROM task WHERE job_id = ? AND state = ? LIMIT 1", row -> 1, id, state)
                .isPresent();
    }

    /** Jobs that ended longer ago than that by the store's clock, the oldest first, at most {@code limit}. */
    public List<Long> endedBefore(Duration age, int limit) {
        // As a subselect the moment is asked for once, and an index finds what is older.
        return sql.list(
                "SELECT id FROM job WHERE ended_at < (SELECT " + database.nowMillis()
                        + ") - ? ORDER BY ended_at LIMIT ?",
                row -> row.getLong(1),
                age.toMillis(),
                limit);
    }

    /** Forgets the job with its tasks, attempts and frames, unless it was retried meanwhile; the frames' files stay. */
    public void forget(long id) {
        sql.update("DELETE FROM job WHERE id = ? AND ended_at IS NOT NULL", id);
    }

    /**
     * Changes what the line goes by and what the job is called; null leaves it. Call it inside a transaction that holds
     * the job. A task that runs keeps its place beside the job's: whoever goes by that claims only what waits.
     */
    public void change(long id, Integer priority, String name, Boolean paused) {
        if (priority != null) {
            sql.update(
                    "UPDATE job SET posted_priority = COALESCE(posted_priority, priority), priority = ? WHERE id = ?",
                    priority,
                    id);
            sql.update(
                    "UPDATE scheduled_tasks SET priority = ? WHERE " + database.queueJob() + " = ? AND NOT picked",
                    priority,
                    id);
        }
        if (name != null) {
            sql.update("UPDATE job SET name = ? WHERE id = ?", name, id);
        }
        if (paused != null) {
            sql.update("UPDATE job SET paused = ? WHERE id = ?", paused ? 1 : 0, id);
        }
    }

    /** The job's place in the line: jobs of one priority go in this order. Call it where its tasks are put there. */
    public void place(long id, Instant place) {
        sql.update("UPDATE job SET queued_at = ? WHERE id = ?", place, id);
    }

    /**
     * Puts a job that has ended back to where a new one is, with what is missing of it and the frames that are to be
     * rendered anew. Call it inside a transaction that holds the job.
     *
     * @param anew frames of it that are to be replaced where they count, or null
     * @param sceneFile what the scene's file is that is rendered from now on
     * @return its tasks that are to be put into the line
     */
    public List<TaskId> restart(long id, FrameList anew, String sceneFile) {
        if (anew != null) {
            makeStale(id, anew);
        }
        // What was said of the scene stays, since frames that count are shown by it, until it is said anew.
        sql.update("DELETE FROM job_warning WHERE job_id = ?", id);
        sql.update(
                "UPDATE job SET state = ?, reason = NULL, ended_at = NULL, cancel_requested = 0, paused = 0,"
                        + " scene_file = ?, scene_engine = NULL WHERE id = ?",
                State.QUEUED,
                sceneFile,
                id);
        return tasks.restart(id);
    }

    private void makeStale(long id, FrameList anew) {
        Set<Integer> wanted = anew.numbers().boxed().collect(Collectors.toSet());
        List<Integer> stale = sql
                .list("SELECT DISTINCT number FROM frame WHERE job_id = ? AND stale = 0", row -> row.getInt(1), id)
                .stream()
                .filter(wanted::contains)
                .toList();
        sql.batch(
                "UPDATE frame SET stale = 1 WHERE job_id = ? AND number = ?",
                stale.stream().map(number -> new Object[] {id, number}).toList());
        sql.update("UPDATE job SET frames_done = frames_done - ? WHERE id = ?", stale.size(), id);
        if (!stale.isEmpty()) {
            sql.update(
                    "INSERT INTO job_tag (job_id, tag) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    id,
                    BlenderTag.FRAMES_ANEW);
        }
    }

    /**
     * A claim is its row's version, and a job that was put back has rows that begin anew: from here on they are others than
     * those of its life before, whose owner may have been cut off and come back.
     *
     * @param place when it was put back
     */
    public void tellClaimsApart(long id, Instant place) {
        sql.update(
                "UPDATE scheduled_tasks SET version = ? WHERE " + database.queueJob() + " = ? AND NOT picked",
                place.toEpochMilli(),
                id);
    }

    private Job read(ResultSet row) throws SQLException {
        return new Job(
                row.getLong("id"),
                State.of(row.getString("state")),
                row.getString("reason"),
                spec(row),
                FrameList.read(row),
                row.getInt("frames_done"),
                row.getInt("priority"),
                row.getString("owner"),
                row.getString("scene_file"),
                row.getString("scene_engine"),
                row.getInt("cancel_requested") == 1,
                row.getInt("paused") == 1,
                instant(row, "submitted_at"),
                instant(row, "started_at"),
                instant(row, "ended_at"));
    }

    private RenderSpec spec(ResultSet row) throws SQLException {
        RenderSpec posted = readSpec(row.getString("request"));
        String name = row.getString("name");
        return name == null ? posted : posted.withName(name);
    }

    private String write(RenderSpec spec) {
        try {
            return json.writeValueAsString(spec);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private RenderSpec readSpec(String text) {
        try {
            return json.readValue(text, RenderSpec.class);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("a job's request in the store is damaged", damaged);
        }
    }
}
