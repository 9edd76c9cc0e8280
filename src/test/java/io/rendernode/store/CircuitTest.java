package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CircuitTest {
    private static final long SECOND = 1_000_000_000L;

    private final Sql.Circuit circuit = new Sql.Circuit();

    @Test
    void aStoreThatAnswersIsAskedByAll() {
        assertThat(circuit.mayAsk(0)).isTrue();
        circuit.answered();
        assertThat(circuit.mayAsk(0)).isTrue();
        assertThat(circuit.mayAsk(0)).isTrue();
    }

    @Test
    void oneASecondFindsOutWhetherTheStoreIsBack() {
        // The monotonic clock may begin anywhere, and run over.
        long now = Long.MAX_VALUE - SECOND / 2;
        circuit.failed(now);
        assertThat(circuit.mayAsk(now)).isFalse();
        assertThat(circuit.mayAsk(now + SECOND - 1)).isFalse();
        assertThat(circuit.mayAsk(now + SECOND)).isTrue();
        assertThat(circuit.mayAsk(now + SECOND)).as("a second one").isFalse();
        assertThat(circuit.mayAsk(now + 2 * SECOND)).isTrue();
        circuit.answered();
        assertThat(circuit.mayAsk(now + 2 * SECOND)).isTrue();
        assertThat(circuit.mayAsk(now + 2 * SECOND)).isTrue();
    }
}
