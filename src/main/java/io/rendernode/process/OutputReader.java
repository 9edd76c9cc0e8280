package io.rendernode.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Reads a process's output on a daemon thread of its own and hands it on line by line. */
class OutputReader {
    private static final Logger LOG = Logger.getLogger(OutputReader.class);
    private static final int CHUNK_BYTES = 64 * 1024;

    /** Less than this at once is single lines as they are said. */
    private static final int TRICKLE_BYTES = 4 * 1024;

    /** Blender says 50 lines a frame, most within milliseconds: to be woken for each costs more than to read it. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final InputStream stream;
    private final Consumer<String> lines;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final Thread thread = new Thread(this::read);
    private volatile boolean hurried;
    private volatile boolean abandoned;
    private boolean complained;

    /**
     * Prepares to read.
     *
     * @param stream the process's output, errors merged into it
     * @param lines is given each line, on the reader's thread; while it works the process waits once the pipe (64 KiB)
     *     is full; what it throws is logged once and does not stop the reading
     */
    OutputReader(InputStream stream, Consumer<String> lines) {
        this.stream = stream;
        this.lines = lines;
    }

    void start(long pid) {
        thread.setName("process-output-" + pid);
        thread.setDaemon(true);
        thread.start();
    }

    /** Completes when the last line has been handed on. */
    CompletableFuture<Void> finished() {
        return finished;
    }

    /** Reads without a pause from now on: the process has ended, and its last lines are waited for. */
    void hurry() {
        hurried = true;
        LockSupport.unpark(thread);
    }

    /**
     * Hands on nothing more. A thread that waits in a read ends at the next byte or at the end of file: Linux does not
     * wake a reader whose file is closed.
     */
    void abandon() {
        abandoned = true;
        try {
            stream.close();
        } catch (IOException closed) {
            LOG.debug("output of a process could not be closed", closed);
        }
    }

    private void read() {
        LineSplitter splitter = new LineSplitter(this::handOn);
        byte[] chunk = new byte[CHUNK_BYTES];
        // At exit Java's reaper takes what is left in the pipe into memory, as long as somebody writes; it asks for
        // this monitor first, so while it is held, all is read here, in order and in bounded memory.
        synchronized (stream) {
            try {
                int count = stream.read(chunk);
                while (count >= 0 && !abandoned) {
                    splitter.accept(chunk, count);
                    if (count < TRICKLE_BYTES && !hurried) {
                        LockSupport.parkNanos(PAUSE_NANOS);
                    }
                    count = stream.read(chunk);
                }
            } catch (IOException closed) {
                LOG.debug("output of a process ended early", closed);
            }
        }
        splitter.end();
        finished.complete(null);
    }

    private void handOn(String line) {
        if (abandoned) {
            return;
        }
        try {
            lines.accept(line);
        } catch (RuntimeException | Error failure) {
            if (!complained) {
                complained = true;
                LOG.error("a line of a process's output could not be handled; more of these are not reported", failure);
            }
        }
    }
}
