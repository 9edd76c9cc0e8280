package io.rendernode.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.frame.OutputFiles;
import io.rendernode.frame.PublishedFile;
import io.rendernode.frame.TestOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameZipTest {
    private static final Instant TIME = Instant.parse("2026-02-03T04:05:06Z");

    @TempDir
    Path folder;

    private Path output;
    private OutputFiles files;

    @BeforeEach
    void make() throws IOException {
        output = Files.createDirectory(folder.resolve("output"));
        files = TestOutput.files(output, folder);
    }

    private PublishedFile file(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(name.hashCode()).nextBytes(bytes);
        Path path = output.resolve(name);
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
        Files.setLastModifiedTime(path, FileTime.from(TIME));
        return TestOutput.find(files, name);
    }

    private static byte[] read(FrameZip zip) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece = zip.next(); piece.length > 0 || !zip.isAtEnd(); piece = zip.next()) {
            all.write(piece);
        }
        return all.toByteArray();
    }

    @Test
    void isReadByJavaBothWaysAndHasTheSizeThatWasTold() throws IOException {
        List<PublishedFile> frames = new ArrayList<>();
        frames.add(file("shots/a_0001.png", 0));
        frames.add(file("shots/a_0002.png", 1));
        frames.add(file("Übung/ä_0003.exr", (128 << 10) - 1));
        frames.add(file("x", 128 << 10));
        frames.add(file("y", 9 << 20));
        FrameZip zip = new FrameZip(files, frames);

        byte[] bytes = read(zip);

        assertThat(zip.size()).isEqualTo(bytes.length);
        Map<String, byte[]> wanted = new LinkedHashMap<>();
        for (PublishedFile frame : frames) {
            wanted.put(frame.name(), Files.readAllBytes(output.resolve(frame.name())));
        }
        Map<String, byte[]> streamed = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                streamed.put(entry.getName(), in.readAllBytes());
            }
        }
        assertThat(streamed).containsExactlyEntriesOf(wanted);
        try (ZipFile whole =
                new ZipFile(Files.write(folder.resolve("z.zip"), bytes).toFile())) {
            assertThat(whole.size()).isEqualTo(frames.size());
            for (PublishedFile frame : frames) {
                ZipEntry entry = whole.getEntry(frame.name());
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
                assertThat(entry.getTimeLocal()).isEqualTo(LocalDateTime.of(2026, 2, 3, 4, 5, 6));
                assertThat(whole.getInputStream(entry).readAllBytes()).isEqualTo(wanted.get(frame.name()));
            }
        }
    }

    @Test
    void endsInAnErrorWhereAFileWasReplacedSince() throws IOException {
        FrameZip zip = new FrameZip(files, List.of(file("a", 1000), file("b", 1000)));
        Path other = Files.write(folder.resolve("other"), new byte[1000]);
        Files.setLastModifiedTime(other, FileTime.from(TIME));
        Files.move(other, output.resolve("b"), StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> read(zip)).isInstanceOf(IOException.class).hasMessageContaining("b has changed");
    }

    @Test
    void endsInAnErrorWhereAFileChangesWhileItIsRead() throws IOException {
        FrameZip zip = new FrameZip(files, List.of(file("a", 300_000)));
        // The header has the sum of the bytes as they are now.
        byte[] header = zip.next();
        assertThat(header).hasSize(31);
        byte[] bytes = Files.readAllBytes(output.resolve("a"));
        bytes[299_999]++;
        Files.write(output.resolve("a"), bytes);

        assertThatThrownBy(() -> read(zip)).isInstanceOf(IOException.class).hasMessageContaining("a has changed");
        assertThat(zip.isAtEnd()).isFalse();
    }

    @Test
    void endsInAnErrorWhereAFileGrowsOrIsGone() throws IOException {
        FrameZip grows = new FrameZip(files, List.of(file("a", 10)));
        grows.next();
        Files.write(output.resolve("a"), new byte[11]);
        FrameZip gone = new FrameZip(files, List.of(file("b", 10)));
        Files.delete(output.resolve("b"));

        assertThatThrownBy(() -> read(grows)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(gone)).isInstanceOf(IOException.class);
    }

    /** As a reader of Zip64 sees it: sizes and places of four gigabytes and more, without so many bytes. */
    @Test
    void hasLargeFilesAsZip64() {
        long large = 5L << 30;
        ZipLayout.Entry entry = new ZipLayout.Entry("large", large, TIME);
        byte[] local = ZipLayout.local(entry, 7);
        byte[] first = ZipLayout.directory(entry, 7, 0);
        byte[] second = ZipLayout.directory(entry, 7, large + local.length);
        long offset = 2 * (large + local.length);
        byte[] end = ZipLayout.end(2, first.length + second.length, offset);

        assertThat(ZipLayout.size(List.of(entry, entry))).isEqualTo(offset + first.length + second.length + end.length);
        assertThat(read(local, 18).getInt()).isEqualTo(-1);
        assertThat(extra(local, 30)).containsExactly(large, large);
        assertThat(extra(first, 46)).containsExactly(large, large);
        assertThat(extra(second, 46)).containsExactly(large, large, large + local.length);
        assertThat(end).hasSize(56 + 20 + 22);
        assertThat(read(end, 48).getLong()).isEqualTo(offset);
        assertThat(read(end, 64).getLong()).isEqualTo(offset + first.length + second.length);
    }

    private static ByteBuffer read(byte[] bytes, int from) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(from);
    }

    private static List<Long> extra(byte[] header, int headerBytes) {
        ByteBuffer in = read(header, headerBytes + "large".length());
        assertThat(in.getShort()).isEqualTo((short) 1);
        int bytes = in.getShort();
        assertThat(in.remaining()).isEqualTo(bytes);
        List<Long> numbers = new ArrayList<>();
        while (in.hasRemaining()) {
            numbers.add(in.getLong());
        }
        return numbers;
    }

    @Test
    void hasMoreFilesThanTheOldFormatCounts() throws IOException {
        List<PublishedFile> frames = new ArrayList<>();
        PublishedFile one = file("one", 0);
        for (int i = 0; i < 70_000; i++) {
            frames.add(one);
        }
        FrameZip zip = new FrameZip(files, frames);

        byte[] bytes = read(zip);

        assertThat(zip.size()).isEqualTo(bytes.length);
        Map<String, Integer> counts = new HashMap<>();
        try (ZipFile whole =
                new ZipFile(Files.write(folder.resolve("z.zip"), bytes).toFile())) {
            whole.stream().forEach(entry -> counts.merge(entry.getName(), 1, Integer::sum));
        }
        assertThat(counts).containsExactly(Map.entry("one", 70_000));
    }
}
