package io.rendernode.job;

import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Job;
import io.rendernode.store.NodeStore;
import io.rendernode.store.NodeStore.NodeRecord;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Gathers what a job's JSON tells. */
@ApplicationScoped
public class JobViews {
    private static final int MOST_ATTEMPTS = 1000;

    private final AttemptStore attempts;
    private final FrameStore frames;
    private final NodeStore nodes;

    JobViews(AttemptStore attempts, FrameStore frames, NodeStore nodes) {
        this.attempts = attempts;
        this.frames = frames;
        this.nodes = nodes;
    }

    /** The job as JSON. */
    JobView of(Job job) {
        return of(List.of(job)).get(0);
    }

    /** The jobs as JSON. */
    List<JobView> of(List<Job> page) {
        List<NodeRecord> living = page.stream().allMatch(job -> job.state().isFinal()) ? List.of() : nodes.living();
        return page.stream().map(job -> view(job, living)).toList();
    }

    private JobView view(Job job, List<NodeRecord> living) {
        List<Attempt> running = job.state().isFinal() ? List.of() : attempts.runningOfJob(job.id());
        Optional<Double> seconds = running.isEmpty() ? Optional.empty() : frames.averageSeconds(job.id());
        boolean waits = !job.state().isFinal() && running.isEmpty();
        String reason = job.reason() == null && waits ? obstacle(job, living) : job.reason();
        return JobView.of(job, reason, attempts.newestOfJob(job.id(), MOST_ATTEMPTS), running, seconds);
    }

    /** Why nobody can go on with the job, or null. */
    private static String obstacle(Job job, List<NodeRecord> living) {
        List<String> tags = job.spec().tags();
        boolean somebody = living.stream()
                .anyMatch(node ->
                        node.slots() > 0 && !node.draining() && node.tags().containsAll(tags));
        if (somebody) {
            return null;
        }
        return tags.isEmpty() ? "no living node takes tasks" : "no living node offers " + String.join(", ", tags);
    }
}
