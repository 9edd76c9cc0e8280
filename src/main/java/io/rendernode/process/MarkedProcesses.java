package io.rendernode.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Processes that carry a mark in their environment, which they have from the node and give to their own children: so
 * what is left of an earlier run is found whatever became of its pid, its parent, its group or its session.
 */
public final class MarkedProcesses {
    /** The variable that holds the mark. */
    public static final String VARIABLE = "RENDER_NODE_HOME";

    private MarkedProcesses() {}

    /** The processes that live and carry the mark; those of other users cannot be seen. */
    public static List<ProcessIdentity> find(String mark) throws IOException {
        String entry = VARIABLE + "=" + mark;
        return ProcessState.pids().stream()
                .filter(pid -> environment(pid).contains(entry))
                .flatMap(pid -> ProcessIdentity.of(pid).stream())
                .toList();
    }

    /**
     * Ends all processes that carry the mark, by SIGKILL, and waits until they are dead.
     *
     * @param patience how long to wait
     * @return true if none lives any more
     */
    public static boolean killAll(String mark, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<ProcessIdentity> left = find(mark);
        while (!left.isEmpty()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            for (ProcessIdentity process : left) {
                ProcessHandle.of(process.pid())
                        .filter(handle -> process.isAlive())
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
            TimeUnit.MILLISECONDS.sleep(10);
            left = find(mark);
        }
        return true;
    }

    private static List<String> environment(long pid) {
        try {
            String text =
                    Files.readString(Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1);
            return List.of(text.split("\0", -1));
        } catch (IOException goneOrAnothers) {
            return List.of();
        }
    }
}
