package io.rendernode.process;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A node in a JVM of its own, to be killed: it holds three pids and runs one program that neither reads its input nor minds SIGINT. */
class NodeThatDies {
    private NodeThatDies() {}

    public static void main(String[] arguments) throws Exception {
        ChildLauncher manager = new ChildLauncher(0, ChildEnvironment.of(System.getenv()));
        StringBuilder pids = new StringBuilder();
        for (int held = 0; held < 3; held++) {
            pids.append(manager.hold().pid()).append(' ');
        }
        ChildProcess running = manager.hold();
        CountDownLatch ready = new CountDownLatch(1);
        running.start(
                List.of("sh", "-c", "trap '' INT; echo Ready; while :; do sleep 100; done"), line -> ready.countDown());
        ready.await();
        System.out.println(pids.append(running.pid()));
        new CountDownLatch(1).await();
    }
}
