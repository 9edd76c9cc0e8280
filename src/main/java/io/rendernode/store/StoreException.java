package io.rendernode.store;

import io.quarkus.narayana.jta.QuarkusTransactionException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The store could not be read or written: it is away, locked, damaged or full, or what was asked of it is wrong. Nothing
 * was changed, or only the word of it was lost: what is written again must be the same.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Classes of PostgreSQL's SQL states that pass: connection, who may connect, rollback by another's doing, resources,
     * an operator's or a time-out's end of a statement, the server's own disk.
     */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "28", "40", "53", "57", "58");

    /**
     * States that pass in classes that do not: a lock held too long, a server that reads alone, a transaction that said
     * nothing for too long, tables that are being made.
     */
    private static final Set<String> PASSING_STATES = Set.of("55P03", "25006", "25P03", "42P01");

    /** SQLite's codes that pass: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN; 0 is the pool's, which has none. */
    private static final Set<Integer> PASSING_CODES = Set.of(0, 5, 6, 7, 8, 10, 13, 14);

    /** The store failed for that reason. */
    public StoreException(Throwable cause) {
        super(cause.getMessage(), cause);
    }

    /** Whether the same may go well when it is tried again: the store is away, busy or full, and the statement is not wrong. */
    public boolean isTransient() {
        return Stream.iterate(getCause(), cause -> cause != null, Throwable::getCause)
                .flatMap(cause -> Stream.concat(Stream.of(cause), Stream.of(cause.getSuppressed())))
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .findFirst()
                .map(StoreException::passes)
                // A transaction that ran out of time, or a commit of which nothing was heard.
                .orElse(getCause() instanceof QuarkusTransactionException || getCause() instanceof TimeoutException);
    }

    private static boolean passes(SQLException failure) {
        String state = failure.getSQLState();
        return failure instanceof SQLTransientException
                || (state == null
                        ? PASSING_CODES.contains(failure.getErrorCode())
                        : PASSING_STATES.contains(state)
                                || PASSING_CLASSES.contains(state.substring(0, Math.min(2, state.length()))));
    }
}
