package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.narayana.jta.QuarkusTransactionException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What is worth another try, by what the databases and the pool say. */
class StoreExceptionTest {

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "08000", "08001", "08003", "08006", "28P01", "40001", "40P01", "53100", "53200", "53300", "55P03",
                "57014", "57P01", "57P02", "57P03", "58030", "25006", "25P03", "42P01"
            })
    void whatPassesIsWorthAnotherTry(String state) {
        assertThat(failed(new SQLException("", state))).isTrue();
        assertThat(failed(new BatchUpdateException("", state, null))).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"23505", "23503", "22021", "22P02", "42601", "42703", "25P02", "XX000", ""})
    void whatIsWrongStaysWrong(String state) {
        assertThat(failed(new SQLException("", state))).isFalse();
    }

    @Test
    void sqliteSaysSoByItsCode() {
        for (SQLiteErrorCode code : new SQLiteErrorCode[] {
            SQLiteErrorCode.SQLITE_BUSY,
            SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT,
            SQLiteErrorCode.SQLITE_LOCKED,
            SQLiteErrorCode.SQLITE_IOERR_FSYNC,
            SQLiteErrorCode.SQLITE_FULL,
            SQLiteErrorCode.SQLITE_READONLY,
            SQLiteErrorCode.SQLITE_CANTOPEN
        }) {
            assertThat(failed(new SQLiteException("", code))).as("%s", code).isTrue();
        }
        for (SQLiteErrorCode code : new SQLiteErrorCode[] {
            SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE,
            SQLiteErrorCode.SQLITE_ERROR,
            SQLiteErrorCode.SQLITE_CORRUPT,
            SQLiteErrorCode.SQLITE_TOOBIG
        }) {
            assertThat(failed(new SQLiteException("", code))).as("%s", code).isFalse();
        }
    }

    @Test
    void aTimeOutOfThePoolOrATransactionIsWorthAnotherTry() {
        assertThat(failed(new SQLException("Sorry, acquisition timeout!"))).isTrue();
        assertThat(failed(new SQLTransientConnectionException("not open yet"))).isTrue();
        assertThat(failed(new TimeoutException("held too long"))).isTrue();
        assertThat(failed(new QuarkusTransactionException("rolled back"))).isTrue();
        assertThat(failed(new IllegalStateException("a fault of ours"))).isFalse();
    }

    @Test
    void aStoreIsAwayWhereThereIsNoConnectionToIt() {
        assertThat(new StoreException(new SQLException("", "08006")).isAway()).isTrue();
        assertThat(new StoreException(new SQLException("", "57P01")).isAway()).isTrue();
        assertThat(new StoreException(new SQLException("Sorry, acquisition timeout!")).isAway())
                .isTrue();
        assertThat(new StoreException(new SQLException("", "55P03")).isAway()).isFalse();
        assertThat(new StoreException(new SQLException("", "57014")).isAway()).isFalse();
        assertThat(new StoreException(new SQLiteException("", SQLiteErrorCode.SQLITE_BUSY)).isAway())
                .isFalse();
    }

    @Test
    void whatTheDatabaseSaidIsFoundBelowWhatTheTransactionSays() {
        assertThat(failed(new QuarkusTransactionException(new SQLException("", "23505"))))
                .isFalse();
        Exception rollback = new Exception("could not commit");
        rollback.addSuppressed(new SQLException("", "23505"));
        assertThat(failed(new QuarkusTransactionException(rollback))).isFalse();
    }

    private static boolean failed(Throwable cause) {
        return new StoreException(cause).isTransient();
    }
}
