package io.rendernode.task;

import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Claims.LostClaimException;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.Outcome;
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

/**
 * What the store says of a task when it is claimed and when an attempt at it has ended. Each step is one transaction
 * with the claim on the task in it: a former owner changes nothing.
 */
@ApplicationScoped
public class TaskLifecycle {
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(2);
    /** How long a task waits that this node could not begin with. */
    private static final Duration LATER = Duration.ofSeconds(10);
    /** Frames that have no place are tried again as late as after so many failures: each try reads one of them. */
    private static final int UNPLACED_DELAY = 3;

    private final Claims claims;
    private final JobStore jobs;
    private final TaskStore tasks;
    private final AttemptStore attempts;
    private final TaskConfig config;
    private final StoreClock clock;
    private final Event<TaskEvents> events;

    TaskLifecycle(
            Claims claims,
            JobStore jobs,
            TaskStore tasks,
            AttemptStore attempts,
            TaskConfig config,
            StoreClock clock,
            Event<TaskEvents> events) {
        this.claims = claims;
        this.jobs = jobs;
        this.tasks = tasks;
        this.attempts = attempts;
        this.config = config;
        this.clock = clock;
        this.events = events;
    }

    /** A task to be rendered in an attempt of that number: its frames that do not count yet, in order, at least one. */
    public record Assignment(Job job, Task task, int number, Set<Integer> missing) {}

    /**
     * Reads what there is to do for a claimed task. An attempt that never ended went down with its node. A task with
     * nothing to do any more ends here: it was canceled, its frames are all there, or its attempts are used up.
     *
     * @return empty if the task has ended
     */
    public Optional<Assignment> assign(Claim claim) {
        return claims.transaction(claim, () -> {
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
            Set<Integer> missing = tasks.missing(task);
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

    /**
     * Writes that the attempt starts, before its process becomes Blender: whatever happens then, it is on record.
     *
     * @return false if the job was canceled meanwhile: the task has ended
     */
    public boolean start(Claim claim, Attempt attempt) {
        return claims.transaction(claim, () -> {
            if (jobs.isCancelRequested(claim.task().job())) {
                finish(claim, State.CANCELED, null);
                return false;
            }
            if (jobs.find(claim.task().job()).filter(Job::paused).isPresent()) {
                queue(claim, null, claim.since());
                return false;
            }
            Instant now = clock.now();
            attempts.insert(attempt, now);
            tasks.move(claim.task(), State.RUNNING, null);
            jobs.start(claim.task().job(), now);
            events.fire(new TaskEvents.AttemptStarted(Duration.between(claim.since(), now)));
            return true;
        });
    }

    /**
     * Whether the claimed task is to end, since its job is.
     *
     * @throws LostClaimException if the task belongs to another claim by now
     */
    public boolean isCanceled(Claim claim) {
        claims.requireHeld(claim);
        return jobs.isCancelRequested(claim.task().job());
    }

    /** The moment by the store's clock, which is what all that the store remembers goes by. */
    public Instant now() {
        return clock.now();
    }

    /** Writes how far the attempt is. */
    public void note(Attempt attempt, Attempt.Progress progress) {
        attempts.progress(attempt.task(), attempt.number(), progress);
    }

    /** Writes of an attempt whose claim was lost that its node was only cut off: it does not count. */
    public void excuse(Attempt attempt) {
        attempts.excuse(attempt.task(), attempt.number(), attempt.node(), clock.now());
    }

    /**
     * Writes how the attempt ended and what follows.
     *
     * @return where the task stands now: it has ended, or is queued to be tried again
     */
    public State end(Claim claim, Attempt attempt, Attempt.Result result, long peakMemoryBytes) {
        return claims.transaction(claim, () -> {
            end(attempt, result, peakMemoryBytes);
            // Whoever cancels the job comes before this or after it, and either sees what the other wrote.
            jobs.hold(claim.task().job());
            if (result.stopsJob()) {
                jobs.requestCancel(claim.task().job(), result.reason());
                tasks.cancelUnclaimed(claim.task().job(), clock.now());
            }
            return next(claim, result);
        });
    }

    /** Gives the claimed task back for a while, since this node cannot begin with it now: nothing is counted. */
    public void handBack(Claim claim, String reason) {
        claims.transaction(claim, () -> queue(claim, reason, clock.now().plus(LATER)));
    }

    /**
     * Writes what follows where this node makes no attempt at the task now.
     *
     * @param result why it makes none; a failure counts as an attempt's does
     * @return where the task stands now
     */
    public State pass(Claim claim, Attempt.Result result) {
        return claims.transaction(claim, () -> {
            jobs.hold(claim.task().job());
            return next(claim, result);
        });
    }

    /**
     * Ends a job: its tasks that wait are canceled now, one that runs by the node that runs it, which sees the wish in
     * the store.
     *
     * @param reason why, or null where a client asked
     */
    public void cancel(long job, String reason) {
        jobs.transaction(() -> {
            jobs.hold(job);
            jobs.requestCancel(job, reason);
            tasks.cancelUnclaimed(job, clock.now());
            endJobIfDone(job);
        });
    }

    /** Ends what is left of canceled jobs whose nodes are gone: it waits for no slot. */
    public void endCanceled() {
        jobs.toEnd().forEach(this::endCanceled);
    }

    /** It may have ended meanwhile, and been put back into the line. */
    private void endCanceled(long job) {
        jobs.transaction(() -> {
            jobs.hold(job);
            if (jobs.isToEnd(job)) {
                tasks.cancelUnclaimed(job, clock.now());
                endJobIfDone(job);
            }
        });
    }

    private State next(Claim claim, Attempt.Result result) {
        if (result.outcome().isFailure()) {
            tasks.countFailure(claim.task());
        }
        Task task = tasks.find(claim.task()).orElseThrow();
        Outcome outcome = result.outcome();
        if (tasks.missing(task).isEmpty()) {
            return finish(claim, State.COMPLETED, null);
        }
        if (outcome == Outcome.CANCELED || jobs.isCancelRequested(claim.task().job())) {
            return finish(claim, State.CANCELED, null);
        }
        if (outcome == Outcome.DRAINED) {
            return queue(claim, null, claim.since());
        }
        if (outcome == Outcome.NODE_CANNOT) {
            return tasks.refuse(claim.task(), NodeName.of(config))
                    ? queue(claim, result.reason(), claim.since())
                    : finish(claim, State.FAILED, result.reason());
        }
        if (outcome == Outcome.UNPLACED) {
            return queue(claim, result.reason(), clock.now().plus(delay(UNPLACED_DELAY)));
        }
        if (outcome.isWorthAnotherTry() && task.failures() < config.attempts()) {
            return queue(claim, result.reason(), clock.now().plus(delay(task.failures())));
        }
        return finish(claim, State.FAILED, result.reason());
    }

    private boolean end(Attempt attempt, Attempt.Result result, long peakMemoryBytes) {
        boolean written = attempts.end(attempt, result, peakMemoryBytes, clock.now());
        if (written) {
            events.fire(new TaskEvents.AttemptEnded(result));
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
        endJobIfDone(claim.task().job());
        return state;
    }

    private void endJobIfDone(long job) {
        jobs.endIfAllTasksEnded(job, clock.now()).ifPresent(end -> events.fire(new TaskEvents.JobEnded(end)));
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
