package io.rendernode.job;

import io.rendernode.access.Caller;
import io.rendernode.attempt.RoomConfig;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.scene.BlendFolder;
import io.rendernode.scene.BlendHeader;
import io.rendernode.scene.BlendHeader.Reading;
import io.rendernode.scene.WarningCode;
import io.rendernode.store.BlenderTag;
import io.rendernode.store.Database;
import io.rendernode.store.FrameList;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.NodeStore;
import io.rendernode.store.State;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Whether a job is taken now, and into how many tasks it is cut where it does not say. */
@ApplicationScoped
public class Admission {
    private static final int TASKS_A_SLOT = 6;

    private final Database database;
    private final JobStore jobs;
    private final NodeStore nodes;
    private final RunningTasks running;
    private final JobConfig config;
    private final TaskConfig taskConfig;
    private final BlendFolder blends;

    Admission(
            Database database,
            JobStore jobs,
            NodeStore nodes,
            RunningTasks running,
            JobConfig config,
            TaskConfig taskConfig,
            BlendFolder blends) {
        this.database = database;
        this.jobs = jobs;
        this.nodes = nodes;
        this.running = running;
        this.config = config;
        this.taskConfig = taskConfig;
        this.blends = blends;
    }

    /**
     * Reads a request.
     *
     * @param body the request as JSON
     * @param first the job that came with the same Idempotency-Key: its chunk is meant where the request does not say
     * @param who who asks: the priority goes by the role, the output folder by the name
     * @throws ProblemException if anything in it is wrong, or this node alone will never render it
     */
    RenderRequest.Parsed read(byte[] body, Optional<Job> first, Caller.Who who) {
        RenderRequest.DefaultChunk chunk = first.<RenderRequest.DefaultChunk>map(
                        job -> (scene, frames) -> job.spec().chunk())
                .orElse(this::defaultChunk);
        RenderRequest.Parsed request = RenderRequest.read(body, config, blends, chunk);
        requireTags(request.spec().tags());
        if (request.spec().scripts() && config.autoexec() == RoomConfig.Autoexec.NEVER && !database.isShared()) {
            throw ProblemException.invalid("scripts", "must not be true: this node runs none (RENDER_AUTOEXEC=never)");
        }
        requireMayHave(request.priority(), who);
        return config.outputPerOwner() && who.name() != null ? request.below(who.name()) : request;
    }

    /**
     * Reads which frames of a job are to be rendered anew.
     *
     * @return null where the body names none
     * @throws ProblemException if anything in it is wrong
     */
    FrameList readRetry(byte[] body) {
        return JobChange.Retry.read(body, config.maxFrames());
    }

    /**
     * Makes sure that who asks may give a job that priority.
     *
     * @throws ProblemException if it is above what the role may
     */
    void requireMayHave(int priority, Caller.Who who) {
        if (!who.mayOperate() && priority > config.priorityCeiling()) {
            throw ProblemException.invalid(
                    "priority", "must be at most " + config.priorityCeiling() + " for the role render");
        }
    }

    /**
     * What a node must offer beside the job's tags: a Blender that reads the scene.
     *
     * @param blend the scene's file, below the blend folder
     * @throws ProblemException if no node that lives has one
     */
    List<String> needs(String blend) {
        BlendHeader header;
        try {
            header = blends.header(blend);
        } catch (BlendFolder.NoSceneException none) {
            throw ProblemException.invalid("blend", none.getMessage());
        }
        List<String> versions = nodes.living().stream()
                .filter(node -> node.slots() > 0)
                .map(NodeStore.NodeRecord::blenderVersion)
                .distinct()
                .toList();
        if (!versions.isEmpty() && versions.stream().allMatch(version -> header.by(version) == Reading.NONE)) {
            throw ProblemException.invalid(
                    "blend",
                    "'" + blend + "' was saved by Blender " + header + ", "
                            + (database.isShared() ? "the living nodes have " : "this node has ")
                            + String.join(", ", versions));
        }
        return List.of(BlenderTag.needed(header.major()));
    }

    /**
     * Makes sure that a job may wait.
     *
     * @param more 1 for a job that does not yet, 0 for one that is in the line just now, in this transaction
     * @param tasks how many tasks that adds
     * @throws ProblemException if the node drains, the line is full, or who asks has its share of it
     */
    void requireRoom(int more, int tasks, Caller.Who who) {
        int free = Math.max(0, taskConfig.slots() - running.busy());
        if (running.isDraining() || jobs.count(State.QUEUED) + more > config.queueLimit() + free) {
            throw new ProblemException(Problem.SERVER_BUSY);
        }
        if (!who.mayOperate()) {
            JobStore.Share share = jobs.waitingOf(who.name());
            requireShare("jobs", share.jobs(), more, config.ownerJobs(), who);
            requireShare("tasks", share.tasks(), tasks, config.ownerTasks(), who);
        }
    }

    /** What the scene's file is now; null where it has gone since. */
    String sceneFile(RenderRequest.Parsed request) {
        return blends.identity(request.spec().blend()).orElse(null);
    }

    /** Tells what the job's scene is from others. */
    String sceneKey(RenderRequest.Parsed request) {
        String blend = request.spec().blend();
        return blends.key(blend, blends.identity(blend).orElse(null));
    }

    /**
     * Keeps the scene for a job that is being written, inside that transaction.
     *
     * @throws ProblemException if it was sent and has been deleted since
     */
    void useScene(Job job) {
        if (!blends.use(job.sceneFile())) {
            throw ProblemException.invalid("blend", "'" + job.spec().blend() + "' has just been deleted");
        }
    }

    /**
     * Keeps the scene for a job that is retried, inside that transaction.
     *
     * @throws ProblemException if it was sent and has been forgotten or deleted since
     */
    String keepScene(Job job) {
        if (!blends.use(job.sceneFile())) {
            throw new ProblemException(
                    Problem.NOT_RETRYABLE, "its scene '" + job.spec().blend() + "' was sent and is no longer kept");
        }
        return blends.identity(job.spec().blend(), job.sceneFile()).orElse(null);
    }

    private static void requireShare(String what, int waiting, int more, int most, Caller.Who who) {
        if (waiting + more > most) {
            throw new ProblemException(
                    Problem.SERVER_BUSY,
                    who.name() + " has " + waiting + " " + what + " waiting, and may have " + most);
        }
    }

    /**
     * Makes sure that what the job asks for is offered. Alone, a node that does not offer it would never render the job;
     * in a fleet another may.
     *
     * @throws ProblemException if it never will be
     */
    private void requireTags(List<String> tags) {
        List<String> offered = taskConfig.nodeTags().orElse(List.of());
        for (String tag : tags) {
            if (!database.isShared() && !offered.contains(tag)) {
                throw ProblemException.invalid(
                        "tags", "asks for '" + tag + "', this node offers " + (offered.isEmpty() ? "none" : offered));
            }
        }
    }

    /**
     * The frames in a task of a job that does not say itself. In a fleet that makes six tasks for each slot, as measured
     * (deploy/SCALING.md): enough that the slowest node's last task is short, few enough that starting does not count. A
     * scene that is known to have a simulation without a bake is one task, since each steps through it anew.
     *
     * @param scene the scene's file, below the blend folder
     * @param frames how many frames the job has
     */
    private int defaultChunk(String scene, int frames) {
        boolean simulates = blends.known(scene, "")
                .filter(known -> known.report() != null && known.report().has(WarningCode.SIMULATION_UNBAKED))
                .isPresent();
        if (simulates) {
            return 0;
        }
        if (config.chunk() > 0 || !database.isShared()) {
            return config.chunk();
        }
        int slots = nodes.living().stream()
                .filter(node -> !node.draining())
                .mapToInt(NodeStore.NodeRecord::slots)
                .sum();
        int pieces = TASKS_A_SLOT * Math.max(1, slots);
        return (frames + pieces - 1) / pieces;
    }
}
