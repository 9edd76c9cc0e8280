package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.Await;
import io.rendernode.TimeDependent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@TimeDependent
class ProcessIdentityTest {
    private final Children children = new Children();
    private final Lines lines = new Lines();

    @AfterEach
    void endAll() {
        children.close();
    }

    @Test
    void aZombieIsDead() throws Exception {
        // The shell forks a child that ends, and becomes a program that never asks for its exit code.
        children.shell("sh -c 'echo child=$$' & exec sleep 1000", lines);
        long child = lines.pid("child");

        Await.until("it is a zombie", () -> ProcessState.of(child).orElseThrow().code() == 'Z');

        assertThat(ProcessIdentity.of(child)).isEmpty();
        long start = ProcessState.of(child).orElseThrow().startTicks();
        assertThat(new ProcessIdentity(child, start).isAlive()).isFalse();
    }

    @Test
    void anotherStartIsAnotherProcessAndIsNotSignalled() throws Exception {
        ChildProcess child = children.shell("echo Ready; exec sleep 1000", lines);
        lines.awaitLine("Ready");
        ProcessIdentity former =
                new ProcessIdentity(child.pid(), child.identity().startTicks() - 1);
        SignalSender sender = new SignalSender();

        assertThat(former.isAlive()).isFalse();
        assertThat(former.killGroup(Await.LONGEST)).isTrue();
        assertThat(Await.get(sender.toProcess(former, Signal.KILL))).isFalse();
        assertThat(Await.get(sender.toGroup(former, Signal.KILL))).isFalse();

        assertThat(child.identity().isAlive()).isTrue();
        assertThat(Await.get(sender.toGroup(child.identity(), Signal.KILL))).isTrue();
        assertThat(Children.exitOf(child).isBy("SIGKILL")).isTrue();
    }

    @Test
    void anOrphanIsEndedWithItsGroup() throws Exception {
        ChildProcess child = children.shell("sh -c 'echo child=$$; exec sleep 1000' & echo Ready; wait", lines);
        ProcessIdentity grandchild = Children.living(lines.pid("child"));
        ProcessIdentity found = Children.living(child.pid());

        assertThat(found).isEqualTo(child.identity());
        assertThat(found.killGroup(Await.LONGEST)).isTrue();

        assertThat(found.isAlive()).isFalse();
        assertThat(grandchild.isAlive()).isFalse();
        assertThat(found.killGroup(Duration.ZERO)).isTrue();
    }

    @Test
    void noChildHasThePidOfInitOrOfAGroup() {
        for (long pid : new long[] {1, 0, -1, -5}) {
            assertThat(ProcessIdentity.of(pid)).isEmpty();
            assertThatThrownBy(() -> new ProcessIdentity(pid, 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aNameMayHoldAnything() {
        ProcessState state = ProcessState.parse(
                "4242 (a) Z 1 2 (b) S 1 4240 4200 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3\n");

        assertThat(state).isEqualTo(new ProcessState('S', 4240, 987654));
    }
}
