package io.rendernode.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes child processes: each first only holds a pid, and becomes a program when its turn comes. Needs Linux.
 *
 * <p>The tiny program that holds a pid reads whether the program is to read its own input, the number of arguments and
 * then each argument, a line each, from its standard input, and becomes the program they name by {@code exec}: the pid stays the same through setsid, env, sh and
 * nice. At end of file, that is when the node is gone, it ends, and so does the program: by SIGINT, and with its whole
 * group by SIGKILL a second later.
 */
public class ChildLauncher {
    /**
     * Nothing of the arguments is ever evaluated: they only pass through quoted expansions. The number comes first, so
     * that no argument can be taken for an end mark. A shell reads a pipe byte by byte, so nothing that is meant for
     * the program itself is lost.
     */
    private static final String READ = "IFS= read -r input && IFS= read -r count || exit 0; "
            + "while [ $# -lt \"$count\" ]; do IFS= read -r line || exit 0; set -- \"$@\" \"$line\"; done; ";

    /**
     * Beside the program, in its group, waits one who sees the node's death as end of file: what a program does itself
     * about that it cannot do while it holds a lock for ever. It outlives the program by a moment, and is then the init's
     * to bury. Third, since a shell gives what runs beside it no input. Not where the program reads its input itself.
     */
    private static final String WATCH = "exec 3<&0; [ $input = read ] || "
            + "{ while read -r line; do :; done; kill -INT $$ && sleep 1; kill -KILL 0; } <&3 3<&- >/dev/null 2>&1 & ";

    /** Where memory runs out the kernel is to end the program, not the node: 1000 is its highest, proc(5). */
    private static final String FIRST_TO_GO = "{ read -r score </proc/self/oom_score_adj && "
            + "echo $((score > 500 ? 1000 : score + 500)) >/proc/self/oom_score_adj; } 2>/dev/null; ";

    private static final String SCRIPT = READ + WATCH + FIRST_TO_GO + "exec 3<&- nice -n ";

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
        ProcessBuilder builder = new ProcessBuilder(command(niceness)).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        ProcessIdentity identity = ProcessIdentity.of(process.pid())
                .orElseThrow(() -> new IOException("the process that should hold a pid ended at once"));
        return new ChildProcess(process, identity, signals);
    }

    /**
     * The command line of the holding process.
     *
     * @return argv of a process that is leader of its own session and group, all signals at their
     *     default (a node that a script started with {@code &} ignores SIGINT, and a shell cannot undo that)
     */
    static List<String> command(int niceness) {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(inSession(niceness));
        return command;
    }

    /** The same for what is leader of its own session already: setsid would go on under another pid. */
    static List<String> inSession(int niceness) {
        return List.of("env", "--default-signal", "sh", "-c", SCRIPT + niceness + " \"$@\"", "hold");
    }

    /**
     * What makes the holding process become a program, to be written to its standard input.
     *
     * @param argv the program and its arguments
     * @param reads whether it reads what comes after that itself, and so sees the node's death
     * @throws IllegalArgumentException if there is no program, or an argument holds a newline or a NUL
     */
    static byte[] request(List<String> argv, boolean reads) {
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("no program to become");
        }
        StringBuilder request = new StringBuilder(reads ? "read\n" : "watch\n")
                .append(argv.size())
                .append('\n');
        for (String argument : argv) {
            if (argument.indexOf('\n') >= 0 || argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an argument holds a newline or a NUL");
            }
            request.append(argument).append('\n');
        }
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }
}
