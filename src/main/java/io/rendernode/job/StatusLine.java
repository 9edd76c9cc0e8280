package io.rendernode.job;

import io.rendernode.store.JobStore;

/** Where a job stands, in the tutorial's words where it has some. */
final class StatusLine {
    private StatusLine() {}

    /** The line for that job. */
    static String of(JobStore.Status job) {
        return switch (job.state()) {
            case QUEUED, RUNNING -> "Job still running";
            case COMPLETED -> "Job completed";
            case FAILED -> "Job failed: " + job.reason();
            case CANCELED -> job.reason() == null ? "Job canceled" : "Job canceled: " + job.reason();
        };
    }
}
