package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.TimeDependent;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@TimeDependent
class OutputTest {
    private final Children children = new Children();
    private final Lines lines = new Lines();

    @AfterEach
    void endAll() {
        children.close();
    }

    @Test
    void outputAndErrorsComeInOrderUpToTheLastByte() throws Exception {
        ChildProcess child = children.shell("echo one; echo two >&2; echo three; printf four", lines);

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(lines.all()).containsExactly("one", "two", "three", "four");
    }

    @Test
    void aLineOfTenMegabytesIsCut() throws Exception {
        ChildProcess child =
                children.shell("echo before; head -c 10485760 /dev/zero | tr '\\000' x; echo; echo after", lines);

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(lines.all()).hasSize(3).startsWith("before").endsWith("after");
        assertThat(lines.all().get(1))
                .hasSizeLessThan(LineSplitter.MAX_LINE_BYTES + 100)
                .endsWith("x … 10420224 bytes of this line left out");
    }

    @Test
    void aMillionLinesAllArrive() throws Exception {
        AtomicInteger count = new AtomicInteger();
        ChildProcess child = children.hold();

        child.start(List.of("seq", "1000000"), line -> {
            if (Integer.parseInt(line) == count.get() + 1) {
                count.incrementAndGet();
            }
        });

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(count).hasValue(1_000_000);
    }

    @Test
    void bytesThatAreNoTextDoNotStopIt() throws Exception {
        ChildProcess child =
                children.shell("printf 'a\\377\\000b\\n'; head -c 1000000 /dev/urandom; echo; echo end", lines);

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(lines.all()).startsWith("a\uFFFD\uFFFDb").endsWith("end").noneMatch(line -> line.contains("\0"));
    }

    @Test
    void whatHoldsTheOutputOpenInTheGroupIsKilledAndDoesNotDelayTheExit() throws Exception {
        ChildProcess child = children.shell("sleep 1000 & echo child=$!; echo Ready", lines);

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        long grandchild = lines.pid("child");
        Await.until(
                "the grandchild is gone, or its pid another's",
                () -> ProcessState.of(grandchild)
                        .filter(state -> state.isAlive() && state.group() == child.pid())
                        .isEmpty());
    }

    @Test
    void whatHoldsTheOutputOpenOutsideTheGroupIsNotWaitedForForEver() throws Exception {
        ChildProcess child = children.shell(
                "trap 'exit 5' TERM; setsid sh -c 'echo child=$$; exec sleep 1000' & while :; do sleep 0.02; done",
                lines);
        ProcessIdentity identity = Children.living(lines.pid("child"));
        try {
            new ProcessBuilder("kill", Long.toString(child.pid())).start().waitFor();
            assertThat(Children.exitOf(child)).isEqualTo(ProcessExit.ofStatus(5));
            assertThat(identity.isAlive()).isTrue();
        } finally {
            assertThat(identity.killGroup(Await.LONGEST)).isTrue();
        }
    }

    @Test
    void aSlowReaderLosesNothing() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        ChildProcess child = children.hold();
        child.start(List.of("seq", "100000"), line -> {
            awaitQuietly(go);
            count.incrementAndGet();
        });
        // More than a pipe holds: the child waits, alive.
        Await.until(
                "the child waits for its reader",
                () -> ProcessState.of(child.pid())
                        .filter(state -> state.code() == 'S' && child.peakMemoryBytes() > 0)
                        .isPresent());
        assertThat(child.exit()).isNotDone();

        go.countDown();

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(count).hasValue(100_000);
    }

    @Test
    void aReaderThatFailsIsGivenTheNextLineAllTheSame() throws Exception {
        AtomicInteger count = new AtomicInteger();
        ChildProcess child = children.hold();

        child.start(List.of("seq", "1000"), line -> {
            count.incrementAndGet();
            throw new IllegalStateException("thrown on purpose by a test");
        });

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(count).hasValue(1000);
    }

    @Test
    void memoryIsSeenWhileItPrints() throws Exception {
        ChildProcess child = children.shell("echo Ready; read -r _", lines);
        lines.awaitLine("Ready");

        long resident = child.residentBytes();
        assertThat(resident).isPositive();
        assertThat(child.peakMemoryBytes()).isGreaterThanOrEqualTo(resident);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
