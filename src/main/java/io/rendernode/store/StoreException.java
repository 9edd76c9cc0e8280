package io.rendernode.store;

import io.quarkus.narayana.jta.QuarkusTransactionException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The store could not be read or written: it is away, locked, damaged or full, or what was asked of it is wrong. Nothing
 * was changed, or only the word of it was lost: what is written again must be the same.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How the SQL states begin of a connection that there is not: broken, refused, one too many, ended by the server. */
    private static final List<String> AWAY = List.of("08", "28", "53300", "57P");

    /**
     * How the SQL states begin that pass: no connection, rollback for another's sake, resources, an operator's or a
     * time-out's end, the server's own disk, a lock held too long, a server that reads alone, a transaction that said
     * nothing for too long, tables that are being made.
     */
    private static final List<String> PASSING =
            List.of("08", "28", "40", "53", "57", "58", "55P03", "25006", "25P03", "42P01");

    /** The code of what is not SQLite's: the pool has neither code nor state. */
    private static final int POOL = 0;

    /** The pool's, and SQLite's codes that pass: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN. */
    private static final Set<Integer> PASSING_CODES = Set.of(POOL, 5, 6, 7, 8, 10, 13, 14);

    /** The store failed for that reason. */
    public StoreException(Throwable cause) {
        super(cause.getMessage(), cause);
    }

    /** Whether there was no connection to the store. */
    boolean isAway() {
        return said().filter(failure -> is(failure, AWAY, Set.of(POOL))).isPresent();
    }

    /** Whether the same may go well when it is tried again: the store is away, busy or full, and the statement is not wrong. */
    public boolean isTransient() {
        return said().map(failure -> is(failure, PASSING, PASSING_CODES))
                // A transaction that ran out of time, or a commit of which nothing was heard.
                .orElse(getCause() instanceof QuarkusTransactionException || getCause() instanceof TimeoutException);
    }

    /** What the database or the pool said. */
    private Optional<SQLException> said() {
        return Stream.iterate(getCause(), cause -> cause != null, Throwable::getCause)
                .flatMap(cause -> Stream.concat(Stream.of(cause), Stream.of(cause.getSuppressed())))
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .findFirst();
    }

    private static boolean is(SQLException failure, List<String> states, Set<Integer> codes) {
        String state = failure.getSQLState();
        return state == null
                ? codes.contains(failure.getErrorCode())
                : states.stream().anyMatch(state::startsWith);
    }
}
