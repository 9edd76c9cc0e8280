package io.rendernode.job;

import io.rendernode.access.Caller;
import io.rendernode.attempt.Tracing;
import io.rendernode.log.LogContext;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ProcessExit;
import io.rendernode.queue.RenderQueue;
import io.rendernode.scene.BlendFolder;
import io.rendernode.store.FrameList;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.State;
import io.rendernode.store.StoreException;
import io.rendernode.store.TaskId;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.NodeName;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** What clients do with jobs: submit, change, cancel and retry. */
@ApplicationScoped
public class Jobs {
    private static final Logger LOG = Logger.getLogger(Jobs.class);

    /** The first number that no process of Linux can have: pid_max is 4194304 at most (proc(5)). */
    private static final long ABOVE_EVERY_PID = 4_194_305;

    private final JobStore jobs;
    private final TaskLifecycle lifecycle;
    private final RenderQueue queue;
    private final HeldProcesses held;
    private final RunningTasks running;
    private final Admission admission;
    private final TaskConfig config;

    Jobs(
            JobStore jobs,
            TaskLifecycle lifecycle,
            RenderQueue queue,
            HeldProcesses held,
            RunningTasks running,
            Admission admission,
            TaskConfig config) {
        this.jobs = jobs;
        this.lifecycle = lifecycle;
        this.queue = queue;
        this.held = held;
        this.running = running;
        this.admission = admission;
        this.config = config;
    }

    /**
     * Accepts a job: from here on it is in the store and in the line.
     *
     * @param body the request as JSON
     * @param idempotencyKey the client's key for this request, or null: the same key again gives the first job
     * @param who whose job it is
     * @return the job's number
     * @throws ProblemException if the request is wrong, or not the one that came with the key before, the line is full or
     *     the node drains
     */
    public long submit(byte[] body, String idempotencyKey, Caller.Who who) {
        Optional<Job> first = first(idempotencyKey);
        RenderRequest.Parsed request = admission.read(body, first, who);
        if (first.isPresent()) {
            return same(first.get(), request, who);
        }
        try {
            List<String> needs = admission.needs(request.spec().blend());
            long id = accept(request, needs, idempotencyKey, who);
            queue.wake();
            return id;
        } catch (StoreException failure) {
            // A proxy that tries again may be faster than the first answer.
            if (first(idempotencyKey).isEmpty()) {
                throw failure;
            }
            return submit(body, idempotencyKey, who);
        }
    }

    /**
     * Ends a job. Tasks that wait are canceled at once; one that runs is ended by the node that runs it, which sees the
     * wish in the store.
     *
     * @param reason why, or null where a client asked
     * @throws ProblemException if there is no such job, or it has ended
     */
    public void cancel(long id, String reason) {
        Job job = jobs.find(id).orElseThrow(() -> new ProblemException(Problem.JOB_NOT_FOUND));
        if (job.state().isFinal()) {
            throw new ProblemException(Problem.JOB_ENDED, "it is " + job.state().label());
        }
        lifecycle.cancel(id, reason);
        held.release(id);
        running.wake(id);
    }

    /**
     * Changes a job that has not ended.
     *
     * @param body what changes, as JSON
     * @throws ProblemException if the change is wrong, or the job has ended
     */
    public void change(long id, byte[] body, Caller.Who who) {
        JobChange change = JobChange.read(body);
        if (change.priority() != null) {
            admission.requireMayHave(change.priority(), who);
        }
        holding(id, job -> {
            if (job.state().isFinal()) {
                throw new ProblemException(
                        Problem.JOB_ENDED, "it is " + job.state().label());
            }
            jobs.change(id, change.priority(), change.name(), change.paused());
        });
        queue.wake();
    }

    /**
     * Puts a job that has ended back into the line: what is missing of it is rendered. One at a time, as new jobs are.
     *
     * @param body as JSON which frames are to be rendered anew, or empty; until a new one counts the old one is served
     * @throws ProblemException if the frames are not the job's, the job has not ended, has nothing to render or no scene
     *     any more, or there is no room
     */
    public synchronized void retry(long id, byte[] body, Caller.Who who) {
        FrameList anew = admission.readRetry(body);
        holding(id, job -> {
            if (!job.state().isFinal()) {
                throw new ProblemException(
                        Problem.NOT_RETRYABLE, "it is " + job.state().label());
            }
            if (anew == null && job.state() == State.COMPLETED) {
                throw new ProblemException(
                        Problem.NOT_RETRYABLE, "it is completed: name the frames that are to be rendered anew");
            }
            requireOwn(job, anew);
            List<TaskId> tasks = jobs.restart(id, anew, admission.keepScene(job));
            admission.requireRoom(0, 0, who);
            Instant place = queue.schedule(tasks, job.priority());
            jobs.place(id, place);
            jobs.tellClaimsApart(id, place);
        });
        queue.wake();
        LogContext.enter(id, NodeName.of(config));
        LOG.infof("job %d: retried%s", id, anew == null ? "" : ", frames " + anew + " anew");
        LogContext.leave();
    }

    private static void requireOwn(Job job, FrameList frames) {
        if (frames != null) {
            frames.numbers()
                    .filter(frame -> !job.frames().contains(frame))
                    .findFirst()
                    .ifPresent(frame -> {
                        throw ProblemException.invalid(
                                "frames", "must be the job's, " + job.frames() + ", not " + frame);
                    });
        }
    }

    private void holding(long id, Consumer<Job> work) {
        if (!jobs.holding(id, work)) {
            throw new ProblemException(Problem.JOB_NOT_FOUND);
        }
    }

    /** One at a time, so that the room in the line and the free numbers are still there when the job is written. */
    private synchronized long accept(
            RenderRequest.Parsed request, List<String> needs, String idempotencyKey, Caller.Who who) {
        admission.requireRoom(1, request.tasks(), who);
        OptionalLong given = jobs.nextId();
        if (given.isPresent()) {
            insert(given.getAsLong(), request, needs, idempotencyKey, who);
            return given.getAsLong();
        }
        return acceptUnderPid(request, needs, idempotencyKey, who);
    }

    private Optional<Job> first(String idempotencyKey) {
        return Optional.ofNullable(idempotencyKey).flatMap(jobs::findByIdempotencyKey);
    }

    private static long same(Job first, RenderRequest.Parsed request, Caller.Who who) {
        if (!Objects.equals(first.owner(), who.name())
                || !request.equals(new RenderRequest.Parsed(first.frames(), first.priority(), first.spec()))) {
            throw new ProblemException(Problem.KEY_REUSED);
        }
        return first.id();
    }

    /** Accepts a job under the pid of a process that is held for it, unless a remembered job has it. */
    private long acceptUnderPid(
            RenderRequest.Parsed request, List<String> needs, String idempotencyKey, Caller.Who who) {
        ChildProcess process = hold(admission.sceneKey(request));
        long id = jobs.isNamedBy(process.pid()) ? jobs.freeIdFrom(ABOVE_EVERY_PID) : process.pid();
        held.put(id, process, exit -> stopped(id, exit));
        try {
            insert(id, request, needs, idempotencyKey, who);
            return id;
        } catch (RuntimeException refused) {
            held.release(id);
            throw refused;
        }
    }

    private ChildProcess hold(String scene) {
        try {
            return held.holdForJob(scene);
        } catch (IOException none) {
            LOG.error("No process can be had for a job", none);
            throw new ProblemException(Problem.SERVER_BUSY);
        }
    }

    private void insert(
            long id, RenderRequest.Parsed request, List<String> needs, String idempotencyKey, Caller.Who who) {
        Job job = new Job(
                id,
                State.QUEUED,
                null,
                request.spec(),
                request.frames(),
                0,
                request.priority(),
                who.name(),
                admission.sceneFile(request),
                null,
                false,
                false,
                lifecycle.now(),
                null,
                null);
        List<String> all = Stream.concat(needs.stream(), BlendFolder.needs(job.sceneFile()))
                .toList();
        jobs.insert(job, all, idempotencyKey, Tracing.request(), tasks -> {
            admission.useScene(job);
            jobs.place(id, queue.schedule(tasks, request.priority()));
        });
        LogContext.enter(id, NodeName.of(config));
        LOG.infof("job %d: frames %s", id, job.frames());
        LogContext.leave();
    }

    /** A person's signal to a held process means the job; any other end of it only means that it needs a new one. */
    private void stopped(long id, ProcessExit exit) {
        if (exit.isBy("SIGTERM") || exit.isBy("SIGINT")) {
            if (running.drainsSoon()) {
                return;
            }
            LogContext.enter(id, NodeName.of(config));
            try {
                cancel(id, "stopped by " + ProcessExit.nameOf(exit.signal().getAsInt()));
            } catch (ProblemException | StoreException refused) {
                LOG.errorf("job %d was stopped from outside but cannot be canceled: %s", id, refused.getMessage());
            } finally {
                LogContext.leave();
            }
        }
    }
}
