package io.rendernode.job;

import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Job;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Gathers what a job's JSON tells. */
@ApplicationScoped
public class JobViews {
    private static final int MOST_ATTEMPTS = 1000;

    private final AttemptStore attempts;
    private final FrameStore frames;

    @Inject
    JobViews(AttemptStore attempts, FrameStore frames) {
        this.attempts = attempts;
        this.frames = frames;
    }

    protected JobViews() {
        this(null, null);
    }

    /** The job as JSON. */
    JobView of(Job job) {
        List<Attempt> running = job.state().isFinal() ? List.of() : attempts.runningOfJob(job.id());
        Optional<Double> seconds = running.isEmpty() ? Optional.empty() : frames.averageSeconds(job.id());
        return JobView.of(job, attempts.newestOfJob(job.id(), MOST_ATTEMPTS), running, seconds);
    }
}
