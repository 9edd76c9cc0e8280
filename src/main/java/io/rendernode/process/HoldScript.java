package io.rendernode.process;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The tiny program that holds a pid until its turn comes. It reads the number of arguments and then each argument, a
 * line each, from its standard input, and becomes the program they name by {@code exec}: the pid stays the same through
 * setsid, env, sh and nice. At end of file, that is when the node is gone, it ends.
 */
class HoldScript {
    /**
     * Nothing of the arguments is ever evaluated: they only pass through quoted expansions. The number comes first, so
     * that no argument can be taken for an end mark. A shell reads a pipe byte by byte, so nothing that is meant for
     * the program itself is lost.
     */
    private static final String SCRIPT = "IFS= read -r count || exit 0; "
            + "while [ $# -lt \"$count\" ]; do IFS= read -r line || exit 0; set -- \"$@\" \"$line\"; done; "
            + "exec nice -n ";

    private HoldScript() {}

    /**
     * The command line of the holding process.
     *
     * @param niceness what is added to the node's own niceness, 0 to 19
     * @return argv of a process that is leader of its own session and group, all signals at their
     *     default (a node that a script started with {@code &} ignores SIGINT, and a shell cannot undo that)
     */
    static List<String> command(int niceness) {
        return List.of("setsid", "env", "--default-signal", "sh", "-c", SCRIPT + niceness + " \"$@\"", "hold");
    }

    /**
     * What makes the holding process become a program.
     *
     * @param argv the program and its arguments
     * @return what to write to its standard input
     * @throws IllegalArgumentException if there is no program, or an argument holds a newline or a NUL
     */
    static byte[] request(List<String> argv) {
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("no program to become");
        }
        StringBuilder request = new StringBuilder().append(argv.size()).append('\n');
        for (String argument : argv) {
            if (argument.indexOf('\n') >= 0 || argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an argument holds a newline or a NUL");
            }
            request.append(argument).append('\n');
        }
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }
}
