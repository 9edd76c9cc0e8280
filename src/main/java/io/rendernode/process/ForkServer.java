package io.rendernode.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * A program that waits, and makes forks of itself when asked: each holds a pid and little else until it is told what to
 * do. Node and program talk by lines over the program's standard input and output, as its script documents.
 *
 * <p>Beside the first server there may be others that are forks of it, with something loaded. The first one is the parent
 * of all that live, and tells how each of them ended; when it is gone all its forks are ended.
 */
public final class ForkServer {
    private static final Logger LOG = Logger.getLogger(ForkServer.class);
    private static final String PREFIX = "render-node: ";
    private static final Pattern READY = Pattern.compile("ready (\\d{1,10})");
    private static final Pattern HELD = Pattern.compile("held (\\d{1,18}) (\\d{1,10}) (\\d{1,7}) (\\d{1,7})");
    private static final Pattern ENDED = Pattern.compile("ended (\\d{1,10}) (exit|signal) (\\d{1,3})");
    private static final Pattern STALE = Pattern.compile("stale (\\d{1,18}) (.{1,2000})");
    private static final Pattern UNFIT = Pattern.compile("unfit (.{1,2000})");
    private static final JsonMapper JSON = new JsonMapper();

    private final ForkServer first;
    private final String label;
    private final SignalSender signals;
    private final OutputStream input;
    private final AtomicLong numbers;
    private final Map<Long, CompletableFuture<ForkedProcess>> asked = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final long maker;
    private volatile ProcessHandle itself;
    private volatile long pid;
    private final AtomicLong lines = new AtomicLong();
    private volatile String unfit;
    private volatile boolean late;
    private volatile boolean closed;

    // Of the first server alone: the forks that live, by pid. Guarded by this.
    private final Map<Long, ForkedProcess> forks = new HashMap<>();

    private ForkServer(ForkServer first, long maker, String label, SignalSender signals, OutputStream input) {
        this.maker = maker;
        this.first = first == null ? this : first;
        this.label = label;
        this.signals = signals;
        this.input = input;
        this.numbers = first == null ? new AtomicLong() : first.numbers;
    }

    /**
     * Lets a process that is held become the first server.
     *
     * @param argv the program and its arguments
     */
    public static ForkServer start(ChildProcess process, List<String> argv) {
        ForkServer server = new ForkServer(null, process.pid(), "", process.signals(), process.input());
        process.startToTalk(argv, server::line);
        var unused = process.exit().thenAccept(exit -> server.close());
        return server;
    }

    /**
     * Takes another server that a fork of this one leaves behind.
     *
     * @param fork who makes it
     * @param label what is loaded there
     * @param in the descriptor, in the fork, that writes to the server
     * @param out the descriptor, in the fork, that reads what the server says
     * @throws IOException if the fork is gone
     */
    public ForkServer another(ChildProcess fork, String label, int in, int out) throws IOException {
        Ends ends = new Ends(fork.pid(), in, out);
        ForkServer server = new ForkServer(this, fork.pid(), label, signals, ends.input);
        OutputReader reader = new OutputReader(ends.output, server::line);
        reader.hurry();
        reader.start(fork.pid());
        var unused = reader.finished().whenComplete((read, failure) -> {
            server.close();
            reader.abandon();
        });
        return server;
    }

    /**
     * The pipe that a process has under that number.
     *
     * @throws IOException if there is none: what was loaded there may have opened a file instead, of anybody's
     */
    private static String pipe(long pid, int number) throws IOException {
        Path descriptor = Path.of("/proc", Long.toString(pid), "fd", Integer.toString(number));
        if (!Files.readSymbolicLink(descriptor).toString().startsWith("pipe:[")) {
            throw new IOException(descriptor + " is no pipe");
        }
        return descriptor.toString();
    }

    /** What is loaded here; empty for the first server. */
    public String label() {
        return label;
    }

    /** Completes when it waits; exceptionally where it ends before. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /** Whether it can be asked for forks: it waits, and has not left the last question open. */
    public boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally() && !closed && !late;
    }

    /** Whether it has ended, or was told to. */
    public boolean isClosed() {
        return closed;
    }

    /** Why no forks are to be made here, in the program's own words, if it has said so. */
    public Optional<String> unfit() {
        return Optional.ofNullable(unfit);
    }

    /** Asks for a sign of life. Forks that have been dead since the last time, of which no end was told, are given up. */
    public void ping() {
        List<ForkedProcess> living;
        synchronized (this) {
            living = List.copyOf(forks.values());
        }
        for (ForkedProcess fork : living) {
            if (fork.isMissed()) {
                synchronized (this) {
                    forks.remove(fork.pid(), fork);
                }
                fork.lose();
            }
        }
        say("ping");
    }

    /** How many lines it has said: it says one to each sign of life that it is asked for. */
    public long lines() {
        return lines.get();
    }

    /** Whether it has left the last question open. */
    public boolean isLate() {
        return late;
    }

    /**
     * Makes a fork that holds a pid.
     *
     * @param atMost how long to wait for it
     * @return empty where the server does not make one in time
     */
    public Optional<ChildProcess> hold(Duration atMost) {
        long number = numbers.incrementAndGet();
        CompletableFuture<ForkedProcess> answer = new CompletableFuture<>();
        asked.put(number, answer);
        say("hold " + number);
        if (closed) {
            answer.cancel(false);
        }
        // Whichever comes first: what is made after it ends at once.
        answer.completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS);
        try {
            ForkedProcess made = answer.join();
            late = made == null;
            return Optional.ofNullable(made).map(process -> new ChildProcess(process, process.identity(), signals));
        } catch (CompletionException | CancellationException none) {
            LOG.debugf(none, "no fork was made");
            return Optional.empty();
        } finally {
            asked.remove(number);
        }
    }

    /** Ends it. Forks of the first server end with it; those of another go on. */
    public void close() {
        closed = true;
        try {
            input.close();
        } catch (IOException gone) {
            LOG.debugf(gone, "input of fork server %d could not be closed", pid);
        }
        ready.completeExceptionally(new IOException("the fork server has ended"));
        asked.values().forEach(answer -> answer.completeExceptionally(new IOException("the fork server has ended")));
        if (first == this) {
            List<ForkedProcess> left;
            synchronized (this) {
                left = List.copyOf(forks.values());
                forks.clear();
            }
            left.forEach(ForkedProcess::lose);
        } else if (itself != null) {
            itself.destroyForcibly();
        }
    }

    /** The line that makes a fork become another program. */
    static byte[] exec(List<String> argv) {
        return order(Map.of("exec", argv));
    }

    /** The line that makes a fork become a program that reads what comes after it. */
    static byte[] execToRead(List<String> argv) {
        return order(Map.of("exec", argv, "watch", false));
    }

    private static byte[] order(Map<String, Object> order) {
        try {
            return (JSON.writeValueAsString(order) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("plain values can always be written", impossible);
        }
    }

    private void say(String line) {
        try {
            synchronized (input) {
                input.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
                input.flush();
            }
        } catch (IOException gone) {
            LOG.debugf(gone, "fork server %d does not read", pid);
        }
    }

    private void line(String line) {
        lines.incrementAndGet();
        late = false;
        if (!line.startsWith(PREFIX)) {
            return;
        }
        String said = line.substring(PREFIX.length());
        Matcher held = HELD.matcher(said);
        Matcher ended = ENDED.matcher(said);
        Matcher waits = READY.matcher(said);
        Matcher stale = STALE.matcher(said);
        Matcher cannot = UNFIT.matcher(said);
        if (held.matches()) {
            held(number(held, 1), number(held, 2), (int) number(held, 3), (int) number(held, 4));
        } else if (ended.matches() && first == this) {
            int how = (int) number(ended, 3);
            ended(number(ended, 1), exit(ended.group(2).equals("exit"), how));
        } else if (waits.matches() && pid == 0) {
            waits(number(waits, 1));
        } else if (stale.matches()) {
            Optional.ofNullable(asked.get(number(stale, 1)))
                    .ifPresent(answer -> answer.completeExceptionally(new IOException(stale.group(2))));
            if (first != this) {
                close();
            }
        } else if (cannot.matches()) {
            unfit = cannot.group(1);
        } else if (!said.equals("pong")) {
            LOG.warnf("a waiting program talks nonsense: %s", said);
            close();
        }
    }

    /** What it says of itself is believed only where it can be true: that pid is signalled, and its descriptors opened. */
    private void waits(long told) {
        itself = ProcessHandle.of(told)
                .filter(handle -> first == this ? told == maker : isChild(told, maker) || isChild(told, first.pid))
                .orElse(null);
        if (itself == null) {
            close();
        } else {
            pid = told;
            ready.complete(null);
        }
    }

    /** Whether a process is the first server's, or is about to be: a loaded one makes it by another, which then ends. */
    private boolean isFork(long child) {
        Optional<ProcessHandle> parent = ProcessHandle.of(child).flatMap(ProcessHandle::parent);
        boolean isAboutToBe = first != this
                && parent.filter(middle -> isChild(middle.pid(), pid)).isPresent();
        return isAboutToBe || isChild(child, first.pid);
    }

    private static boolean isChild(long child, long parent) {
        return ProcessHandle.of(child)
                .flatMap(ProcessHandle::parent)
                .filter(handle -> handle.pid() == parent)
                .isPresent();
    }

    private static long number(Matcher matcher, int group) {
        return Long.parseLong(matcher.group(group));
    }

    private static ProcessExit exit(boolean byItself, int how) {
        return byItself
                ? new ProcessExit(OptionalInt.of(how), OptionalInt.empty())
                : new ProcessExit(OptionalInt.empty(), OptionalInt.of(how));
    }

    private void held(long number, long child, int in, int out) {
        CompletableFuture<ForkedProcess> answer = asked.get(number);
        if (!isFork(child)) {
            LOG.warnf("process %d is no fork of %d", child, first.pid);
            refuse(number, answer);
            return;
        }
        try (Ends ends = new Ends(pid, in, out)) {
            say("taken " + number);
            ForkedProcess fork = new ForkedProcess(child, this, ends.input, ends.output);
            first.add(fork);
            if (answer != null && answer.complete(fork)) {
                ends.keep();
            } else {
                // Nobody waits for it any more: it ends with its input.
                fork.toHandle().destroyForcibly();
            }
        } catch (IOException gone) {
            LOG.debugf(gone, "fork %d cannot be had", child);
            // Without its pipes it would wait for ever.
            refuse(number, answer);
        }
    }

    private void refuse(long number, CompletableFuture<ForkedProcess> answer) {
        say("taken " + number);
        if (answer != null) {
            answer.completeExceptionally(new IOException("no fork could be had"));
        }
    }

    private void add(ForkedProcess fork) throws IOException {
        synchronized (this) {
            ForkedProcess other = forks.get(fork.pid());
            if (other != null && other.isAlive()) {
                throw new IOException("fork " + fork.pid() + " is known already");
            }
            forks.put(fork.pid(), fork);
        }
        // Of one that another server has made, the end may have been told already.
        if (closed || !fork.isAlive()) {
            fork.lose();
        }
    }

    private void ended(long child, ProcessExit how) {
        ForkedProcess fork;
        synchronized (this) {
            fork = forks.remove(child);
        }
        if (fork != null) {
            fork.end(how);
        }
    }

    /** Both of a fork's pipes, closed unless they are kept. */
    private static final class Ends implements AutoCloseable {
        private final OutputStream input;
        private final InputStream output;
        private boolean kept;

        Ends(long pid, int in, int out) throws IOException {
            // To append, since it would be emptied otherwise if it were a file after all.
            input = new FileOutputStream(pipe(pid, in), true);
            try {
                output = new FileInputStream(pipe(pid, out));
            } catch (IOException gone) {
                input.close();
                throw gone;
            }
        }

        void keep() {
            kept = true;
        }

        @Override
        public void close() throws IOException {
            if (!kept) {
                try (output) {
                    input.close();
                }
            }
        }
    }
}
