package io.rendernode.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.store.StoreException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PatienceTest {
    private final AtomicInteger tries = new AtomicInteger();
    private final RunningTasks running = new RunningTasks();
    private final Patience patience = new Patience(running);

    @Test
    void aStoreThatComesBackIsWaitedFor() {
        String answer = patience.until(() -> {
            if (tries.incrementAndGet() < 3) {
                throw failure("08006");
            }
            return "written";
        });
        assertThat(answer).isEqualTo("written");
    }

    @Test
    @Timeout(60)
    void whatTheStoreWillNeverTakeIsTriedOnce() {
        assertThatThrownBy(() -> patience.run(() -> {
                    tries.incrementAndGet();
                    throw failure("23505");
                }))
                .isInstanceOf(StoreException.class);
        assertThat(tries).hasValue(1);
    }

    @Test
    void aNodeThatEndsWaitsNoLonger() {
        running.end();
        assertThatThrownBy(() -> patience.run(() -> {
                    throw failure("08006");
                }))
                .isInstanceOf(StoreException.class);
    }

    private static StoreException failure(String state) {
        return new StoreException(new SQLException("the test's", state));
    }
}
