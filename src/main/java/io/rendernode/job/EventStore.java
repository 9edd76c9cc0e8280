package io.rendernode.job;

import io.rendernode.store.Database;
import io.rendernode.store.FrameFile;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Sql;
import io.rendernode.store.State;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has happened to jobs, in one order that all nodes share. The tables' own triggers note it, in the transaction in
 * which it happens; no event ever comes before one that was read.
 */
@ApplicationScoped
public class EventStore {
    /** How long events are remembered: who was away longer begins anew. */
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private static final int AT_ONCE = 1000;

    private static final String COLUMNS =
            "SELECT in_transaction, number, job_id, kind, frame, code, name, message FROM job_event ";

    private static final String PAUSED = "paused";

    private static final String SETTLED = "in_transaction < ";

    private final Sql sql;
    private final Database database;

    /** Keeps them in that store. */
    public EventStore(Sql sql, Database database) {
        this.sql = sql;
        this.database = database;
    }

    /** A place in the order of events, which means the same on every node; {@link #START} is before all. */
    public record Position(long transaction, long number) implements Comparable<Position> {
        /** The place before the first event. */
        public static final Position START = new Position(0, 0);

        private static final Pattern TEXT = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

        /** The place that {@link #toString} has written; empty for any other text. */
        public static Optional<Position> parse(String text) {
            Matcher parts = TEXT.matcher(text);
            return parts.matches()
                    ? Optional.of(new Position(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))))
                    : Optional.empty();
        }

        @Override
        public int compareTo(Position other) {
            int order = Long.compare(transaction, other.transaction);
            return order == 0 ? Long.compare(number, other.number) : order;
        }

        @Override
        public String toString() {
            return transaction + "-" + number;
        }
    }

    /** What kind of thing has happened. */
    public enum Kind {
        STATE,
        FRAME,
        WARNING
    }

    /**
     * What has happened to a job.
     *
     * @param position its place in the order of all events
     * @param job the job's number
     * @param kind what kind of thing it is
     * @param frame the frame that counts now; null for other kinds
     * @param code the job's state, or the warning's code
     * @param name what the warning is about; of a state, whether it is that of a paused job: {@value #PAUSED}
     * @param message why the job stands there, or null; or the warning's sentence
     */
    public record Noted(
            Position position, long job, Kind kind, Integer frame, String code, String name, String message) {

        /** Whether the job was paused then. */
        public boolean isPaused() {
            return kind == Kind.STATE && PAUSED.equals(name);
        }

        /** Whether nothing follows it for its job, unless that is retried. */
        public boolean isEnd() {
            return kind == Kind.STATE && State.of(code).isFinal();
        }
    }

    /** The place of the newest event. */
    public Position last() {
        return sql.first(
                        "SELECT in_transaction, number FROM job_event WHERE " + SETTLED + database.openTransactions()
                                + " ORDER BY in_transaction DESC, number DESC LIMIT 1",
                        EventStore::position)
                .orElse(Position.START);
    }

    /** Whether the event of that place is remembered, and with it all that followed. */
    public boolean isKnown(Position position) {
        return sql.first(
                        "SELECT 1 FROM job_event WHERE in_transaction = ? AND number = ? AND " + SETTLED
                                + database.openTransactions(),
                        row -> 1,
                        position.transaction(),
                        position.number())
                .isPresent();
    }

    /** Whether the event of that place is remembered and is the end of the job, which nothing has followed. */
    public boolean isEnd(Position position, long job) {
        return after(position, job, 1).isEmpty()
                && sql
                        .list(
                                COLUMNS + "WHERE in_transaction = ? AND number = ? AND job_id = ?",
                                EventStore::read,
                                position.transaction(),
                                position.number(),
                                job)
                        .stream()
                        .anyMatch(Noted::isEnd);
    }

    /**
     * The events that follow a place, in order.
     *
     * @param job only those of the job of that number, or null for all
     * @param limit how many at most
     */
    public List<Noted> after(Position position, Long job, int limit) {
        List<Object> parameters = new ArrayList<>(List.of(position.transaction(), position.number()));
        if (job != null) {
            parameters.add(job);
        }
        parameters.add(limit);
        return sql.list(
                COLUMNS + "WHERE (in_transaction, number) > (?, ?)" + (job == null ? "" : " AND job_id = ?") + " AND "
                        + SETTLED + database.openTransactions() + " ORDER BY in_transaction, number LIMIT ?",
                EventStore::read,
                parameters.toArray());
    }

    /**
     * The files of the frames that events tell of, by job, number, output and view.
     *
     * @param from the first such event
     * @param to the last one
     * @param job only those of the job of that number, or null for all
     */
    public List<FrameFile> frames(Position from, Position to, Long job) {
        Object[] range = job == null
                ? new Object[] {from.transaction(), from.number(), to.transaction(), to.number()}
                : new Object[] {from.transaction(), from.number(), to.transaction(), to.number(), job};
        String noted = " JOIN job_event ON job_event.job_id = stored.job_id AND job_event.frame = stored.number"
                + " WHERE (job_event.in_transaction, job_event.number) >= (?, ?)"
                + " AND (job_event.in_transaction, job_event.number) <= (?, ?)"
                + (job == null ? "" : " AND job_event.job_id = ?");
        Object[] twice = Arrays.copyOf(range, range.length * 2);
        System.arraycopy(range, 0, twice, range.length, range.length);
        return sql.list(
                FrameStore.select(noted) + "ORDER BY job_id, number, output, view_suffix", FrameStore::read, twice);
    }

    /** Forgets what happened longer ago than anybody asks for, some at a time. */
    public void forgetOld() {
        int deleted;
        do {
            deleted = sql.update(
                    "DELETE FROM job_event WHERE in_transaction IN (SELECT in_transaction FROM job_event"
                            + " WHERE noted_at < (SELECT " + database.nowMillis() + ") - ? ORDER BY noted_at LIMIT ?)",
                    REMEMBERED.toMillis(),
                    AT_ONCE);
        } while (deleted >= AT_ONCE);
    }

    private static Position position(ResultSet row) throws SQLException {
        return new Position(row.getLong("in_transaction"), row.getLong("number"));
    }

    private static Noted read(ResultSet row) throws SQLException {
        return new Noted(
                position(row),
                row.getLong("job_id"),
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                Sql.integer(row, "frame"),
                row.getString("code"),
                row.getString("name"),
                row.getString("message"));
    }
}
