package io.rendernode.job;

import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.NodeStore;
import io.rendernode.store.NodeStore.NodeRecord;
import io.rendernode.store.State;
import io.rendernode.task.KnownFolders;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Gathers what a job's JSON tells. */
@ApplicationScoped
public class JobViews {
    private final AttemptStore attempts;
    private final FrameStore frames;
    private final NodeStore nodes;
    private final KnownFolders folders;

    JobViews(AttemptStore attempts, FrameStore frames, NodeStore nodes, KnownFolders folders) {
        this.attempts = attempts;
        this.frames = frames;
        this.nodes = nodes;
        this.folders = folders;
    }

    /** The job as JSON, with at most so many of its newest attempts. */
    JobView of(Job job, int mostAttempts) {
        List<Attempt> newest = mostAttempts == 0 ? List.of() : attempts.newestOfJob(job.id(), mostAttempts);
        return view(job, newest, living(List.of(job)));
    }

    /** The jobs as JSON, without their attempts. */
    List<JobView> of(List<Job> page) {
        List<NodeRecord> living = living(page);
        return page.stream().map(job -> view(job, null, living)).toList();
    }

    private List<NodeRecord> living(List<Job> page) {
        return page.stream().allMatch(job -> job.state().isFinal()) ? List.of() : nodes.living();
    }

    /** Where a job stands, in the tutorial's words where it has some. */
    String line(JobStore.Status job) {
        String reason = folders.hide(job.reason());
        return switch (job.state()) {
            case QUEUED, RUNNING -> "Job still running";
            case COMPLETED -> "Job completed";
            case FAILED -> "Job failed: " + reason;
            case CANCELED -> reason == null ? "Job canceled" : "Job canceled: " + reason;
        };
    }

    private JobView view(Job job, List<Attempt> newest, List<NodeRecord> living) {
        List<Attempt> running = job.state() == State.RUNNING ? attempts.runningOfJob(job.id()) : List.of();
        Optional<Double> seconds = running.isEmpty() ? Optional.empty() : frames.averageSeconds(job.id());
        boolean waits = !job.state().isFinal() && running.isEmpty();
        String reason = job.reason() == null && waits ? obstacle(job, living) : job.reason();
        return JobView.of(job, reason, newest, running, seconds, folders);
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
