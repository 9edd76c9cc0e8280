package io.rendernode.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Posts jobs of one frame at a fixed rate, whatever the answers take. */
final class JobStream implements AutoCloseable {
    private final int port;
    private final long interval;
    private final Thread thread = new Thread(this::post, "jobs");
    private volatile long accepted;
    private volatile long refused;
    private volatile boolean over;

    private JobStream(int port, int rate) {
        this.port = port;
        this.interval = TimeUnit.SECONDS.toNanos(1) / rate;
    }

    /** Begins to post, {@code rate} jobs a second. */
    static JobStream start(int port, int rate) {
        JobStream stream = new JobStream(port, rate);
        stream.thread.start();
        return stream;
    }

    /** Jobs that were accepted so far. */
    long accepted() {
        return accepted;
    }

    /** Jobs that were not: the line was full, or the connection broke. */
    long refused() {
        return refused;
    }

    @Override
    public void close() {
        over = true;
        thread.interrupt();
    }

    private void post() {
        long due = System.nanoTime();
        long accept = 0;
        long refuse = 0;
        while (!over) {
            try (PlainClient client = new PlainClient(port)) {
                while (!over) {
                    TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                    due += interval;
                    String body = "{\"from\":1,\"to\":1,\"output\":\"soak/f" + accept % 1000 + "_####\"}";
                    if (client.post("/job", body).status() == 202) {
                        accepted = ++accept;
                    } else {
                        refused = ++refuse;
                    }
                }
            } catch (IOException broken) {
                refused = ++refuse;
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }
}
