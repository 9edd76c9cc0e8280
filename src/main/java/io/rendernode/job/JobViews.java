package io.rendernode.job;

import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Job;
import io.rendernode.store.NodeStore;
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
    private final NodeStore nodes;

    @Inject
    JobViews(AttemptStore attempts, FrameStore frames, NodeStore nodes) {
        this.attempts = attempts;
        this.frames = frames;
        this.nodes = nodes;
    }

    /** The job as JSON. */
    JobView of(Job job) {
        List<Attempt> running = job.state().isFinal() ? List.of() : attempts.runningOfJob(job.id());
        Optional<Double> seconds = running.isEmpty() ? Optional.empty() : frames.averageSeconds(job.id());
        return JobView.of(job, reason(job, running), attempts.newestOfJob(job.id(), MOST_ATTEMPTS), running, seconds);
    }

    /** Why the job ended so, or that nobody can go on with it. */
    private String reason(Job job, List<Attempt> running) {
        boolean waits = !job.state().isFinal() && running.isEmpty() && job.reason() == null;
        List<String> tags = job.spec().tags();
        boolean nobody = waits
                && !tags.isEmpty()
                && nodes.living().stream()
                        .noneMatch(node -> node.slots() > 0
                                && !node.draining()
                                && node.tags().containsAll(tags));
        return nobody ? "no living node offers " + String.join(", ", tags) : job.reason();
    }
}
