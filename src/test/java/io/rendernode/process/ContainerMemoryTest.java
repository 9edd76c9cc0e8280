package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By folders that look like the kernel's; their texts are from Linux 6.1 (v2) and 5.10 (v1), shortened. */
class ContainerMemoryTest {
    @TempDir
    private Path folder;

    private ContainerMemory container;

    @BeforeEach
    void mount() {
        container = new ContainerMemory(folder);
    }

    @Test
    void reads_version_2() throws IOException {
        write("memory.max", "4294967296\n");
        write("memory.stat", "anon 1048576\nfile 2097152\nanon_thp 7\n");
        write("memory.events", "low 0\nhigh 0\nmax 5\noom 2\noom_kill 3\noom_group_kill 1\n");
        assertThat(container.limit()).hasValue(4294967296L);
        assertThat(container.anonymous()).isEqualTo(1048576);
        assertThat(container.kills()).isEqualTo(3);
    }

    @Test
    void reads_version_1() throws IOException {
        write("memory/memory.limit_in_bytes", "4294967296\n");
        write(
                "memory/memory.stat",
                "cache 2097152\nrss 4096\ntotal_cache 2097152\ntotal_rss 1048576\ntotal_rss_huge 7\n");
        write("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        assertThat(container.limit()).hasValue(4294967296L);
        assertThat(container.anonymous()).isEqualTo(1048576);
        assertThat(container.kills()).isEqualTo(3);
    }

    @Test
    void knows_no_limit_where_there_is_none() throws IOException {
        assertThat(container.limit()).isEmpty();
        assertThat(container.anonymous()).isZero();
        assertThat(container.kills()).isZero();
        write("memory.max", "max\n");
        assertThat(container.limit()).isEmpty();
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), text);
    }
}
