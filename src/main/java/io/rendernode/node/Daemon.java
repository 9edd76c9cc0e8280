package io.rendernode.node;

/** A thread that keeps no program from ending. */
final class Daemon extends Thread {
    Daemon(String name, Work work) {
        super(() -> run(work), name);
        setDaemon(true);
    }

    /** What it does, until it is done or interrupted. */
    interface Work {
        void run() throws InterruptedException;
    }

    private static void run(Work work) {
        try {
            work.run();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
