package io.rendernode.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.process.ChildProcess;
import io.rendernode.process.MarkedProcesses;
import io.rendernode.store.TestStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldProcessesTest {

    /** By the folder's path it would end the Blenders of a node whose folder is at the same path, in another container. */
    @Test
    void aProcessCarriesTheMarkOfTheFolderItself(@TempDir Path folder) throws Exception {
        TaskConfig config = Settings.of("dataDir", folder.toString(), "nice", 10);
        DataFolder data = new DataFolder(config);
        assertThat(data.take()).isTrue();
        try {
            ChildProcess process = new HeldProcesses(config, data, null).hold();
            try {
                assertThat(MarkedProcesses.find(data.identity())).containsExactly(process.identity());
                assertThat(MarkedProcesses.find(folder.toString())).isEmpty();
            } finally {
                process.stop(Duration.ZERO);
            }
        } finally {
            data.release();
        }
    }

    /** {@code kill} by that job's number would reach another's Blender. */
    @Test
    void anAttemptsPidNamesNoRememberedJob(@TempDir Path folder) throws Exception {
        TaskConfig config = Settings.of("dataDir", folder.toString(), "nice", 10);
        DataFolder data = new DataFolder(config);
        List<ChildProcess> made = new ArrayList<>();
        try (TestStore store = TestStore.sqlite(folder)) {
            assertThat(data.take()).isTrue();
            HeldProcesses held = new HeldProcesses(config, data, store.jobs) {
                @Override
                public ChildProcess hold() throws IOException {
                    ChildProcess process = super.hold();
                    if (made.isEmpty()) {
                        store.addJob(process.pid(), 1);
                    }
                    made.add(process);
                    return process;
                }
            };

            ChildProcess process = held.take(1, "demo.blend");

            assertThat(made).hasSize(2).last().isEqualTo(process);
            made.get(0).exit().get(1, TimeUnit.MINUTES);
            assertThat(process.identity().isAlive()).isTrue();
        } finally {
            made.forEach(process -> process.stop(Duration.ZERO));
            data.release();
        }
    }
}
