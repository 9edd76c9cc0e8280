package io.rendernode.frame;

import static org.assertj.core.api.Assertions.assertThat;

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
                        assertThat(watched.problem()).isEmpty();
                    }
                }))
                .toArray(CompletableFuture[]::new);

        CompletableFuture.allOf(nodes).join();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Path gone = folder.resolve("gone");
        assertThat(new WritableFolder("X", gone).problem()).contains("X " + gone + " is gone");
        // Not even root can make a file there.
        assertThat(new WritableFolder("X", Path.of("/proc/self")).problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("X /proc/self cannot be written"));
        assertThat(Files.exists(gone)).isFalse();
    }
}
