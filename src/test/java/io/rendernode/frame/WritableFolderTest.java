package io.rendernode.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.run.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritableFolderTest {

    @TempDir
    Path folder;

    /** Pods have pids and host names alike: a fixed name would be another's, too. */
    @Test
    void nodesThatTryOneFolderAtOnceDoNotDisturbEachOtherAndLeaveNothing() {
        CompletableFuture<?>[] nodes = IntStream.range(0, 4)
                .mapToObj(node -> CompletableFuture.runAsync(() -> {
                    WritableFolder watched = new WritableFolder("OUTPUT_DIR", folder);
                    for (int look = 0; look < 500; look++) {
                        assertThat(watched.problem(0)).isEmpty();
                    }
                }))
                .toArray(CompletableFuture[]::new);

        CompletableFuture.allOf(nodes).join();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Path gone = folder.resolve("gone");
        assertThat(new WritableFolder("X", gone).problem(0)).contains("X " + gone + " is gone");
        // Not even root can make a file there.
        assertThat(new WritableFolder("X", Path.of("/proc/self")).problem(0))
                .hasValueSatisfying(problem -> assertThat(problem).contains("X /proc/self cannot be written"));
        assertThat(Files.exists(gone)).isFalse();
    }

    @Test
    void asksForTheRoomThatWhatWaitsNeedsButNotForMoreThanHalfADisk() throws IOException {
        Path mounted = folder.resolve("small");
        try (SmallDisk disk = SmallDisk.mount(mounted, 4)) {
            Files.write(mounted.resolve("other"), new byte[5 << 19]);
            WritableFolder small = new WritableFolder("X", mounted);

            assertThat(small.problem(5 << 18)).isEmpty();
            assertThat(small.problem(7 << 18))
                    .contains("X " + mounted + " is full: 1572864 bytes are free, 1835008 are needed");
            assertThat(small.problem(Long.MAX_VALUE))
                    .hasValueSatisfying(problem -> assertThat(problem).endsWith("2097152 are needed"));
            assertThat(small.sharesDiskWith(new WritableFolder("Y", folder))).isFalse();
            assertThat(small.sharesDiskWith(new WritableFolder("Y", disk.folder())))
                    .isTrue();
        }
    }
}
