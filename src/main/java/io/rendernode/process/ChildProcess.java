package io.rendernode.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One child process: held at first, a program after {@link #start}. Starting it, learning that it has ended
 * ({@link #exit}) and making it end ({@link #stop}) are three separate things; none of them waits for another. All
 * methods may be called from any thread.
 */
public class ChildProcess {
    private static final Logger LOG = Logger.getLogger(ChildProcess.class);

    /** Something may hold the output open for ever that has left the group, so the reading is bounded. */
    private static final int READ_AFTER_EXIT_SECONDS = 2;

    private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** A fork is left in peace at first: it holds nothing of its own yet, and stands still while its pages are counted. */
    private static final long FIRST_SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Process process;
    private final ProcessIdentity identity;
    private final SignalSender signals;
    private final CompletableFuture<ProcessExit> exit = new CompletableFuture<>();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final AtomicLong peakBytes = new AtomicLong();
    private long sampledAt;
    private volatile boolean sharesMemory;
    private ProcessMemory lastShared;
    private long sharedAt;
    private long sharedNanos;

    // Guarded by this; the reader is null while the process is held, the kill while none is planned.
    private OutputReader reader;
    private volatile boolean unloaded;
    private boolean ended;
    private boolean paused;
    private Future<?> kill;
    private long killAt;

    ChildProcess(Process process, ProcessIdentity identity, SignalSender signals) {
        this.process = process;
        this.identity = identity;
        this.signals = signals;
        var unused = process.onExit().thenAccept(this::end);
    }

    /** The pid, the same from holding to the program's end; also the id of its session and its process group. */
    public long pid() {
        return identity.pid();
    }

    /** What to remember, to find this process again after a restart. */
    public ProcessIdentity identity() {
        return identity;
    }

    /**
     * Becomes the program. Its standard input stays open and empty until it ends: a program that reads it sees the
     * node's death as end of file. If the program cannot be run, a line says so and the exit code is 127 or 126. If
     * the process has been stopped meanwhile nothing is run, and {@link #exit} tells how it ended.
     *
     * @param argv the program, found by the children's PATH, and its arguments
     * @param lines is given each line of output and of errors, on a thread of this process alone; the program waits
     *     while it works, once 64 KiB are unread
     * @throws IllegalArgumentException if argv is empty or an argument holds a newline or a NUL
     * @throws IllegalStateException if it was started before
     */
    public void start(List<String> argv, Consumer<String> lines) {
        begin(server().isPresent() ? ForkServer.exec(argv) : ChildLauncher.request(argv, false), lines);
    }

    /**
     * As {@link #start}, for a program that reads what is written to it: of the node's death it learns as its input's end.
     *
     * @return its input; what is written there waits for the program, until it has ended
     */
    public OutputStream startToFeed(List<String> argv, Consumer<String> lines) {
        begin(ChildLauncher.request(argv, true), lines);
        return input();
    }

    /** As {@link #start}, for a program that goes on to read its input, by {@link #say}, and hands on each line at once. */
    void startToTalk(List<String> argv, Consumer<String> lines) {
        begin(ChildLauncher.request(argv, true), lines);
        synchronized (this) {
            reader.hurry();
        }
    }

    /**
     * Lets a fork do as it is told, and end then; as {@link #start} in all else.
     *
     * @param order one line of JSON, as the script of its server takes it
     * @throws IllegalStateException if it was started before, or is no fork
     */
    public void obey(String order, Consumer<String> lines) {
        if (server().isEmpty()) {
            throw new IllegalStateException("process " + pid() + " is no fork");
        }
        sharesMemory = true;
        sampledAt = System.nanoTime() - SAMPLE_NANOS + FIRST_SAMPLE_NANOS;
        begin((order + "\n").getBytes(StandardCharsets.UTF_8), lines);
    }

    private void begin(byte[] request, Consumer<String> lines) {
        synchronized (this) {
            if (reader != null) {
                throw new IllegalStateException("process " + pid() + " was started before");
            }
            reader = new OutputReader(process.getInputStream(), line -> {
                sampleSometimes();
                lines.accept(line);
            });
            reader.start(pid());
        }
        if (!write(request)) {
            kill();
        }
    }

    /** Says a line to what runs. */
    public void say(String line) {
        write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private boolean write(byte[] bytes) {
        OutputStream input = input();
        synchronized (input) {
            try {
                input.write(bytes);
                input.flush();
                return true;
            } catch (IOException gone) {
                LOG.debugf(gone, "process %d was gone before it could be told something", pid());
                return false;
            }
        }
    }

    /**
     * Lets a fork that is held become the tiny program that holds a pid, under the same pid: what it has loaded is of no use
     * any more, and only takes memory.
     */
    public synchronized void unload() {
        if (reader == null && !unloaded && process instanceof ForkedProcess) {
            unloaded = true;
            write(ForkServer.execToRead(ChildLauncher.inSession(0)));
        }
    }

    /** Whether it is a fork, which has its limits from who made it. */
    public boolean isFork() {
        return process instanceof ForkedProcess;
    }

    /** Whether somebody has stopped it from running (SIGSTOP). */
    public boolean isStopped() {
        return ProcessState.of(pid()).filter(ProcessState::isStopped).isPresent();
    }

    /** Who made it, where it is a fork that can still obey. */
    public Optional<ForkServer> server() {
        return process instanceof ForkedProcess fork && !unloaded ? Optional.of(fork.server()) : Optional.empty();
    }

    /** Whether it was ended because the program that it is a fork of is gone, and nobody could have told its end. */
    public boolean isLost() {
        return process instanceof ForkedProcess fork && fork.isLost();
    }

    SignalSender signals() {
        return signals;
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    /**
     * Completes when the process is dead, the rest of its group has been sent SIGKILL, and its output has been read to
     * the end, or for two seconds more where something outside the group holds it open. No line follows after that.
     */
    public CompletableFuture<ProcessExit> exit() {
        return exit.copy();
    }

    /** Sends SIGINT to the process itself, the first time only: a second one would kill Blender in mid-write. */
    public void interrupt() {
        if (interrupted.compareAndSet(false, true)) {
            var unused = signals.toProcess(identity, Signal.INT);
        }
    }

    /**
     * Makes it end: SIGINT now, SIGKILL to the whole group after the grace. A process that is still held is killed at
     * once. Called again, the shorter grace counts.
     *
     * @param grace how long it may take to end by itself; zero kills at once, without SIGINT
     */
    public void stop(Duration grace) {
        boolean wasPaused;
        synchronized (this) {
            if (ended) {
                return;
            }
            if (reader == null || grace.isZero() || grace.isNegative()) {
                kill();
                return;
            }
            planKill(grace);
            wasPaused = paused;
            paused = false;
        }
        interrupt();
        if (wasPaused) {
            // After SIGINT, so that it goes on only to end.
            var unused = signals.toGroup(identity, Signal.CONT);
        }
    }

    /**
     * Stops the whole group from running (SIGSTOP) until {@link #resume}; it keeps its memory. A held process runs
     * nothing and is left as it is. While paused it does not see the node's death.
     */
    public synchronized void pause() {
        if (reader != null && !ended && kill == null) {
            paused = true;
            var unused = signals.toGroup(identity, Signal.STOP);
        }
    }

    /** Lets a paused group run on; does nothing otherwise. */
    public synchronized void resume() {
        if (paused) {
            paused = false;
            var unused = signals.toGroup(identity, Signal.CONT);
        }
    }

    /** Bytes of memory the process itself holds now, of what it shares with others its part; 0 once it is dead. */
    public long residentBytes() {
        ProcessMemory memory = sharesMemory ? shared() : ProcessMemory.of(pid());
        // Asked after: as long as Java has not heard of its death the kernel gives the pid to nobody else.
        if (!process.isAlive()) {
            return 0;
        }
        peakBytes.accumulateAndGet(memory.peakBytes(), Math::max);
        return memory.residentBytes();
    }

    /**
     * The most bytes of memory the process itself has held, as last seen: at each {@link #residentBytes} and, at most
     * four times a second, when it prints; 0 if it was never seen.
     */
    public long peakMemoryBytes() {
        return peakBytes.get();
    }

    /** The kernel walks through all pages for it: of a large scene not more often than it costs a hundredth. */
    private synchronized ProcessMemory shared() {
        long now = System.nanoTime();
        if (lastShared == null || now - sharedAt > 100 * sharedNanos) {
            lastShared = ProcessMemory.proportional(pid());
            sharedAt = System.nanoTime();
            sharedNanos = sharedAt - now;
        }
        return lastShared;
    }

    private void planKill(Duration grace) {
        long at = System.nanoTime() + grace.toNanos();
        if (kill == null || at - killAt < 0) {
            if (kill != null) {
                kill.cancel(false);
            }
            killAt = at;
            kill = signals.later(grace, this::kill);
        }
    }

    /** The leader at once and without another process, which may not be had; the rest of the group after it. */
    private void kill() {
        process.toHandle().destroyForcibly();
        var unused = signals.toGroup(identity, Signal.KILL);
    }

    private void end(Process dead) {
        ProcessExit how = dead instanceof ForkedProcess fork ? fork.exit() : ProcessExit.ofStatus(dead.exitValue());
        OutputReader reading;
        synchronized (this) {
            ended = true;
            reading = reader;
            if (kill != null) {
                kill.cancel(false);
            }
        }
        try {
            dead.getOutputStream().close();
        } catch (IOException closed) {
            LOG.debugf(closed, "input of process %d could not be closed", pid());
        }
        if (reading == null) {
            closeOutput(dead);
            exit.complete(how);
            return;
        }
        reading.hurry();
        var unused = signals.toGroup(identity, Signal.KILL)
                .thenCompose(sent ->
                        reading.finished().copy().completeOnTimeout(null, READ_AFTER_EXIT_SECONDS, TimeUnit.SECONDS))
                .whenComplete((read, failure) -> {
                    reading.abandon();
                    exit.complete(how);
                });
    }

    /** Java does it for its own children. */
    private void closeOutput(Process dead) {
        try {
            dead.getInputStream().close();
        } catch (IOException closed) {
            LOG.debugf(closed, "output of process %d could not be closed", pid());
        }
    }

    private void sampleSometimes() {
        long now = System.nanoTime();
        if ((peakBytes.get() == 0 && !sharesMemory) || now - sampledAt >= SAMPLE_NANOS) {
            sampledAt = now;
            residentBytes();
        }
    }
}
