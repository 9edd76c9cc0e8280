package io.rendernode.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.Await;
import io.rendernode.TimeDependent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@TimeDependent
class TaskLogTest {
    private static final int MAX_BYTES = 8192;

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadWithoutClosing() throws Exception {
        Path file = folder.resolve("1/2.log");
        try (TaskLog log = new TaskLog(file, MAX_BYTES)) {
            assertThat(new TaskLogFiles(file).read(0)).isEqualTo(new TaskLog.Part("", 0));
            log.line("Fra:1 é");

            TaskLog.Part part = awaitText(file, 0);

            assertThat(part).isEqualTo(new TaskLog.Part("Fra:1 é\n", 9));
            log.line("Blender quit");
            assertThat(awaitText(file, part.nextOffset())).isEqualTo(new TaskLog.Part("Blender quit\n", 22));
        }
    }

    @Test
    void aLongLogKeepsItsFirstAndItsLastPart() throws Exception {
        Path file = folder.resolve("log");
        write(file, 0, 10_000);

        List<String> kept = whole(file).lines().toList();

        int gap = IntStream.range(0, kept.size())
                .filter(index -> kept.get(index).contains("left out"))
                .findFirst()
                .orElseThrow();
        List<String> head = kept.subList(0, gap);
        List<String> tail = kept.subList(gap + 1, kept.size());
        assertThat(head).isEqualTo(lines(0, head.size()));
        assertThat(tail).isEqualTo(lines(10_000 - tail.size(), 10_000));
        assertThat(bytes(head)).isBetween(MAX_BYTES / 4L, MAX_BYTES / 2L);
        assertThat(bytes(tail)).isBetween(MAX_BYTES / 4L, MAX_BYTES / 2L);
        assertThat(kept.get(gap))
                .isEqualTo("… " + (bytes(lines(0, 10_000)) - bytes(head) - bytes(tail)) + " bytes left out …");
        assertThat(sizeOnDisk()).isLessThanOrEqualTo(MAX_BYTES);
    }

    @Test
    void aReaderThatIsLeftBehindIsToldHowMuchItMissed() throws Exception {
        Path file = folder.resolve("log");
        try (TaskLog log = new TaskLog(file, MAX_BYTES)) {
            IntStream.range(0, 500).forEach(number -> log.line(line(number)));
            log.flush();
            long behind = bytes(lines(0, 500));
            IntStream.range(500, 5000).forEach(number -> log.line(line(number)));
            log.flush();

            TaskLog.Part rest = new TaskLogFiles(file).read(behind);

            assertThat(rest.text()).startsWith("… ");
            assertThat(whole(file)).endsWith(line(4999) + "\n");
            long end = bytes(lines(0, 5000));
            assertThat(new TaskLogFiles(file).read(end)).isEqualTo(new TaskLog.Part("", end));
        }
    }

    @Test
    void aFollowerSeesEachLineOnceOrIsToldOfTheGap() throws Exception {
        Path file = folder.resolve("log");
        Thread writer = new Thread(() -> write(file, 0, 200_000));
        writer.start();
        long offset = 0;
        int next = 0;
        boolean last;
        do {
            boolean ended = !writer.isAlive();
            TaskLog.Part part = new TaskLogFiles(file).read(offset);
            last = ended && part.text().isEmpty();
            long seen = 0;
            for (String text : part.text().lines().toList()) {
                if (text.startsWith("… ")) {
                    long missing = Long.parseLong(text.replaceAll("\\D", ""));
                    seen += missing;
                    while (missing > 0) {
                        missing -= bytes(List.of(line(next++)));
                    }
                    assertThat(missing).as("a gap is whole lines").isZero();
                } else {
                    assertThat(text).isEqualTo(line(next++));
                    seen += bytes(List.of(text));
                }
            }
            assertThat(part.nextOffset() - offset).isEqualTo(seen);
            offset = part.nextOffset();
        } while (!last);
        assertThat(next).isEqualTo(200_000);
    }

    @Test
    void aLogIsGoneOnWithAfterARestart() throws Exception {
        Path file = folder.resolve("log");
        write(file, 0, 100);
        write(file, 100, 400);
        write(file, 400, 401);

        assertThat(whole(file).lines().toList()).isEqualTo(lines(0, 401));
    }

    @Test
    void linesThatCannotBeWrittenAreCountedAndToldOf() throws Exception {
        Path parent = folder.resolve("volume");
        Path file = parent.resolve("log");
        // A file where the folder should be: nothing can be written there, not even by root.
        Files.createFile(parent);
        try (TaskLog log = new TaskLog(file, MAX_BYTES)) {
            for (int number = 0; number < 3; number++) {
                log.line("lost");
                log.flush();
            }
            log.line("lost too");
            log.flush();
            Files.delete(parent);
            log.line("back");
        }

        assertThat(whole(file)).isEqualTo("… 4 lines could not be written\nback\n");
    }

    @Test
    void aFullDiskLosesLinesAndKeepsTheRest() throws Exception {
        // Every write to it says "No space left on device".
        Path file = folder.resolve("log");
        write(file, 0, 3);
        Files.createSymbolicLink(folder.resolve("full"), Path.of("/dev/full"));
        Path full = folder.resolve("full");
        try (TaskLog log = new TaskLog(full, MAX_BYTES)) {
            log.line("lost");
            log.flush();
            log.line("lost");
            log.flush();
            Files.delete(full);
            log.line("back");
        }

        assertThat(whole(full)).isEqualTo("… 2 lines could not be written\nback\n");
    }

    @Test
    void anInterruptedThreadCanWrite() throws Exception {
        Path file = folder.resolve("log");
        try (TaskLog log = new TaskLog(file, MAX_BYTES)) {
            Thread.currentThread().interrupt();
            log.line("stopped");
            log.flush();
            assertThat(Thread.interrupted()).isTrue();
            log.line("and on");
        }

        assertThat(whole(file)).isEqualTo("stopped\nand on\n");
    }

    @Test
    void aLogIsReadInPiecesOfWholeLines() throws Exception {
        Path file = folder.resolve("log");
        List<String> lines = lines(0, 100_000);
        write(file, 1 << 24, lines);

        StringBuilder whole = new StringBuilder();
        long offset = 0;
        for (TaskLog.Part part = new TaskLogFiles(file).read(0);
                !part.text().isEmpty();
                part = new TaskLogFiles(file).read(offset)) {
            assertThat(part.text().length()).isLessThanOrEqualTo(65_536);
            assertThat(part.text()).endsWith("\n");
            whole.append(part.text());
            offset = part.nextOffset();
        }

        assertThat(whole.toString().lines().toList()).isEqualTo(lines);
    }

    @Test
    void aLineLongerThanAPieceIsCutBetweenCharacters() throws Exception {
        Path file = folder.resolve("log");
        List<String> lines = List.of("x" + "é".repeat(30_000), "xx" + "€".repeat(20_000), "xxx" + "🎬".repeat(15_000));
        write(file, 1 << 24, lines);

        assertThat(whole(file)).isEqualTo(String.join("\n", lines) + "\n");
    }

    @Test
    void aLogTooSmallToHoldALineIsRefused() {
        assertThatThrownBy(() -> new TaskLog(folder.resolve("log"), 1023)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void write(Path file, int from, int to) {
        write(file, MAX_BYTES, lines(from, to));
    }

    private static void write(Path file, long maxBytes, List<String> lines) {
        try (TaskLog log = new TaskLog(file, maxBytes)) {
            lines.forEach(log::line);
        }
    }

    /** The log from its beginning to its present end. */
    private static String whole(Path file) throws IOException {
        StringBuilder whole = new StringBuilder();
        TaskLog.Part part = new TaskLogFiles(file).read(0);
        while (!part.text().isEmpty()) {
            whole.append(part.text());
            part = new TaskLogFiles(file).read(part.nextOffset());
        }
        return whole.toString();
    }

    private static String line(int number) {
        return "line " + number;
    }

    private static List<String> lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(TaskLogTest::line).collect(Collectors.toList());
    }

    private static long bytes(List<String> lines) {
        return lines.stream().mapToLong(text -> text.length() + 1).sum();
    }

    private long sizeOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static TaskLog.Part awaitText(Path file, long offset) {
        return Await.until(
                () -> new TaskLogFiles(file).read(offset), part -> !part.text().isEmpty());
    }
}
