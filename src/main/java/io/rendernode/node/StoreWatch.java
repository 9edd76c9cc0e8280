package io.rendernode.node;

import io.rendernode.store.StoreException;
import io.rendernode.store.TaskStore;
import io.rendernode.task.TaskLifecycle;
import jakarta.enterprise.context.ApplicationScoped;

/** What the store says of the whole line of tasks, asked now and then so that a scrape costs nothing. */
@ApplicationScoped
public class StoreWatch {
    private final TaskStore tasks;
    private final TaskLifecycle lifecycle;
    private volatile boolean up;
    private volatile boolean reached;
    private volatile int waiting;

    StoreWatch(TaskStore tasks, TaskLifecycle lifecycle) {
        this.tasks = tasks;
        this.lifecycle = lifecycle;
    }

    /** Asks now; and ends the canceled jobs of nodes that are gone. */
    void look() {
        try {
            waiting = tasks.waiting();
            up = true;
            reached = true;
        } catch (StoreException away) {
            up = false;
            throw away;
        }
        lifecycle.endCanceled();
    }

    /** Whether the store answered when last asked. */
    public boolean isUp() {
        return up;
    }

    /** Whether the store has answered once since the start. */
    public boolean wasReached() {
        return reached;
    }

    /** How many tasks of the whole store waited for a slot then. */
    public int waiting() {
        return waiting;
    }
}
