package io.rendernode.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewFolderTest {
    private static final int MOST = 1000;

    @TempDir
    Path folder;

    private Path keep(PreviewFolder previews, String name, int age) throws IOException {
        Path made = Files.write(folder.resolve("made"), new byte[300]);
        Files.setLastModifiedTime(made, FileTime.from(Instant.now().minusSeconds(age)));
        return previews.keep(made, name);
    }

    @Test
    void letsThoseLeaveThatNobodyAskedForLongest() throws IOException {
        PreviewFolder previews = new PreviewFolder(folder.resolve("previews"), MOST);
        keep(previews, "a", 300);
        keep(previews, "b", 200);
        keep(previews, "c", 100);
        assertThat(previews.find("a")).isPresent();

        keep(previews, "d", 0);

        assertThat(previews.find("b")).isEmpty();
        assertThat(previews.find("a")).isPresent();
        assertThat(previews.find("c")).isPresent();
        assertThat(previews.find("d")).isPresent();
    }

    @Test
    void countsWhatAnEarlierRunHasLeftAndBearsThatSomeAreLost() throws IOException {
        PreviewFolder before = new PreviewFolder(folder.resolve("previews"), MOST);
        keep(before, "a", 300);
        keep(before, "b", 200);
        keep(before, "c", 100);
        PreviewFolder previews = new PreviewFolder(folder.resolve("previews"), MOST);

        Path newest = keep(previews, "d", 400);

        assertThat(newest).exists();
        assertThat(previews.find("a")).isEmpty();
        Files.delete(folder.resolve("previews/b"));
        assertThat(previews.find("b")).isEmpty();
        assertThat(keep(previews, "b", 0)).exists();
        assertThat(previews.find("c")).isPresent();
    }
}
