package io.rendernode.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoreClockTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void aSharedStoresClockIsTheOneThatCounts() {
        StoreClock clock = new StoreClock(true);
        assertThat(clock.now()).isCloseTo(Instant.now(), within(10, ChronoUnit.MINUTES));

        assertThat(clock.ask(() -> Optional.of(Instant.now().minus(HOUR)))).isTrue();

        assertThat(clock.now()).isCloseTo(Instant.now().minus(HOUR), within(10, ChronoUnit.MINUTES));
        assertThat(clock.ask(Optional::empty)).isFalse();
        assertThat(clock.now()).isCloseTo(Instant.now().minus(HOUR), within(10, ChronoUnit.MINUTES));
    }

    @Test
    void aNodeAloneGoesByItsOwnClock() {
        StoreClock clock = new StoreClock(false);

        assertThat(clock.ask(() -> Optional.of(Instant.now().minus(HOUR)))).isTrue();

        assertThat(clock.now()).isCloseTo(Instant.now(), within(10, ChronoUnit.MINUTES));
    }
}
