package io.rendernode.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Asks for a path at a fixed rate over a few kept connections, whatever the answers take: a slow answer delays none of
 * the later questions' times of reckoning.
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
                .toArray();
        return new Result(
                Times.of(nanos),
                workers.stream().mapToLong(worker -> worker.errors).sum());
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
     * How it went.
     *
     * @param times from the moment a question was due to its answer
     * @param errors answers that were neither 200 nor 202, and connections that broke
     */
    record Result(Times times, long errors) {

        @Override
        public String toString() {
            return times + ", " + errors + " errors";
        }
    }

    private final class Worker implements Runnable {
        private final int port;
        private final String path;
        private final long interval;
        private final int offset;
        private long[] nanos = new long[1 << 16];
        private int count;
        private long errors;

        Worker(int port, String path, long interval, int offset) {
            this.port = port;
            this.path = path;
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
                try (PlainClient client = new PlainClient(port)) {
                    while (!over) {
                        long wait = due - System.nanoTime();
                        if (wait > 0) {
                            TimeUnit.NANOSECONDS.sleep(wait);
                        }
                        int status = client.read(path, "*/*").status();
                        if (status != 200 && status != 202) {
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
    }
}
