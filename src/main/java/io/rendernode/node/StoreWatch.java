package io.rendernode.node;

import io.rendernode.scene.SentScenes;
import io.rendernode.store.StoreException;
import io.rendernode.store.TaskStore;
import io.rendernode.task.TaskLifecycle;
import jakarta.enterprise.context.ApplicationScoped;

/** What the store says of the whole line of tasks, asked now and then so that a scrape costs nothing. */
@ApplicationScoped
public class StoreWatch {
    private final TaskStore tasks;
    private final TaskLifecycle lifecycle;
    private final SentScenes scenes;
    private volatile boolean up;
    private volatile boolean reached;
    private volatile int waiting;
    private volatile long sceneBytes;

    StoreWatch(TaskStore tasks, TaskLifecycle lifecycle, SentScenes scenes) {
        this.scenes = scenes;
        this.tasks = tasks;
        this.lifecycle = lifecycle;
    }

    /** Asks now; and ends the canceled jobs of nodes that are gone. */
    void look() {
        try {
            waiting = tasks.waiting();
            sceneBytes = scenes.usedBytes();
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

    /** How many bytes all sent scenes took then. */
    public long sceneBytes() {
        return sceneBytes;
    }
}
