package io.rendernode.node;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import io.rendernode.attempt.Rooms;
import io.rendernode.attempt.WaitingBlenders.RenderStarted;
import io.rendernode.frame.FrameIntake.FrameRefused;
import io.rendernode.frame.FrameIntake.FrameStored;
import io.rendernode.scene.SceneStore;
import io.rendernode.scene.WarningCode;
import io.rendernode.store.Attempt;
import io.rendernode.store.Outcome;
import io.rendernode.store.State;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.TaskEvents;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;

/** What Prometheus scrapes. Labels are states, outcomes and reasons: never an id, a path or a pid. */
@Startup
@ApplicationScoped
public class Metrics {
    /** From a frame of a preview to one of a feature film. */
    private static final double[] FRAME_BUCKETS = {0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400};

    private static final double[] WAIT_BUCKETS = {0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 900, 3600, 14400, 86400};

    /** Why a frame may be refused. Each is there at 0 from the start: a rate sees no first step from nothing to 1. */
    private static final List<Outcome> REFUSALS =
            List.of(Outcome.MISSING_FRAMES, Outcome.UNPLACED, Outcome.CANNOT_WRITE);

    private static final String JOBS = "render.jobs";
    private static final String TASKS = "render.tasks";
    private static final String FRAMES = "render.frames";
    private static final String WARNINGS = "render.job.warnings";
    private static final String STARTS = "render.starts";
    private static final String EXITS = "render.process.exits";
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            JOBS, "jobs that ended, by how",
            TASKS, "attempts at tasks that ended, by how",
            FRAMES, "frames that came to count, or were refused, by why",
            WARNINGS, "warnings about jobs' scenes, by code",
            STARTS, "renders that began, by whether Blender was started for them, or is a fork of one that waits",
            EXITS, "Blender processes that ended, by how");

    private final MeterRegistry registry;
    private final Timer frameSeconds;
    private final Timer waitSeconds;

    Metrics(
            MeterRegistry registry,
            NodeRegistry node,
            RunningTasks running,
            StoreWatch store,
            StorageWatch storage,
            Rooms rooms,
            @org.eclipse.microprofile.health.Readiness Readiness readiness) {
        this.registry = registry;
        gauge(
                "render.node.ready",
                "whether this node can render, as /health/ready says",
                () -> readiness.call().getStatus() == Status.UP ? 1 : 0);
        gauge(
                "render.node.draining",
                "whether this node takes no new work because it was told so",
                () -> running.isDraining() ? 1 : 0);
        gauge(
                "render.sandbox",
                "whether each Blender is kept to its room by Landlock and seccomp",
                () -> rooms.isWhole() ? 1 : 0);
        gauge(
                "render.slots",
                "Blender processes that this node runs at once",
                () -> node.self().slots());
        gauge("render.slots.busy", "slots in use", running::busy);
        gauge(
                "render.node.load",
                "busy slots over slots, 0 to 1",
                () -> node.self().load());
        gauge(
                "render.tasks.waiting",
                "tasks of the whole store that wait for a slot; take the max over nodes, not the sum",
                store::waiting);
        gauge("render.store.up", "whether the store answers", () -> store.isUp() ? 1 : 0);
        gauge(
                "render.process.resident.bytes",
                "memory that the Blenders that render have resident",
                running::residentBytes);
        gauge(
                "render.scene.bytes",
                "what all sent scenes take, of the whole store; take the max over nodes, not the sum",
                store::sceneBytes);
        gauge("render.output.free.bytes", "room for frames in the output folder", storage::outputFreeBytes);
        frameSeconds = timer("render.frame", "how long a frame took Blender", FRAME_BUCKETS);
        waitSeconds = timer("render.task.wait", "how long a task waited for a slot", WAIT_BUCKETS);
        Stream.of(State.values()).filter(State::isFinal).forEach(state -> count(JOBS, "state", state.label(), 0));
        Stream.of(Outcome.values()).forEach(outcome -> count(TASKS, "outcome", outcome.label(), 0));
        count(FRAMES, "outcome", "stored", 0);
        REFUSALS.forEach(refusal -> count(FRAMES, "outcome", refusal.label(), 0));
        Stream.of(WarningCode.values()).forEach(code -> count(WARNINGS, "code", code.label(), 0));
        RenderStarted.KINDS.forEach(kind -> count(STARTS, "kind", kind, 0));
        count(EXITS, "reason", "success", 0);
        count(EXITS, "reason", "error", 0);
    }

    void attemptStarted(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskEvents.AttemptStarted event) {
        waitSeconds.record(event.waited());
    }

    void attemptEnded(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskEvents.AttemptEnded event) {
        Attempt.Result result = event.result();
        count(TASKS, "outcome", result.outcome().label(), 1);
        if (result.signal() != null || result.exitCode() != null) {
            boolean success = Objects.equals(result.exitCode(), 0);
            count(EXITS, "reason", result.signal() != null ? result.signal() : success ? "success" : "error", 1);
        }
    }

    void sceneWarned(@Observes SceneStore.SceneWarned event) {
        count(WARNINGS, "code", event.code(), 1);
    }

    void renderStarted(@Observes RenderStarted event) {
        count(STARTS, "kind", event.kind(), 1);
    }

    void jobEnded(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskEvents.JobEnded event) {
        count(JOBS, "state", event.state().label(), 1);
    }

    void frameStored(@Observes FrameStored event) {
        count(FRAMES, "outcome", "stored", 1);
        if (event.seconds() != null) {
            frameSeconds.record(Duration.ofNanos((long) (event.seconds() * 1e9)));
        }
    }

    void frameRefused(@Observes FrameRefused event) {
        count(FRAMES, "outcome", event.outcome().label(), 1);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private void count(String name, String label, String value, int howMany) {
        Counter.builder(name)
                .description(DESCRIPTIONS.get(name))
                .tag(label, value)
                .register(registry)
                .increment(howMany);
    }

    private Timer timer(String name, String description, double[] bucketSeconds) {
        Duration[] buckets = Arrays.stream(bucketSeconds)
                .mapToObj(seconds -> Duration.ofMillis((long) (seconds * 1000)))
                .toArray(Duration[]::new);
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(buckets)
                .register(registry);
    }
}
