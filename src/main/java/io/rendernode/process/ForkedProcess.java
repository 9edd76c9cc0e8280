package io.rendernode.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A process that a {@link ForkServer} has made: Java is not its parent, so that how it ended is the server's to tell. It
 * reads one line of JSON from its standard input, and becomes or does what that says.
 */
final class ForkedProcess extends Process {
    private static final Logger LOG = Logger.getLogger(ForkedProcess.class);
    private static final int GONE_WITHIN_SECONDS = 5;

    private final ProcessIdentity identity;
    private final ProcessHandle handle;
    private final ForkServer server;
    private final OutputStream input;
    private final InputStream output;
    private final CompletableFuture<ProcessExit> ended = new CompletableFuture<>();
    private volatile boolean lost;
    private volatile boolean seenDead;

    /**
     * Takes a process that is there.
     *
     * @param server who made it
     * @param input the writing end of its standard input
     * @param output the reading end of its output and errors
     * @throws IOException if it is gone already
     */
    ForkedProcess(long pid, ForkServer server, OutputStream input, InputStream output) throws IOException {
        this.identity = ProcessIdentity.of(pid).orElseThrow(() -> new IOException("fork " + pid + " ended at once"));
        this.handle = ProcessHandle.of(pid).orElseThrow(() -> new IOException("fork " + pid + " ended at once"));
        this.server = server;
        this.input = input;
        this.output = output;
    }

    ProcessIdentity identity() {
        return identity;
    }

    ForkServer server() {
        return server;
    }

    /** The server has told how it ended. */
    void end(ProcessExit how) {
        ended.complete(how);
    }

    /** Nobody will tell how it ends: it is made to end. */
    void lose() {
        lost = true;
        handle.destroyForcibly();
        var unused = handle.onExit()
                .orTimeout(GONE_WITHIN_SECONDS, TimeUnit.SECONDS)
                .whenComplete((gone, stuck) -> {
                    if (stuck != null && identity.isAlive()) {
                        LOG.errorf("process %d does not end", identity.pid());
                    }
                    ended.complete(ProcessExit.KILLED);
                });
    }

    /** Whether it has been dead for a while, by the second call, and its end has not been told. */
    boolean isMissed() {
        boolean before = seenDead;
        seenDead = !ended.isDone() && !identity.isAlive();
        return before && seenDead;
    }

    /** Whether it was ended because nobody could tell its end. */
    boolean isLost() {
        return lost;
    }

    /** How it ended, told exactly. */
    ProcessExit exit() {
        return ended.join();
    }

    @Override
    public OutputStream getOutputStream() {
        return input;
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return InputStream.nullInputStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            ended.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        return exitValue();
    }

    @Override
    public int exitValue() {
        if (!ended.isDone()) {
            throw new IllegalThreadStateException("process " + pid() + " has not ended");
        }
        return ended.join().status();
    }

    @Override
    public void destroy() {
        handle.destroy();
    }

    /** False from its death on, which this node learns a moment later: by then its number may be another's. */
    @Override
    public boolean isAlive() {
        return !ended.isDone() && identity.isAlive();
    }

    @Override
    public long pid() {
        return identity.pid();
    }

    @Override
    public ProcessHandle toHandle() {
        return handle;
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return ended.thenApply(how -> this);
    }
}
