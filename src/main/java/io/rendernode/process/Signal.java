package io.rendernode.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;

/** The signals the node sends. Java itself can send only SIGTERM and SIGKILL, and none to a group. */
enum Signal {
    INT,
    KILL,
    STOP,
    CONT;

    private static final int PATIENCE_SECONDS = 10;

    /**
     * Sends this signal by the shell's own {@code kill}, which every system has.
     *
     * @param target a pid, or the negative of a group's id
     * @return false if there is no such process, or it could not be sent within ten seconds, which only a machine out of breath takes
     * @throws InterruptedException if interrupted while it waits for the sender
     */
    boolean send(long target) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "sh", "-c", "kill -s \"$1\" -- \"$2\"", "kill", name(), Long.toString(target))
                .redirectInput(new File("/dev/null"))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        try {
            Process sender = builder.start();
            try {
                return sender.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && sender.exitValue() == 0;
            } finally {
                sender.destroyForcibly();
            }
        } catch (IOException noProcessLeft) {
            return false;
        }
    }
}
