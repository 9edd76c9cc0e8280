package io.rendernode.task;

import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.Outcome;
import io.rendernode.store.Sql;
import io.rendernode.store.State;
import io.rendernode.store.Task;
import io.rendernode.store.TaskId;
import io.rendernode.store.TaskStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the store says of a task when it is claimed and when an attempt at it has ended. Each step is one transaction
 * with the claim on the task in it: a former owner changes nothing.
 */
@ApplicationScoped
public class TaskLifecycle {
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(2);

    private final Sql sql;
    private final Claims claims;
    private final JobStore jobs;
    private final TaskStore tasks;
    private final AttemptStore attempts;
    private final FrameStore frames;
    private final TaskConfig config;
    private final StoreClock clock;
    private final Event<TaskEvents.AttemptStarted> attemptStarted;
    private final Event<TaskEvents.AttemptEnded> attemptEnded;
    private final Event<TaskEvents.JobEnded> jobEnded;

    TaskLifecycle(
            Sql sql,
            Claims claims,
            JobStore jobs,
            TaskStore tasks,
            AttemptStore attempts,
            FrameStore frames,
            TaskConfig config,
            StoreClock clock,
            Event<TaskEvents.AttemptStarted> attemptStarted,
            Event<TaskEvents.AttemptEnded> attemptEnded,
            Event<TaskEvents.JobEnded> jobEnded) {
        this.sql = sql;
        this.claims = claims;
        this.jobs = jobs;
        this.tasks = tasks;
        this.attempts = attempts;
        this.frames = frames;
        this.config = config;
        this.clock = clock;
        this.attemptStarted = attemptStarted;
        this.attemptEnded = attemptEnded;
        this.jobEnded = jobEnded;
    }

    /**
     * A task that is to be rendered.
     *
     * @param job its job
     * @param task the task
     * @param number the number of the attempt that is to be made
     * @param missing the frames that do not count yet, in order; never empty
     */
    public record Assignment(Job job, Task task, int number, Set<Integer> missing) {}

    /**
     * Reads what there is to do for a claimed task. An attempt that never ended went down with its node. A task with
     * nothing to do any more ends here: it was canceled, its frames are all there, or its attempts are used up.
     *
     * @return empty if the task has ended
     */
    public Optional<Assignment> assign(Claim claim) {
        return sql.transaction(() -> {
            claims.hold(claim);
            Optional<Job> job = jobs.find(claim.task().job());
            Optional<Task> found = tasks.find(claim.task());
            if (job.isEmpty() || found.isEmpty() || found.get().state().isFinal()) {
                claims.finish(claim);
                return Optional.empty();
            }
            for (Attempt lost : attempts.ofTask(claim.task())) {
                // The node may live after all, and say just now that it was cut off.
                if (lost.result() == null && end(lost, Attempt.Result.nodeLost(lost.node()), 0)) {
                    tasks.countFailure(claim.task());
                }
            }
            Task task = tasks.find(claim.task()).orElseThrow();
            Set<Integer> missing = missing(task);
            if (job.get().cancelRequested()) {
                finish(claim, State.CANCELED, null);
            } else if (missing.isEmpty()) {
                finish(claim, State.COMPLETED, null);
            } else if (task.failures() >= config.attempts()) {
                finish(claim, State.FAILED, lastReason(claim.task()));
            } else {
                return Optional.of(new Assignment(job.get(), task, attempts.nextNumber(claim.task()), missing));
            }
            return Optional.empty();
        });
    }

    /** Writes that the attempt starts, before its process becomes Blender: whatever happens then, it is on record. */
    public void start(Claim claim, Attempt attempt) {
        sql.transaction(() -> {
            claims.hold(claim);
            attempts.insert(attempt);
            tasks.move(claim.task(), State.RUNNING, null);
            jobs.start(claim.task().job(), attempt.startedAt());
            attemptStarted.fire(new TaskEvents.AttemptStarted(Duration.between(claim.since(), clock.now())));
        });
    }

    /**
     * Writes how the attempt ended and what follows.
     *
     * @return where the task stands now: it has ended, or is queued to be tried again
     */
    public State end(Claim claim, Attempt attempt, Attempt.Result result, long peakMemoryBytes) {
        return sql.transaction(() -> {
            claims.hold(claim);
            end(attempt, result, peakMemoryBytes);
            if (result.stopsJob()) {
                jobs.requestCancel(claim.task().job(), result.reason());
                tasks.cancelUnclaimed(claim.task().job(), Instant.now());
            }
            if (result.outcome().isFailure()) {
                tasks.countFailure(claim.task());
            }
            Task task = tasks.find(claim.task()).orElseThrow();
            Outcome outcome = result.outcome();
            if (missing(task).isEmpty()) {
                return finish(claim, State.COMPLETED, null);
            }
            if (outcome == Outcome.CANCELED
                    || jobs.isCancelRequested(claim.task().job())) {
                return finish(claim, State.CANCELED, null);
            }
            if (outcome == Outcome.DRAINED) {
                return queue(claim, null, claim.since());
            }
            if (outcome.isWorthAnotherTry() && task.failures() < config.attempts()) {
                return queue(claim, result.reason(), clock.now().plus(delay(task.failures())));
            }
            return finish(claim, State.FAILED, result.reason());
        });
    }

    private boolean end(Attempt attempt, Attempt.Result result, long peakMemoryBytes) {
        boolean written = attempts.end(attempt, result, peakMemoryBytes, Instant.now());
        if (written) {
            attemptEnded.fire(new TaskEvents.AttemptEnded(result.outcome()));
        }
        return written;
    }

    private State queue(Claim claim, String reason, Instant due) {
        tasks.move(claim.task(), State.QUEUED, reason);
        claims.release(claim, due);
        return State.QUEUED;
    }

    private State finish(Claim claim, State state, String reason) {
        tasks.move(claim.task(), state, reason);
        claims.finish(claim);
        long job = claim.task().job();
        jobs.endIfAllTasksEnded(job, Instant.now()).ifPresent(end -> jobEnded.fire(new TaskEvents.JobEnded(end)));
        return state;
    }

    private Set<Integer> missing(Task task) {
        Set<Integer> stored = frames.numbersOf(task.id());
        return IntStream.rangeClosed(task.frames().first(), task.frames().last())
                .filter(frame -> !stored.contains(frame))
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String lastReason(TaskId task) {
        return attempts.ofTask(task).stream()
                .map(attempt -> attempt.result().reason())
                .filter(Objects::nonNull)
                .reduce((earlier, later) -> later)
                .orElse(null);
    }

    private Duration delay(int failures) {
        Duration delay = config.retryDelay().multipliedBy(1L << Math.min(Math.max(failures, 1) - 1, 10));
        return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
    }
}
