package io.rendernode.log;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * The log of one attempt, on disk, of bounded size: when it grows too long its first and its last part are kept (see
 * {@link TaskLogFiles}). What is written is on its way to disk within 200 ms. Writing never fails: while the disk
 * cannot take lines they are lost, counted, and told of in a line once it can. May be used from any thread.
 */
public class TaskLog implements Closeable {
    private static final Logger LOG = Logger.getLogger(TaskLog.class);
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int FLUSH_MILLIS = 200;
    private static final ScheduledThreadPoolExecutor FLUSHER = flusher();

    private final TaskLogFiles files;
    private final long maxBytes;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private OutputStream part;
    private Path partPath;
    private long partLength;
    private long room;
    private long end;
    private boolean closed;
    private boolean flushPlanned;
    private long lostLines;
    private boolean torn;

    /**
     * Opens a log for writing; nothing touches the disk before the first line. A log that is there is gone on with.
     *
     * @param file the log's first part; what comes later is in a folder beside it
     * @param maxBytes how much is kept, at least 1024
     * @throws IllegalArgumentException if maxBytes is less
     */
    public TaskLog(Path file, long maxBytes) {
        if (maxBytes < 1024) {
            throw new IllegalArgumentException("a log needs 1024 bytes at least, not " + maxBytes);
        }
        this.files = new TaskLogFiles(file);
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a line. Nothing is added to a closed log.
     *
     * @param text the line without its end; one longer than an eighth of the log is cut
     */
    public synchronized void line(String text) {
        if (closed) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int limit = (int) Math.min(BUFFER_BYTES, segmentBytes()) - 1;
        if (buffer.size() + Math.min(bytes.length, limit) >= Math.min(BUFFER_BYTES, segmentBytes())) {
            flush();
        }
        buffer.write(bytes, 0, Math.min(bytes.length, limit));
        buffer.write('\n');
        if (!flushPlanned) {
            flushPlanned = true;
            var unused = FLUSHER.schedule(this::flushAsPlanned, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Writes out what is buffered, so that a reader sees it now. */
    public synchronized void flush() {
        if (buffer.size() == 0 && lostLines == 0) {
            return;
        }
        byte[] lines = buffer.toByteArray();
        buffer.reset();
        if (lostLines > 0) {
            String note = (torn ? "\n" : "") + "… " + lostLines + " lines could not be written\n";
            long before = lostLines;
            write(note.getBytes(StandardCharsets.UTF_8));
            if (lostLines > before) {
                // The note itself is no line of the log.
                lostLines = before + count(lines, 0);
                return;
            }
            lostLines = 0;
            torn = false;
        }
        write(lines);
    }

    /** Writes out what is buffered and takes nothing more. */
    @Override
    public synchronized void close() {
        flush();
        closed = true;
        release();
    }

    /** A part of a log, and the place in the log at which to read on. */
    public record Part(String text, long nextOffset) {}

    // Not by a FileChannel: it closes when the thread has been interrupted, and the lines would be lost.
    private void write(byte[] lines) {
        try {
            if (part == null || lines.length > room) {
                release();
                open(lines.length);
            }
            part.write(lines);
            wrote(lines.length);
        } catch (IOException failure) {
            if (lostLines == 0) {
                LOG.warnf("a log cannot be written, its lines are lost for now: %s", failure.toString());
            }
            int written = part == null ? 0 : (int) Math.max(0, partPath.toFile().length() - partLength);
            wrote(written);
            torn = written > 0 ? lines[written - 1] != '\n' : torn;
            lostLines += count(lines, written);
            release();
        }
    }

    private void wrote(int bytes) {
        partLength += bytes;
        room -= bytes;
        end += bytes;
    }

    /** Goes by what is on disk, not by what should be: after a failure, or a restart, they differ. */
    private void open(long needed) throws IOException {
        TaskLogFiles.Part last = files.last();
        end = Math.max(end, last.end());
        long limit = last.offset() == 0 ? maxBytes / 2 : segmentBytes();
        boolean goesOn = last.end() == end && last.length() + needed <= limit;
        if (!goesOn) {
            files.dropOldest(maxBytes / 2 - segmentBytes());
        }
        partPath = goesOn ? last.path() : files.segment(end);
        partLength = goesOn ? last.length() : 0;
        room = (goesOn ? limit : segmentBytes()) - partLength;
        Files.createDirectories(partPath.toAbsolutePath().getParent());
        part = new FileOutputStream(partPath.toFile(), true);
    }

    private long segmentBytes() {
        return maxBytes / 8;
    }

    private void release() {
        if (part == null) {
            return;
        }
        try {
            part.close();
        } catch (IOException failure) {
            LOG.debug("a log could not be closed", failure);
        }
        part = null;
    }

    private synchronized void flushAsPlanned() {
        flushPlanned = false;
        flush();
    }

    private static long count(byte[] lines, int from) {
        return IntStream.range(from, lines.length)
                .filter(index -> lines[index] == '\n')
                .count();
    }

    private static ScheduledThreadPoolExecutor flusher() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "task-log-flush");
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(10, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
