package io.rendernode.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.blender.BlenderEvent;
import io.rendernode.blender.BlenderEvent.Progress;
import io.rendernode.store.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(100), Duration.ofSeconds(10), 0);

    private static BlenderEvent sample(int number) {
        return new Progress(1, OptionalInt.of(number), OptionalInt.of(999), Optional.empty());
    }

    @Test
    void samplesThatGoUpAreNoStall() {
        for (int i = 1; i <= 99; i++) {
            watchdog.saw(sample(i), i * SECOND);
            assertThat(watchdog.check(i * SECOND)).isEmpty();
        }
        assertThat(watchdog.check(101 * SECOND)).contains(Outcome.TIMEOUT);
    }

    @Test
    void theSameLineAgainIsNoProgress() {
        for (int i = 1; i <= 11; i++) {
            watchdog.saw(sample(5), i * SECOND);
        }
        assertThat(watchdog.check(11 * SECOND)).isEmpty();
        assertThat(watchdog.check(12 * SECOND)).contains(Outcome.STALLED);
    }
}
