package io.rendernode.process;

import io.rendernode.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Real children for tests, all of them dead after the test whatever it did. */
class Children implements AutoCloseable {
    private final List<ChildProcess> children = new ArrayList<>();
    private final ChildLauncher manager = new ChildLauncher(10, ChildEnvironment.of(System.getenv()));

    ChildProcess hold() throws IOException {
        ChildProcess child = manager.hold();
        children.add(child);
        return child;
    }

    /** Starts a shell script; what it prints goes to the lines. */
    ChildProcess shell(String script, Lines lines) throws IOException {
        ChildProcess child = hold();
        child.start(List.of("sh", "-c", script), lines);
        return child;
    }

    static ProcessExit exitOf(ChildProcess child) throws Exception {
        return Await.get(child.exit());
    }

    /** The process that has this pid now, and is asked later: by then the pid may be another's. */
    static ProcessIdentity living(long pid) {
        return ProcessIdentity.of(pid).orElseThrow(() -> new AssertionError("nothing lives that has pid " + pid));
    }

    @Override
    public void close() {
        children.forEach(child -> child.stop(Duration.ZERO));
    }
}
