package io.rendernode.task;

import io.rendernode.store.Attempt;
import io.rendernode.store.State;
import java.time.Duration;

/** What the store says has happened to tasks, told once it is committed. */
public sealed interface TaskEvents {

    /** An attempt starts at a task that was due for so long. */
    record AttemptStarted(Duration waited) implements TaskEvents {}

    /** An attempt ended so. */
    record AttemptEnded(Attempt.Result result) implements TaskEvents {}

    /** A job ended in that state. */
    record JobEnded(State state) implements TaskEvents {}
}
