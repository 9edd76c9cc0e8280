package io.rendernode.log;

import io.rendernode.store.TaskId;
import java.util.List;
import org.jboss.logging.MDC;

/** What all that a thread logs is about, from entering it to leaving it: the fields job, task and node of a line in JSON. */
public final class LogContext {
    private LogContext() {}

    /** From here on this thread's lines are about a job. */
    public static void enter(long job, String node) {
        MDC.put("job", Long.toString(job));
        MDC.put("node", node);
    }

    /** From here on this thread's lines are about a task and its job. */
    public static void enter(TaskId task, String node) {
        MDC.put("task", task.toString());
        enter(task.job(), node);
    }

    /** From here on this thread's lines are about nothing of these. */
    public static void leave() {
        List.of("job", "task", "node").forEach(MDC::remove);
    }
}
