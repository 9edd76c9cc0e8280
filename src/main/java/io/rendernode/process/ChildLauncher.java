package io.rendernode.process;

import java.io.IOException;
import java.util.Map;

/** Makes child processes: each first only holds a pid, and becomes a program when its turn comes. Needs Linux. */
public class ChildLauncher {
    private final int niceness;
    private final Map<String, String> environment;
    private final SignalSender signals = new SignalSender();

    /**
     * Prepares to make children.
     *
     * @param niceness how much nicer than the node a program runs, 0 to 19
     * @param environment the complete environment of the children, see {@link ChildEnvironment#of}
     * @throws IllegalArgumentException if the niceness is out of range
     */
    public ChildLauncher(int niceness, Map<String, String> environment) {
        if (niceness < 0 || niceness > 19) {
            throw new IllegalArgumentException("niceness must be 0 to 19, not " + niceness);
        }
        this.niceness = niceness;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Starts the tiny process that holds a pid; it is leader of its own session and process group, and ends by itself
     * when the node does, even by SIGKILL.
     *
     * @throws IOException if no process can be had: the system's limit is reached, or setsid, env or sh is missing
     */
    public ChildProcess hold() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(HoldScript.command(niceness)).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        ProcessIdentity identity = ProcessIdentity.of(process.pid())
                .orElseThrow(() -> new IOException("the process that should hold a pid ended at once"));
        return new ChildProcess(process, identity, signals);
    }
}
