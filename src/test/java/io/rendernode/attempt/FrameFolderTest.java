package io.rendernode.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.blender.FrameNames;
import io.rendernode.blender.ImageFormat;
import io.rendernode.frame.FrameIntake.View;
import io.rendernode.run.SmallDisk;
import io.rendernode.store.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameFolderTest {
    private static final TaskId TASK = new TaskId(7, 0);

    @TempDir
    Path data;

    private FrameFolder folder;

    @BeforeEach
    void make() throws IOException {
        folder = new FrameFolder(data, TASK);
        folder.create();
    }

    @Test
    void aFrameIsThereWhenEachOfItsFilesIs() throws IOException {
        expect("_L", "_R");
        write("0000001_L.png", "0000001_L.jpg", "0000001_left.png", "0000001.png", "0000002_L.png", "0000002_R.png");
        Files.createDirectory(folder.path().resolve("0000001_R.png"));

        assertThat(folder.frames()).containsExactly(1, 2);
        assertThat(folder.views(1)).isEmpty();
        assertThat(suffixes(2)).containsExactly("_L", "_R");
    }

    @Test
    void whoFillsTheDiskWithAnythingButFramesIsFoundOutAndItIsRemoved() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(data.resolve("disk"), 20)) {
            FrameFolder small = new FrameFolder(disk.folder(), TASK);
            small.create();
            byte[] most = new byte[20_000_000];
            Files.write(small.path().resolve("0000001.png"), most);
            assertThat(small.crowdsTheDisk()).as("by a frame").isFalse();
            Files.delete(small.path().resolve("0000001.png"));

            Path home = Files.createDirectories(small.temporary().resolve("cache"));
            Files.write(home.resolve("0000001.png"), most);
            assertThat(small.crowdsTheDisk()).isTrue();
            Files.delete(home.resolve("0000001.png"));
            Files.write(small.path().resolve("cache_01.vdb"), most);
            assertThat(small.crowdsTheDisk()).isTrue();

            Files.write(small.path().resolve("0000002.png"), new byte[] {1});
            Files.createSymbolicLink(small.path().resolve("0000003.png"), data);
            small.tidy();
            assertThat(small.crowdsTheDisk()).isFalse();
            assertThat(small.temporary()).doesNotExist();
            assertThat(small.path()).isDirectoryContaining("glob:**/0000002.png");
            assertThat(small.path().toFile().list()).hasSize(1);
            assertThat(data).isNotEmptyDirectory();
        }
    }

    @Test
    void aFrameIsThereWhenTheFilesOfItsFileOutputNodesAre() throws IOException {
        folder.writeNames(new FrameNames(
                ImageFormat.PNG,
                List.of(""),
                List.of(
                        new FrameNames.Output("Depth/Z", "outputs/0/0_", ImageFormat.OPEN_EXR, List.of("")),
                        new FrameNames.Output("Depth/Mist", "outputs/0/1_", ImageFormat.PNG, List.of("")))));
        Files.createDirectories(folder.path().resolve("outputs/0"));
        write(
                "0000001.png",
                "0000002.png",
                "outputs/0/0_0000001.exr",
                "outputs/0/1_0000001.png",
                "outputs/0/0_0000002.exr");

        assertThat(folder.views(1)).extracting(View::output).containsExactly("", "Depth/Z", "Depth/Mist");
        assertThat(folder.lackingOutput(1)).isEmpty();
        assertThat(folder.views(2)).isEmpty();
        assertThat(folder.lackingOutput(2)).contains("Depth/Mist");
        assertThat(folder.lackingOutput(3)).isEmpty();

        folder.tidy();
        assertThat(folder.views(1)).as("it may wait for its place").hasSize(3);
        folder.remove(2);
        folder.remove(1);
        folder.tidy();
        assertThat(folder.path()).isEmptyDirectory();
    }

    @Test
    void suffixesThatLookLikeNumbersOrExtensionsAreFoundExactly() throws IOException {
        expect("1", ".left");
        write("00000011.png", "0000001.left.png", "0000011.png");

        assertThat(suffixes(1)).containsExactly("1", ".left");
        assertThat(folder.views(11)).isEmpty();
    }

    @Test
    void howTheFilesAreCalledOutlivesTheProgramWholeOrNotAtAll() throws IOException {
        expect("_L", "_R");
        write("0000001_L.png", "0000001_R.png", "0000002.png");
        Path names = folder.path().resolveSibling("names.json");
        byte[] whole = Files.readAllBytes(names);
        assertThat(later().views(1)).hasSize(2);

        for (int length = 0; length < whole.length; length++) {
            Files.write(names, java.util.Arrays.copyOf(whole, length));
            assertThat(later().views(1)).isEmpty();
            assertThat(later().views(2)).isEmpty();
        }
        Files.delete(names);
        assertThat(later().views(2)).as("unknown is not a single file a frame").isEmpty();
        Files.write(names, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(later().views(2)).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereHasNoFrames() throws IOException {
        folder.delete();

        assertThat(folder.frames()).isEmpty();
        assertThat(folder.views(1)).isEmpty();
    }

    private void expect(String... suffixes) throws IOException {
        folder.writeNames(new FrameNames(ImageFormat.PNG, List.of(suffixes), List.of()));
    }

    private void write(String... names) throws IOException {
        for (String name : names) {
            Files.write(folder.path().resolve(name), new byte[] {1});
        }
    }

    /** The folder as the next life of the program finds it. */
    private FrameFolder later() {
        return new FrameFolder(data, TASK);
    }

    private List<String> suffixes(int frame) throws IOException {
        return folder.views(frame).stream().map(View::suffix).toList();
    }
}
