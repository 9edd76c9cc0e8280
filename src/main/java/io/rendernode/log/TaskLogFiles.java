package io.rendernode.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where a log's parts lie: its head in the file itself, what comes later in the folder {@code <file>.tail}, in files
 * named by the place in the log at which they begin. So a reader can be at any place of a log whose middle is gone, and
 * needs no word with the writer.
 */
class TaskLogFiles {
    /** The most of a log that is read, shipped or sent at once. */
    static final int PIECE_BYTES = 32 * 1024;

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
        try (Stream<Path> segments = Files.isDirectory(tail) ? Files.list(tail) : Stream.empty()) {
            segments.forEach(
                    segment -> paths.put(Long.valueOf(segment.getFileName().toString()), segment));
        }
        List<Part> parts = new ArrayList<>();
        for (Map.Entry<Long, Path> entry : paths.entrySet()) {
            try {
                parts.add(0, new Part(entry.getValue(), entry.getKey(), Files.size(entry.getValue())));
            } catch (NoSuchFileException dropped) {
                // By the writer, just now.
            }
        }
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

    /** The newest part that is there now; an empty head where there is none. */
    Part last() throws IOException {
        List<Part> parts = parts();
        return parts.isEmpty() ? new Part(head, 0, 0) : parts.get(parts.size() - 1);
    }

    /**
     * Reads a piece of the log, whether it is being written, here or elsewhere, or was long ago.
     *
     * @param offset a place in the whole log as it was written, in bytes; 0, or a {@code nextOffset}
     * @return {@link #PIECE_BYTES} at most, to the present end; empty text if there is nothing from there on, or no
     *     such log; where bytes are no longer kept, one line says how many
     * @throws IOException if it is there and cannot be read
     */
    TaskLog.Part read(long offset) throws IOException {
        while (true) {
            Optional<Part> next =
                    parts().stream().filter(part -> part.end() > offset).findFirst();
            if (next.isEmpty()) {
                return new TaskLog.Part("", offset);
            }
            long from = Math.max(offset, next.get().offset());
            try (InputStream source = Files.newInputStream(next.get().path())) {
                source.skipNBytes(from - next.get().offset());
                byte[] bytes =
                        source.readNBytes((int) Math.min(PIECE_BYTES, next.get().end() - from));
                int length = bytes.length < PIECE_BYTES ? bytes.length : wholeLines(bytes);
                String gap = from > offset ? "… " + (from - offset) + " bytes left out …\n" : "";
                return new TaskLog.Part(gap + new String(bytes, 0, length, StandardCharsets.UTF_8), from + length);
            } catch (NoSuchFileException dropped) {
                // The writer has just dropped this part: look again, the gap begins where we are.
            }
        }
    }

    /** How many of the bytes are whole lines, or whole characters where no line ends among them. */
    private static int wholeLines(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end > 0) {
            return end;
        }
        // Of a character's bytes all but the first are 10xxxxxx.
        end = bytes.length - 1;
        while (end > 1 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }
}
