package io.rendernode.store;

/**
 * Names a task: the job and the task's place in it.
 *
 * @param job the job's id
 * @param position 0 for the job's first task
 */
public record TaskId(long job, int position) {

    /** The task's name in the queue. Names of one job sort by position: that is their order in the queue. */
    public String instance() {
        return job + "-" + Integer.toString(10_000_000 + position).substring(1);
    }

    /** The task whose name in the queue this is. */
    public static TaskId of(String instance) {
        int dash = instance.indexOf('-');
        return new TaskId(Long.parseLong(instance.substring(0, dash)), Integer.parseInt(instance.substring(dash + 1)));
    }

    @Override
    public String toString() {
        return job + "-" + position;
    }
}
