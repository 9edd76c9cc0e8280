package io.rendernode.task;

import io.rendernode.store.Attempt;
import io.rendernode.store.State;
import java.time.Duration;

/** What the store says has happened to tasks, told once it is committed. */
public sealed interface TaskEvents {

    /**
     * An attempt starts.
     *
     * @param waited how long the task was due before
     */
    record AttemptStarted(Duration waited) implements TaskEvents {}

    /**
     * An attempt ended.
     *
     * @param result how
     */
    record AttemptEnded(Attempt.Result result) implements TaskEvents {}

    /**
     * A job ended.
     *
     * @param state how
     */
    record JobEnded(State state) implements TaskEvents {}
}
