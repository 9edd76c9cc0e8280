package io.rendernode.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashReportTest {
    @TempDir
    Path folder;

    @Test
    void theReportIsMovedIntoTheLog() throws Exception {
        Path report = Files.writeString(folder.resolve("demo.crash.txt"), "# backtrace\nblender(+0x1)\n");

        assertThat(logged(report)).isEqualTo("# backtrace\nblender(+0x1)\n");
        assertThat(report).doesNotExist();
    }

    @Test
    void noFileOutsideTheTemporaryFolderIsTouched() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path elsewhere = Files.writeString(inner.resolve("x.crash.txt"), "a secret");
        Path link = Files.createSymbolicLink(folder.resolve("y.crash.txt"), elsewhere);

        assertThat(logged(elsewhere)).isEmpty();
        assertThat(logged(link)).isEmpty();
        assertThat(logged(folder.resolve("none.crash.txt"))).isEmpty();
        assertThat(elsewhere).exists();
    }

    private String logged(Path report) throws IOException {
        Path file = Files.createTempDirectory(folder, "log").resolve("log");
        try (TaskLog log = new TaskLog(file, 8192)) {
            new CrashReport(folder).moveInto(log, report.toString());
        }
        return new TaskLogFiles(file).read(0).text();
    }
}
