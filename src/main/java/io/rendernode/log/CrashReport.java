package io.rendernode.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The report that Blender writes into the folder for temporary files when it crashes: it belongs into the task's log,
 * and nobody else would remove it.
 *
 * @param temporary the folder in which Blender leaves its reports: no file elsewhere is touched, whatever Blender says
 */
public record CrashReport(Path temporary) {
    private static final int MOST_BYTES = 65_536;

    /** Writes the report's first 64 KiB into the log and removes it; one that is not there is none. */
    public void moveInto(TaskLog log, String report) {
        Path file = Path.of(report).normalize();
        if (!temporary.toAbsolutePath().normalize().equals(file.getParent())
                || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (InputStream stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            new String(stream.readNBytes(MOST_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(log::line);
            Files.delete(file);
        } catch (IOException unreadable) {
            log.line("render-node: the crash report cannot be read: " + unreadable.getMessage());
        }
    }
}
