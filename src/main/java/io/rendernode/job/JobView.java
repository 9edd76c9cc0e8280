package io.rendernode.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.scene.SceneWarning;
import io.rendernode.store.Attempt;
import io.rendernode.store.Job;
import io.rendernode.store.RenderSpec;
import io.rendernode.task.KnownFolders;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A job as JSON. Times are UTC, durations seconds, sizes bytes. */
@RegisterForReflection
@Schema(name = "Job")
public record JobView(
        @Schema(description = "the number in /job/{id}; standalone the pid of its first process")
        long id,

        @Schema(description = "queued, running, completed, failed or canceled")
        String state,

        @Schema(description = "why it ended so, or what it waits for")
        String reason,

        int from,
        int to,

        @Schema(description = "all of them, such as 1-10,15,20-40x5")
        String frames,

        int framesDone,
        int framesTotal,
        @Schema(description = "0 to 1") double progress,

        @Schema(
                description =
                        "an estimate from the frames so far, or Blender's own for the last one; null while there is none")
        Double remainingSeconds,

        @Schema(description = "the frame through which a simulation is stepped before it renders; null while none is")
        Integer simulatingFrame,

        int priority,

        @Schema(description = "whether nothing of it starts; what renders finishes its task")
        boolean paused,

        @Schema(description = "whose token it came with; null where tokens are not asked for")
        String owner,

        @JsonUnwrapped RenderSpec spec,
        Instant submittedAt,
        Instant startedAt,
        Instant endedAt,

        @Schema(description = "what will not be as the scene's maker saw it; in the job's own JSON alone")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        List<SceneWarning> warnings,

        @Schema(description = "the newest, the oldest of them first; in the job's own JSON alone")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        List<AttemptView> attempts) {

    /** An attempt as JSON. */
    @RegisterForReflection
    @Schema(name = "Attempt")
    public record AttemptView(
            int task,
            int number,
            String node,
            long pid,

            @Schema(description = "how it ended; null while it runs")
            String outcome,

            String reason,
            Integer exitCode,
            String signal,
            Instant startedAt,
            Instant endedAt,
            long peakMemoryBytes) {

        static AttemptView of(Attempt attempt, KnownFolders folders) {
            Optional<Attempt.Result> result = Optional.ofNullable(attempt.result());
            return new AttemptView(
                    attempt.task().position(),
                    attempt.number(),
                    attempt.node(),
                    attempt.pid(),
                    result.map(end -> end.outcome().label()).orElse(null),
                    result.map(Attempt.Result::reason).map(folders::hide).orElse(null),
                    result.map(Attempt.Result::exitCode).orElse(null),
                    result.map(Attempt.Result::signal).orElse(null),
                    attempt.startedAt(),
                    attempt.endedAt(),
                    attempt.progress().peakMemoryBytes());
        }
    }

    /**
     * A job as JSON.
     *
     * @param reason why it ended so, or what it waits for; null where there is nothing to say
     * @param warnings those about its scene, or null where they are not asked for
     * @param attempts its newest attempts, or null where they are not asked for
     * @param running its attempts that run now
     * @param secondsPerFrame how long its frames took on average, where known
     * @param folders hides where they are in the reasons
     */
    static JobView of(
            Job job,
            String reason,
            List<SceneWarning> warnings,
            List<Attempt> attempts,
            List<Attempt> running,
            Optional<Double> secondsPerFrame,
            KnownFolders folders) {
        JobProgress progress = JobProgress.of(job, running, secondsPerFrame);
        return new JobView(
                job.id(),
                job.state().label(),
                folders.hide(reason),
                job.frames().first(),
                job.frames().last(),
                job.frames().toString(),
                progress.framesDone(),
                progress.framesTotal(),
                progress.progress(),
                progress.remainingSeconds(),
                running.stream()
                        .map(attempt -> attempt.progress().simulatingFrame())
                        .filter(Objects::nonNull)
                        .min(Integer::compare)
                        .orElse(null),
                job.priority(),
                job.paused(),
                job.owner(),
                job.spec().orEngine(job.sceneEngine()),
                job.submittedAt(),
                job.startedAt(),
                job.endedAt(),
                warnings,
                attempts == null
                        ? null
                        : attempts.stream()
                                .map(attempt -> AttemptView.of(attempt, folders))
                                .toList());
    }
}
