package io.rendernode.store;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where a job or a task stands. A task may go back from running to queued: its node went away, or it is tried again. */
public enum State {
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELED;

    /** Whether nothing follows this state any more, but for a retry. */
    public boolean isFinal() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case COMPLETED, FAILED, CANCELED -> true;
        };
    }

    /** Whether {@code next} may follow this state; a job that is retried begins anew. */
    public boolean mayBecome(State next) {
        return switch (this) {
            case QUEUED -> next != QUEUED;
            case RUNNING -> next != RUNNING;
            case COMPLETED, FAILED, CANCELED -> false;
        };
    }

    /** The condition in SQL that a row stands where it may come here from: each change of a state asks for it. */
    String mayFollow() {
        return Arrays.stream(values())
                .filter(state -> state.mayBecome(this))
                .map(state -> "'" + state.label() + "'")
                .collect(Collectors.joining(", ", "state IN (", ")"));
    }

    /** The state's name as JSON, the store and the metrics write it: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The state of that name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static State of(String label) {
        for (State state : values()) {
            if (state.label().equals(label)) {
                return state;
            }
        }
        throw new IllegalArgumentException("'" + label + "' is none of queued, running, completed, failed, canceled");
    }
}
