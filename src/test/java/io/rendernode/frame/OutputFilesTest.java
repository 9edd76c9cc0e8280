package io.rendernode.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.image.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFilesTest {
    private static final byte[] FRAME = TestImages.png(20, 10, 1);

    @TempDir
    Path folder;

    private Path output;
    private Path frame;
    private OutputFiles files;

    @BeforeEach
    void writeFrame() throws IOException {
        output = Files.createDirectory(folder.resolve("output"));
        frame = Files.write(folder.resolve("private.png"), FRAME);
        files = new OutputFiles(output, folder);
    }

    @Test
    void movesTheVeryFileIntoANewFolder() throws IOException {
        Object inode = Files.getAttribute(frame, "unix:ino");
        Instant modified = Files.getLastModifiedTime(frame).toInstant();

        PublishedFile published = Publishing.publish(files, frame, "a/b/x_0001.png");

        assertThat(output.resolve("a/b/x_0001.png")).hasBinaryContent(FRAME);
        assertThat(frame).doesNotExist();
        assertThat(published.name()).isEqualTo("a/b/x_0001.png");
        assertThat(published.sizeBytes()).isEqualTo(FRAME.length);
        assertThat(published.inode()).isEqualTo(inode);
        assertThat(Duration.between(published.lastModified(), modified))
                .isBetween(Duration.ZERO, Duration.ofNanos(999));
    }

    @Test
    void knowsItsFileFromALaterOneOfTheSameName() throws IOException {
        PublishedFile first = Publishing.publish(files, frame, "x.png");
        assertThat(files.isSame(first)).isTrue();

        PublishedFile second = Publishing.publish(files, Files.write(frame, FRAME), "x.png");
        assertThat(files.isSame(second)).isTrue();
        assertThat(files.isSame(first)).isFalse();

        Files.setLastModifiedTime(output.resolve("x.png"), FileTime.from(Instant.EPOCH));
        assertThat(files.isSame(second)).isFalse();
        Files.delete(output.resolve("x.png"));
        assertThat(files.isSame(second)).isFalse();
    }

    @Test
    void doesNotTakeAVolumeThatIsAwayForAReplacedFile() throws IOException {
        PublishedFile published = Publishing.publish(files, frame, "x.png");
        Files.move(output, folder.resolve("away"));
        assertThatThrownBy(() -> files.isSame(published)).hasMessageContaining("the output folder is not there");
    }

    @Test
    void saysWhyItCannotMove() throws IOException {
        Files.createDirectory(output.resolve("x.png"));
        assertThatThrownBy(() -> Publishing.publish(files, frame, "x.png"))
                .isInstanceOf(IOException.class)
                .hasMessage("Cannot move x.png into place: x.png: a folder has that name");
        Files.write(output.resolve("a"), FRAME);
        assertThatThrownBy(() -> Publishing.publish(files, frame, "a/x.png"))
                .hasMessageContaining("a file where a folder is needed");
        assertThatThrownBy(() -> Publishing.publish(files, folder.resolve("missing"), "y.png"))
                .hasMessageContaining("no regular");
        assertThatThrownBy(() -> Publishing.publish(new OutputFiles(folder.resolve("nowhere"), folder), frame, "x.png"))
                .hasMessageContaining("the output folder is not there");
        assertThat(frame).hasBinaryContent(FRAME);
        assertThat(output.resolve("y.png")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a/../../x", "/x", "a//x", "./x", "a/", "a\0b"})
    void takesNoNameThatIsNotPlain(String name) {
        assertThatThrownBy(() -> Publishing.publish(files, frame, name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> files.resolve(name)).isInstanceOf(IllegalArgumentException.class);
        assertThat(frame).exists();
    }

    @Test
    void followsNoLinkOutOfTheOutputFolder() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.write(outside.resolve("secret"), FRAME);
        Files.createSymbolicLink(output.resolve("out"), outside);
        Files.createSymbolicLink(output.resolve("file"), outside.resolve("secret"));

        assertThatThrownBy(() -> Publishing.publish(files, frame, "out/x.png")).hasMessageContaining("leads out");
        assertThatThrownBy(() -> Publishing.publish(files, frame, "out/new/x.png"))
                .hasMessageContaining("leads out");
        assertThatThrownBy(() -> files.resolve("out/secret")).hasMessageContaining("leads out");
        assertThatThrownBy(() -> files.resolve("file")).hasMessageContaining("leads out");
        assertThat(outside).isDirectoryNotContaining(path -> !path.endsWith("secret"));
    }

    @Test
    void followsALinkThatStaysInsideAndReplacesOneThatIsTheFrameItself() throws IOException {
        Path inside = Files.createDirectory(output.resolve("inside"));
        Files.createSymbolicLink(output.resolve("link"), inside);
        Path victim = Files.write(folder.resolve("victim"), new byte[] {1});
        Files.createSymbolicLink(inside.resolve("x.png"), victim);

        PublishedFile published = Publishing.publish(files, frame, "link/x.png");

        assertThat(files.isSame(published)).isTrue();
        assertThat(inside.resolve("x.png")).hasBinaryContent(FRAME).isRegularFile();
        assertThat(Files.isSymbolicLink(inside.resolve("x.png"))).isFalse();
        assertThat(victim).hasBinaryContent(new byte[] {1});
    }

    @Test
    void worksWhereTheOutputFolderItselfIsALink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), output);
        assertThat(Publishing.publish(new OutputFiles(link, folder), frame, "a/x.png")
                        .name())
                .isEqualTo("a/x.png");
        assertThat(output.resolve("a/x.png")).hasBinaryContent(FRAME);
    }

    @Test
    void removesOldPartsWhereItHasBeenAndNothingElse() throws IOException {
        Publishing.publish(files, frame, "a/x.png");
        Path sub = output.resolve("a");
        Path old = old(PartFile.in(sub));
        Path oldProbe = old(output.resolve(".render-node-probe-7"));
        Path probeOfNow = old(PartFile.in(folder));
        Path young = Files.write(PartFile.in(sub), FRAME);
        Path others = old(sub.resolve(".x.png.part"));
        Path elsewhere = old(PartFile.in(Files.createDirectory(output.resolve("b"))));

        files.removeLeftovers(Duration.ofHours(1));

        assertThat(old).doesNotExist();
        assertThat(oldProbe).doesNotExist();
        assertThat(probeOfNow).doesNotExist();
        assertThat(young).exists();
        assertThat(others).exists();
        assertThat(elsewhere)
                .as("a folder in which no frame was ever stored is not even looked at")
                .exists();
        assertThat(output.resolve("a/x.png")).exists();
    }

    @Test
    void aLaterLifeRemovesThePartsOfTheOneBefore() throws IOException {
        Publishing.publish(files, frame, "a/x.png");
        Path left = old(PartFile.in(output.resolve("a")));

        new OutputFiles(output, folder).removeLeftovers(Duration.ofHours(1));

        assertThat(left).doesNotExist();
    }

    @Test
    void aFolderIsForgottenOnceItWasNotUsedBetweenTwoLooksAndHoldsNoPart() throws IOException {
        Publishing.publish(files, frame, "a/x.png");
        Path young = Files.write(PartFile.in(output.resolve("a")), FRAME);
        for (int look = 0; look < 3; look++) {
            files.removeLeftovers(Duration.ofHours(1));
            assertThat(folder.resolve("part-folders")).content().contains("/a\n");
        }
        Files.delete(young);
        Publishing.publish(files, Files.write(frame, FRAME), "a/x.png");
        files.removeLeftovers(Duration.ofHours(1));
        assertThat(folder.resolve("part-folders")).content().contains("/a\n");

        files.removeLeftovers(Duration.ofHours(1));

        assertThat(folder.resolve("part-folders")).isEmptyFile();
    }

    private static Path old(Path file) throws IOException {
        Files.write(file, FRAME);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }
}
