package io.rendernode.log;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where a log's parts lie: its head in the file itself, what comes later in the folder {@code <file>.tail}, in files
 * named by the place in the log at which they begin. So a reader can be at any place of a log whose middle is gone, and
 * needs no word with the writer.
 */
class TaskLogFiles {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final Path head;
    private final Path tail;

    TaskLogFiles(Path file) {
        head = file;
        tail = file.resolveSibling(file.getFileName() + ".tail");
    }

    /**
     * A file that holds a part of the log.
     *
     * @param offset the place in the log of its first byte
     * @param length its length in bytes when looked at
     */
    record Part(Path path, long offset, long length) {
        long end() {
            return offset + length;
        }
    }

    Path head() {
        return head;
    }

    Path segment(long offset) {
        return tail.resolve(Long.toString(offset));
    }

    /**
     * What is there now, in order. Lengths are taken from the newest part to the oldest: a part that has a successor no
     * longer grows, so no gap is seen where there is none.
     */
    List<Part> parts() throws IOException {
        NavigableMap<Long, Path> paths = new TreeMap<>(Comparator.reverseOrder());
        paths.put(0L, head);
        if (Files.isDirectory(tail)) {
            try (Stream<Path> segments = Files.list(tail)) {
                segments.forEach(
                        segment -> paths.put(Long.valueOf(segment.getFileName().toString()), segment));
            }
        }
        List<Part> parts = new ArrayList<>();
        for (Map.Entry<Long, Path> entry : paths.entrySet()) {
            lengthOf(entry.getValue())
                    .ifPresent(length -> parts.add(new Part(entry.getValue(), entry.getKey(), length)));
        }
        Collections.reverse(parts);
        return parts;
    }

    /** Deletes the oldest parts of the tail until no more than that many bytes are left in it. */
    void dropOldest(long keptBytes) throws IOException {
        List<Part> segments =
                parts().stream().filter(part -> !part.path().equals(head)).toList();
        long size = segments.stream().mapToLong(Part::length).sum();
        for (Part segment : segments) {
            if (size <= keptBytes) {
                return;
            }
            Files.deleteIfExists(segment.path());
            size -= segment.length();
        }
    }

    /**
     * Copies from a place to the present end; where a part is missing, one line says how long it was.
     *
     * @return the place after the last byte copied
     */
    long copy(long offset, OutputStream target) throws IOException {
        List<Part> parts = parts();
        long end = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).end();
        long position = offset;
        while (position < end) {
            long from = position;
            Part next =
                    parts.stream().filter(part -> part.end() > from).findFirst().orElse(null);
            if (next == null) {
                return position;
            }
            try (InputStream source = Files.newInputStream(next.path())) {
                if (next.offset() > position) {
                    String note = "… " + (next.offset() - position) + " bytes left out …\n";
                    target.write(note.getBytes(StandardCharsets.UTF_8));
                    position = next.offset();
                }
                source.skipNBytes(position - next.offset());
                position += copy(source, next.end() - position, target);
            } catch (NoSuchFileException dropped) {
                // The writer has just dropped this part: look again, the gap begins where we are.
                parts = parts();
            }
        }
        return position;
    }

    void delete() throws IOException {
        for (Part part : parts()) {
            Files.deleteIfExists(part.path());
        }
        Files.deleteIfExists(tail);
    }

    private static long copy(InputStream source, long length, OutputStream target) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long copied = 0;
        while (copied < length) {
            int count = source.read(chunk, 0, (int) Math.min(chunk.length, length - copied));
            if (count < 0) {
                throw new IOException("a part of a log is shorter than it was");
            }
            target.write(chunk, 0, count);
            copied += count;
        }
        return copied;
    }

    private static OptionalLong lengthOf(Path path) throws IOException {
        try {
            return OptionalLong.of(Files.size(path));
        } catch (NoSuchFileException dropped) {
            return OptionalLong.empty();
        }
    }
}
