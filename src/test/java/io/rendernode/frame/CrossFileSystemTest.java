package io.rendernode.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.image.ImageCheck;
import io.rendernode.image.TestImages;
import io.rendernode.image.TornImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Publishing from one file system into another, where a rename alone is not possible. */
class CrossFileSystemTest {
    private static final byte[] FRAME = TestImages.png(300, 300, 1);

    @TempDir
    Path output;

    @TempDir
    Path data;

    private Path work;
    private Path frame;

    @BeforeEach
    void writeFrame() throws IOException {
        work = OtherFileSystem.folder(output);
        frame = Files.write(work.resolve("frame.png"), FRAME);
    }

    @AfterEach
    void removeWork() throws IOException {
        Files.deleteIfExists(frame);
        Files.delete(work);
    }

    @Test
    void copiesAndThenRenames() throws IOException {
        OutputFiles files = new OutputFiles(output, data);
        PublishedFile published = Publishing.publish(files, frame, "a/x.png");
        assertThat(output.resolve("a/x.png")).hasBinaryContent(FRAME);
        assertThat(files.isSame(published)).isTrue();
        assertThat(frame).doesNotExist();
        assertThat(namesIn(output.resolve("a"))).containsExactly("x.png");
    }

    @Test
    void showsNoReaderHalfAFrame() throws Exception {
        OutputFiles files = new OutputFiles(output, data);
        Publishing.publish(files, frame, "x.png");
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
            int seen = 0;
            while (!done.get() || seen == 0) {
                try {
                    ImageCheck.check(output.resolve("x.png"));
                } catch (IOException | TornImageException e) {
                    throw new AssertionError("after " + seen + " whole frames", e);
                }
                seen++;
            }
            return seen;
        });
        for (int i = 0; i < 40; i++) {
            Publishing.publish(files, Files.write(frame, FRAME), "x.png");
        }
        done.set(true);
        assertThat(reader.get()).isPositive();
    }

    @Test
    void leavesNothingWhereNothingCanBeWritten() {
        // Not even root can make a file there.
        assertThatThrownBy(() -> Publishing.publish(new OutputFiles(Path.of("/proc"), data), frame, "x.png"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cannot move x.png into place: ");
        assertThat(frame).hasBinaryContent(FRAME);
    }

    /**
     * The kernel ends the copy in the middle, by a limit on the size of files: the same way through the code as a full
     * disk, and it needs no right to mount one.
     */
    @Test
    void leavesNothingOfACopyThatBreaksOff() throws Exception {
        Files.write(frame, new byte[8 << 20]);
        Path old = Files.write(output.resolve("x.png"), new byte[] {1});
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f 2048 && exec \"$@\"",
                        "limited",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PublishMain.class.getName(),
                        output.toString(),
                        frame.toString(),
                        "x.png",
                        data.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).contains("Cannot move x.png into place: ", "File too large");
        assertThat(process.waitFor()).isEqualTo(PublishMain.FAILED);
        assertThat(old).hasBinaryContent(new byte[] {1});
        assertThat(namesIn(output)).containsExactly("x.png");
        assertThat(frame).hasSize(8 << 20);
    }

    private static Stream<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).toList().stream();
        }
    }
}
