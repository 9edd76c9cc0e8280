package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.TimeDependent;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@TimeDependent
class MarkedProcessesTest {
    private final String mark = UUID.randomUUID().toString();

    private Process marked(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", System.getenv("PATH"), MarkedProcesses.VARIABLE, mark));
        return builder.start();
    }

    @Test
    void aGrandchildInASessionOfItsOwnIsFoundWhenItsParentIsDead() throws Exception {
        Process parent = marked("sh", "-c", "setsid sleep 1000 & echo Ready");
        assertThat(parent.inputReader().readLine()).isEqualTo("Ready");
        parent.waitFor();
        Process other = new ProcessBuilder("sleep", "1000").start();
        try {
            assertThat(MarkedProcesses.find(mark)).hasSize(1);
            assertThat(MarkedProcesses.killAll(mark, Await.LONGEST)).isTrue();
            assertThat(MarkedProcesses.find(mark)).isEmpty();
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }
}
