package io.rendernode.job;

import io.rendernode.scene.SceneStore;
import io.rendernode.scene.SceneWarning;
import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.BlenderTag;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.NodeStore;
import io.rendernode.store.NodeStore.NodeRecord;
import io.rendernode.store.State;
import io.rendernode.task.KnownFolders;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Gathers what a job's JSON tells. */
@ApplicationScoped
public class JobViews {
    private final JobStore jobs;
    private final AttemptStore attempts;
    private final FrameStore frames;
    private final NodeStore nodes;
    private final SceneStore scenes;
    private final KnownFolders folders;

    JobViews(
            JobStore jobs,
            AttemptStore attempts,
            FrameStore frames,
            NodeStore nodes,
            SceneStore scenes,
            KnownFolders folders) {
        this.jobs = jobs;
        this.scenes = scenes;
        this.attempts = attempts;
        this.frames = frames;
        this.nodes = nodes;
        this.folders = folders;
    }

    /** The job as JSON, with at most so many of its newest attempts. */
    JobView of(Job job, int mostAttempts) {
        List<Attempt> newest = mostAttempts == 0 ? List.of() : attempts.newestOfJob(job.id(), mostAttempts);
        return view(job, hidden(scenes.warnings(job.id()), folders), newest, surroundings(List.of(job)));
    }

    /** Warnings as clients may read them. */
    static List<SceneWarning> hidden(List<SceneWarning> warnings, KnownFolders folders) {
        return warnings.stream()
                .map(warning -> warning.withMessage(folders::hide))
                .toList();
    }

    /** The jobs as JSON, without their attempts. */
    List<JobView> of(List<Job> page) {
        Surroundings around = surroundings(page);
        return page.stream().map(job -> view(job, null, null, around)).toList();
    }

    /** The nodes that live, and what the jobs need of them: of jobs that have ended neither counts. */
    private record Surroundings(List<NodeRecord> living, Map<Long, Set<String>> needs) {}

    private Surroundings surroundings(List<Job> page) {
        List<Long> open =
                page.stream().filter(job -> !job.state().isFinal()).map(Job::id).toList();
        return open.isEmpty()
                ? new Surroundings(List.of(), Map.of())
                : new Surroundings(nodes.living(), jobs.needs(open));
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

    private JobView view(Job job, List<SceneWarning> warnings, List<Attempt> newest, Surroundings around) {
        List<Attempt> running = job.state() == State.RUNNING ? attempts.runningOfJob(job.id()) : List.of();
        Optional<Double> seconds = running.isEmpty() ? Optional.empty() : frames.averageSeconds(job.id());
        boolean waits = !job.state().isFinal() && running.isEmpty();
        String reason = job.reason() == null && waits ? obstacle(job, around) : job.reason();
        return JobView.of(job, reason, warnings, newest, running, seconds, folders);
    }

    /** Why nobody can go on with the job, or null. */
    private static String obstacle(Job job, Surroundings around) {
        if (job.paused()) {
            return "paused";
        }
        Set<String> needs = around.needs().getOrDefault(job.id(), Set.of());
        List<NodeRecord> takers = around.living().stream()
                .filter(node -> node.slots() > 0 && !node.draining())
                .toList();
        if (takers.stream().anyMatch(node -> node.offer().containsAll(needs))) {
            return null;
        }
        // Of two obstacles the one that the client can do something about.
        List<String> tags = job.spec().tags();
        boolean byTags = takers.stream().noneMatch(node -> node.tags().containsAll(tags));
        if (byTags) {
            return tags.isEmpty() ? "no living node takes tasks" : "no living node offers " + String.join(", ", tags);
        }
        return "no living node offers " + needs.stream().map(BlenderTag::words).collect(Collectors.joining(", "));
    }
}
