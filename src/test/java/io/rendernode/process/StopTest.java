package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.TimeDependent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@TimeDependent
class StopTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final String LOOP = "while :; do sleep 0.02; done";

    /**
     * For what is paused: a shell that is just starting another program by vfork(2) waits for it in state D, and does so
     * for as long as that one is stopped before its exec.
     */
    private static final String SPIN = "while :; do :; done";

    private final Children children = new Children();
    private final Lines lines = new Lines();

    @AfterEach
    void endAll() {
        children.close();
    }

    @Test
    void stopInterruptsFirst() throws Exception {
        ChildProcess child = children.shell("trap 'echo interrupted; exit 3' INT; echo Ready; " + LOOP, lines);
        lines.awaitLine("Ready");

        child.stop(LONG);

        assertThat(Children.exitOf(child)).isEqualTo(ProcessExit.ofStatus(3));
        assertThat(lines.all()).containsExactly("Ready", "interrupted");
    }

    @Test
    void oneInterruptAndNoSecond() throws Exception {
        ChildProcess child = children.shell(
                "trap 'echo interrupted' INT; trap 'echo asked; exit 0' TERM; echo Ready; " + SPIN, lines);
        lines.awaitLine("Ready");

        child.interrupt();
        lines.awaitLine("interrupted");
        child.interrupt();
        // Signals go one after the other: once this one has come, a second interrupt would have come too.
        child.pause();
        Await.until("it is stopped", () -> stateOf(child) == 'T');
        child.stop(LONG);
        Await.until("it runs on", () -> stateOf(child) != 'T');
        new ProcessBuilder("kill", "-TERM", Long.toString(child.pid())).start().waitFor();

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(lines.all()).containsExactly("Ready", "interrupted", "asked");
    }

    @Test
    void whatIgnoresTheInterruptIsKilledAfterTheGraceWithItsChildren() throws Exception {
        ChildProcess child = children.shell("trap '' INT TERM; sh -c 'echo child=$$; " + LOOP + "' & " + LOOP, lines);
        ProcessIdentity grandchild = Children.living(lines.pid("child"));

        child.stop(Duration.ofMillis(100));

        assertThat(Children.exitOf(child).isBy("SIGKILL")).isTrue();
        assertThat(child.identity().isAlive()).isFalse();
        Await.until("the child's child is gone too", () -> !grandchild.isAlive());
    }

    @Test
    void aShorterGraceWinsAndALongerDoesNot() throws Exception {
        ChildProcess child = children.shell("trap '' INT; echo Ready; " + LOOP, lines);
        lines.awaitLine("Ready");

        child.stop(LONG);
        child.stop(Duration.ofMillis(50));
        child.stop(LONG);

        assertThat(Children.exitOf(child).isBy("SIGKILL")).isTrue();
    }

    @Test
    void noGraceKillsWithoutInterrupt() throws Exception {
        ChildProcess child = children.shell("trap 'echo interrupted' INT; echo Ready; " + LOOP, lines);
        lines.awaitLine("Ready");

        child.stop(Duration.ZERO);

        assertThat(Children.exitOf(child).isBy("SIGKILL")).isTrue();
        assertThat(lines.all()).containsExactly("Ready");
    }

    @Test
    void whatItLeavesBehindInItsGroupIsKilledAfterItsExit() throws Exception {
        ChildProcess child = children.shell(
                "sh -c 'trap \"\" HUP INT TERM; echo child=$$; " + LOOP + "' & read -r _; exit 0", lines);
        ProcessIdentity left = Children.living(lines.pid("child"));
        new ProcessBuilder("kill", "-KILL", Long.toString(child.pid())).start().waitFor();

        assertThat(Children.exitOf(child).isBy("SIGKILL")).isTrue();
        Await.until("what it left behind is gone", () -> !left.isAlive());
    }

    @Test
    void aPausedGroupStandsStillAndRunsOn() throws Exception {
        ChildProcess child = children.shell("trap 'exit 4' INT; echo Ready; " + SPIN, lines);
        lines.awaitLine("Ready");

        child.pause();
        Await.until("it is stopped", () -> stateOf(child) == 'T');
        child.resume();
        Await.until("it runs on", () -> stateOf(child) != 'T');

        child.stop(LONG);
        assertThat(Children.exitOf(child)).isEqualTo(ProcessExit.ofStatus(4));
    }

    @Test
    void aPausedProcessCanBeInterruptedAndKilled() throws Exception {
        ChildProcess polite = children.shell("trap 'exit 4' INT; echo Ready; " + SPIN, lines);
        lines.awaitLine("Ready");
        polite.pause();
        Await.until("it is stopped", () -> stateOf(polite) == 'T');
        polite.stop(LONG);
        assertThat(Children.exitOf(polite)).isEqualTo(ProcessExit.ofStatus(4));

        Lines others = new Lines();
        ChildProcess deaf = children.shell("echo Ready; " + SPIN, others);
        others.awaitLine("Ready");
        deaf.pause();
        Await.until("it is stopped", () -> stateOf(deaf) == 'T');
        deaf.stop(Duration.ZERO);
        assertThat(Children.exitOf(deaf).isBy("SIGKILL")).isTrue();
    }

    @Test
    void aPersonsKillEndsTheProgramItself() throws Exception {
        ChildProcess child = children.shell("echo Ready; exec sleep 1000", lines);
        lines.awaitLine("Ready");

        new ProcessBuilder("kill", Long.toString(child.pid())).start().waitFor();

        assertThat(Children.exitOf(child).describe()).isEqualTo("killed by SIGTERM");
    }

    @Test
    void stoppingWhatHasEndedDoesNothing() throws Exception {
        ChildProcess child = children.shell("exit 0", lines);
        assertThat(Children.exitOf(child).isSuccess()).isTrue();

        for (Duration grace : List.of(LONG, Duration.ZERO)) {
            child.stop(grace);
        }
        child.interrupt();
        child.pause();
        child.resume();

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(child.residentBytes()).isZero();
    }

    private static char stateOf(ChildProcess child) {
        return ProcessState.of(child.pid()).map(ProcessState::code).orElse('X');
    }
}
