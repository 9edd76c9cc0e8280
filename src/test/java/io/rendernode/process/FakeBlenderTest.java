package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.TimeDependent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fake must behave like the real one where tests rely on it. */
@TimeDependent
class FakeBlenderTest {
    private static final Path FAKE = Path.of("src/test/resources/fake-blender").toAbsolutePath();

    private final Children children = new Children();
    private final Lines lines = new Lines();

    @TempDir
    Path folder;

    @BeforeEach
    void makeScene() throws Exception {
        Files.createFile(folder.resolve("a.blend"));
        Files.createFile(folder.resolve("rendered.log"));
    }

    @AfterEach
    void endAll() {
        children.close();
    }

    @Test
    void rendersARangeToWholeFiles() throws Exception {
        ChildProcess child = run("-s", "1", "-e", "3", "-a");

        assertThat(Children.exitOf(child).isSuccess()).isTrue();
        assertThat(frames()).containsExactly("0000001.png", "0000002.png", "0000003.png");
        assertThat(ImageIO.read(folder.resolve("out/0000002.png").toFile()).getWidth())
                .isEqualTo(8);
        assertThat(lines.all())
                .startsWith("Blender 3.4.1", "Read blend: " + folder.resolve("a.blend"))
                .contains("Saved: '" + folder.resolve("out/0000003.png") + "'")
                .endsWith("", "Blender quit");
        assertThat(Files.readAllLines(folder.resolve("rendered.log")))
                .containsExactly(child.pid() + " 1", child.pid() + " 2", child.pid() + " 3");
    }

    @Test
    void rendersAList() throws Exception {
        assertThat(Children.exitOf(run("-f", "2,4..5,1048574")).isSuccess()).isTrue();

        assertThat(frames()).containsExactly("0000002.png", "0000004.png", "0000005.png", "1048574.png");
    }

    @Test
    void anInterruptEndsItInMidFrameWithoutAFile() throws Exception {
        configure("frame_seconds=1000");
        ChildProcess child = run("-s", "1", "-e", "3", "-a");
        awaitSample(1);

        child.stop(Duration.ofHours(1));

        assertThat(Children.exitOf(child)).isEqualTo(ProcessExit.ofStatus(1));
        assertThat(lines.all()).contains("Sent an internal break event. Press ^C again to kill Blender");
        assertThat(frames()).isEmpty();
    }

    @Test
    void misbehavesOnDemandAndOnlyOnce() throws Exception {
        configure("fault=segv", "fault_frame=2", "fault_once=" + folder.resolve("marker"));

        assertThat(Children.exitOf(run("-s", "1", "-e", "3", "-a")).isBy("SIGSEGV"))
                .isTrue();
        assertThat(frames()).containsExactly("0000001.png");
        assertThat(Children.exitOf(run("-s", "1", "-e", "3", "-a")).isSuccess()).isTrue();
        assertThat(frames()).hasSize(3);
    }

    @Test
    void whatIgnoresSignalsIsKilled() throws Exception {
        configure("fault=ignore-signals");
        ChildProcess child = run("-s", "1", "-e", "3", "-a");
        awaitSample(2);

        child.stop(Duration.ofMillis(300));

        assertThat(Children.exitOf(child).isBy("SIGKILL")).isTrue();
    }

    private void awaitSample(int number) {
        Await.until(
                "it renders", () -> lines.all().stream().anyMatch(line -> line.endsWith("Sample " + number + "/16")));
    }

    private void configure(String... settings) throws Exception {
        Files.write(folder.resolve("fake-blender.conf"), List.of(settings));
    }

    private ChildProcess run(String... frames) throws Exception {
        Stream<String> start = Stream.of(
                FAKE.toString(),
                "-b",
                "-Y",
                "--factory-startup",
                folder.resolve("a.blend").toString());
        Stream<String> output = Stream.of("-o", folder.resolve("out") + "/#######", "-E", "CYCLES", "-t", "1");
        Stream<String> rest = Stream.of("--", "--render-node", "{\"camera\":\"-a\"}");
        ChildProcess child = children.hold();
        child.start(
                Stream.of(start, output, Stream.of(frames), rest)
                        .flatMap(part -> part)
                        .toList(),
                lines);
        return child;
    }

    private List<String> frames() throws Exception {
        Path output = folder.resolve("out");
        if (!Files.isDirectory(output)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(output)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
