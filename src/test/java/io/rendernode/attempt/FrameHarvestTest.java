package io.rendernode.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.ClaimedTask;
import io.rendernode.FakeNode;
import io.rendernode.blender.FrameNames;
import io.rendernode.blender.ImageFormat;
import io.rendernode.frame.FrameIntake;
import io.rendernode.frame.FramePattern;
import io.rendernode.image.TestImages;
import io.rendernode.run.SmallDisk;
import io.rendernode.store.Attempt;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Outcome;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class FrameHarvestTest {
    private static final byte[] WHOLE = TestImages.png(20, 10, 1);
    private static final byte[] HALF = Arrays.copyOf(WHOLE, WHOLE.length / 2);

    @Inject
    FrameIntake intake;

    @Inject
    FrameStore frames;

    @Inject
    WorkFolders folders;

    private final Set<Integer> missing = new TreeSet<>(List.of(1, 2, 3));
    private ClaimedTask task;
    private FrameFolder folder;
    private FrameHarvest harvest;
    private Path output;

    @BeforeEach
    void claim(TestInfo test) throws IOException {
        String name = "harvest/" + test.getDisplayName().replaceAll("\\W", "");
        task = new ClaimedTask(FakeNode.scene("harvest"), 1, 3, "");
        folder = folders.of(task.claim().task());
        folder.create();
        harvest = new FrameHarvest(task.claim(), 1, FramePattern.parse(name + "/x_####"), folder, intake, missing);
        output = FakeNode.output().resolve(name);
        Files.createDirectories(output);
    }

    @AfterEach
    void release() {
        folder.delete();
        task.close();
    }

    @Test
    void aViewThatIsBeingWrittenWhileTheOtherIsSavedIsNoRefusal() throws IOException {
        expect("_L", "_R");
        write("0000001_L.png", WHOLE);
        write("0000001_R.png", HALF);
        harvest.saved(1, Duration.ofSeconds(1));
        assertThat(missing).contains(1);

        write("0000001_R.png", WHOLE);
        harvest.saved(1, Duration.ofSeconds(2));
        assertThat(counting(1)).isEqualTo(2);
        write("0000001_R.png", HALF);
        harvest.saved(1, Duration.ofSeconds(3));
        harvest.all();

        assertThat(missing).containsExactly(2, 3);
        assertThat(harvest.problem()).isEmpty();
        assertThat(harvest.hindrance()).isEmpty();
    }

    @Test
    void nothingIsTakenWhereItIsNotKnownHowManyFilesMakeAFrame() throws IOException {
        write("0000001.png", WHOLE);
        write("0000001_L.png", WHOLE);

        harvest.saved(1, Duration.ZERO);
        harvest.all();

        assertThat(missing).containsExactly(1, 2, 3);
        assertThat(output).isEmptyDirectory();
    }

    @Test
    void aFrameThatLacksAFileOutputNodesFileFailsWithItsName() throws IOException {
        harvest.expect(new FrameNames(
                ImageFormat.PNG,
                List.of(""),
                List.of(new FrameNames.Output("Depth/Z", "outputs/0/0_", ImageFormat.PNG, List.of("")))));
        Files.createDirectories(folder.path().resolve("outputs/0"));
        write("0000001.png", WHOLE);
        write("outputs/0/0_0000001.png", WHOLE);
        write("0000002.png", WHOLE);
        write("0000003.png", WHOLE);
        write("outputs/0/0_0000003.png", HALF);

        harvest.all();

        assertThat(missing).containsExactly(2, 3);
        assertThat(harvest.problem().orElseThrow().reason())
                .isEqualTo("frame 2 lacks the file of the File Output node and slot 'Depth/Z'");
        assertThat(counting(1)).isEqualTo(2);
        assertThat(folder.frames()).as("rendered again").isEmpty();
    }

    @Test
    void whatIsNotWholeIsRemovedAndMayBeRenderedAgain() throws IOException {
        expect("");
        write("0000001.png", WHOLE);
        write("0000002.png", HALF);

        harvest.all();

        assertThat(missing).containsExactly(2, 3);
        assertThat(harvest.problem())
                .hasValueSatisfying(problem -> assertThat(problem.outcome()).isEqualTo(Outcome.MISSING_FRAMES));
        assertThat(harvest.hindrance()).isEmpty();
        assertThat(folder.frames()).isEmpty();
    }

    @Test
    void framesWaitForRoomAndCountWhenThereIsSome() throws IOException {
        expect("");
        try (SmallDisk disk = SmallDisk.mount(output, 1)) {
            write("0000001.png", WHOLE);
            harvest.saved(1, Duration.ofSeconds(7));
            disk.fill();
            write("0000002.png", WHOLE);
            write("0000003.png", WHOLE);

            harvest.saved(2, Duration.ZERO);
            harvest.saved(3, Duration.ZERO);
            harvest.pending();
            harvest.all();

            assertUnplaced("frame 2 cannot be moved into place: Cannot move ", "No space left on device");
            assertThat(harvest.isDone(3)).as("it waits").isTrue();
            assertThat(folder.frames()).containsExactly(2, 3);
            disk.free();
            harvest.all();
            assertThat(missing).isEmpty();
            assertThat(harvest.hindrance()).isEmpty();
            assertThat(counting(2)).isEqualTo(1);
        }
    }

    @Test
    void framesWaitWhereTheirFolderIsReadOnlyForAWhile() throws IOException {
        expect("");
        try (SmallDisk disk = SmallDisk.mount(output, 1)) {
            disk.setReadOnly(true);
            write("0000001.png", WHOLE);
            harvest.all();
            assertUnplaced("Read-only file system");

            disk.setReadOnly(false);
            harvest.all();
            assertThat(missing).containsExactly(2, 3);
        }
    }

    @Test
    void aPlaceThatThereNeverIsHindersOneFrameAndIsAFailure() throws IOException {
        expect("");
        Files.createDirectory(output.resolve("x_0001.png"));
        write("0000001.png", WHOLE);
        write("0000002.png", WHOLE);

        harvest.all();

        assertThat(missing).containsExactly(1, 3);
        assertThat(harvest.hindrance().map(Attempt.Result::outcome)).contains(Outcome.CANNOT_WRITE);
        assertThat(folder.frames()).as("not rendered again").containsExactly(1);
        Files.delete(output.resolve("x_0001.png"));
        harvest.all();
        assertThat(missing).containsExactly(3);
        assertThat(harvest.hindrance()).isEmpty();
    }

    private void assertUnplaced(String... words) {
        assertThat(harvest.hindrance()).hasValueSatisfying(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.UNPLACED);
            assertThat(result.reason()).contains(words);
        });
    }

    private int counting(int frame) {
        return frames.find(task.claim().task().job(), frame).size();
    }

    private void expect(String... suffixes) {
        harvest.expect(new FrameNames(ImageFormat.PNG, List.of(suffixes), List.of()));
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.write(folder.path().resolve(name), bytes);
    }
}
