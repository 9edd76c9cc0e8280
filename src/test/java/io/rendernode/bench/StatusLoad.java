package io.rendernode.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Asks for a path at a fixed rate over a few kept connections, whatever the answers take: a slow answer delays none of
 * the later questions' times of reckoning. It uses plain sockets, since it shares the machine with what it measures.
 */
final class StatusLoad implements AutoCloseable {
    private static final int CONNECTIONS = 4;

    private final List<Thread> threads = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private volatile boolean over;

    private StatusLoad() {}

    /** Begins to ask, {@code rate} times a second. */
    static StatusLoad start(int port, String path, int rate) {
        StatusLoad load = new StatusLoad();
        for (int i = 0; i < CONNECTIONS; i++) {
            Worker worker = load.new Worker(port, path, CONNECTIONS * 1_000_000_000L / rate, i);
            Thread thread = new Thread(worker, "load-" + i);
            load.workers.add(worker);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    /** Ends asking and says how it went. */
    Result result() {
        close();
        long[] nanos = workers.stream()
                .flatMapToLong(worker -> LongStream.of(worker.answers()))
                .sorted()
                .toArray();
        return Result.of(
                nanos, workers.stream().mapToLong(worker -> worker.errors).sum());
    }

    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * How it went; times are milliseconds from the moment a question was due to its answer.
     *
     * @param answers how many there were
     * @param errors answers that were neither 200 nor 202, and connections that broke
     */
    record Result(int answers, long errors, double median, double percentile99, double longest) {

        static Result of(long[] ascendingNanos, long errors) {
            return new Result(
                    ascendingNanos.length,
                    errors,
                    millis(ascendingNanos, 0.5),
                    millis(ascendingNanos, 0.99),
                    millis(ascendingNanos, 1));
        }

        private static double millis(long[] ascending, double share) {
            return ascending.length == 0
                    ? 0
                    : ascending[(int) Math.min(ascending.length - 1, ascending.length * share)] / 1e6;
        }

        @Override
        public String toString() {
            return String.format(
                    "%d answers, %d errors, median %.1f ms, 99th percentile %.1f ms, longest %.1f ms",
                    answers, errors, median, percentile99, longest);
        }
    }

    private final class Worker implements Runnable {
        private final int port;
        private final byte[] request;
        private final long interval;
        private final int offset;
        private long[] nanos = new long[1 << 16];
        private int count;
        private long errors;

        Worker(int port, String path, long interval, int offset) {
            this.port = port;
            this.request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            this.interval = interval;
            this.offset = offset;
        }

        long[] answers() {
            return Arrays.copyOf(nanos, count);
        }

        @Override
        public void run() {
            long due = System.nanoTime() + interval * offset / CONNECTIONS;
            while (!over) {
                try (Socket socket = new Socket("localhost", port)) {
                    socket.setTcpNoDelay(true);
                    InputStream input = new BufferedInputStream(socket.getInputStream());
                    while (!over) {
                        long wait = due - System.nanoTime();
                        if (wait > 0) {
                            TimeUnit.NANOSECONDS.sleep(wait);
                        }
                        socket.getOutputStream().write(request);
                        if (!readAnswer(input)) {
                            errors++;
                        }
                        note(System.nanoTime() - due);
                        due += interval;
                    }
                } catch (IOException broken) {
                    errors++;
                    due += interval;
                } catch (InterruptedException stopping) {
                    return;
                }
            }
        }

        private void note(long time) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = time;
        }

        private boolean readAnswer(InputStream input) throws IOException {
            String status = line(input);
            int length = 0;
            for (String header = line(input); !header.isEmpty(); header = line(input)) {
                if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(header.substring(15).trim());
                }
            }
            input.skipNBytes(length);
            return status.contains(" 200 ") || status.contains(" 202 ");
        }

        private String line(InputStream input) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int read = input.read(); read != '\n'; read = input.read()) {
                if (read < 0) {
                    throw new IOException("closed");
                }
                if (read != '\r') {
                    line.append((char) read);
                }
            }
            return line.toString();
        }
    }
}
