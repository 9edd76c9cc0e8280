package io.rendernode.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoreClockTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private Instant machine = NOON;
    private long nanos = 5;

    @Test
    void aSharedStoresClockIsTheOneThatCounts() {
        StoreClock clock = clock(true);
        assertThat(clock.now()).isEqualTo(NOON);

        assertThat(clock.ask(() -> Optional.of(NOON.minus(HOUR)))).isTrue();
        pass(Duration.ofSeconds(2));

        assertThat(clock.now()).isEqualTo(NOON.minus(HOUR).plusSeconds(2));
        assertThat(clock.ask(Optional::empty)).isFalse();
        assertThat(clock.now()).isEqualTo(NOON.minus(HOUR).plusSeconds(2));
    }

    @Test
    void anAnswerThatTookLongIsNotBelieved() {
        StoreClock clock = clock(true);
        assertThat(clock.ask(() -> {
                    pass(Duration.ofSeconds(3));
                    return Optional.of(NOON.minus(HOUR));
                }))
                .isTrue();
        assertThat(clock.now()).isEqualTo(NOON.plusSeconds(3));
    }

    @Test
    void aNodeAloneGoesByItsMachinesClock() {
        StoreClock clock = clock(false);

        assertThat(clock.ask(() -> Optional.of(NOON.minus(HOUR)))).isTrue();
        pass(Duration.ofSeconds(2));

        assertThat(clock.now()).isEqualTo(NOON.plusSeconds(2));
    }

    /** Or new jobs would wait for an hour. */
    @Test
    void aClockThatIsSetBackStillGoesOn() {
        StoreClock clock = clock(false);
        clock.now();
        machine = machine.minus(HOUR);
        assertThat(clock.now()).isEqualTo(NOON);

        pass(Duration.ofSeconds(10));
        assertThat(clock.now()).isEqualTo(NOON.plusSeconds(5));
        pass(HOUR.multipliedBy(2));
        assertThat(clock.now()).isEqualTo(machine);
    }

    /** Or all that runs would look dead: it is after four heartbeats of three seconds without a word. */
    @Test
    void aClockThatIsSetForwardOrSleptIsFollowedSlowly() {
        StoreClock clock = clock(false);
        clock.now();
        machine = machine.plus(HOUR);
        assertThat(clock.now()).isEqualTo(NOON);

        pass(Duration.ofSeconds(4));
        assertThat(clock.now()).isEqualTo(NOON.plusSeconds(6));
        pass(HOUR.multipliedBy(2));
        assertThat(clock.now()).isEqualTo(machine);
    }

    @Test
    void aNodeThatStartsWithItsClockSetBackIsNotBehindItsStore() {
        StoreClock clock = clock(false);
        clock.notBefore(NOON.minus(HOUR));
        assertThat(clock.now()).isEqualTo(NOON);

        clock.notBefore(NOON.plus(HOUR));
        assertThat(clock.now()).isEqualTo(NOON.plus(HOUR));

        StoreClock shared = clock(true);
        shared.notBefore(NOON.plus(HOUR));
        assertThat(shared.now()).isEqualTo(NOON);
    }

    private void pass(Duration time) {
        machine = machine.plus(time);
        nanos += time.toNanos();
    }

    private StoreClock clock(boolean shared) {
        return new StoreClock(shared, () -> machine, () -> nanos);
    }
}
