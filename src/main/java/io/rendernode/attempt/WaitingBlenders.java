package io.rendernode.attempt;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.rendernode.blender.RenderOrder;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ForkServer;
import io.rendernode.scene.BlendFolder.NoSceneException;
import io.rendernode.store.Job;
import io.rendernode.store.RenderSpec;
import io.rendernode.task.HeldProcesses;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskLifecycle.Assignment;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The Blender that waits on this node, empty, and those beside it that have a scene loaded: renders are forks of them.
 * Where there is none, or a scene did not go well that way, Blender is started anew as by hand.
 */
@ApplicationScoped
public class WaitingBlenders {
    private static final Logger LOG = Logger.getLogger(WaitingBlenders.class);
    private static final Pattern KEEPS =
            Pattern.compile(Pattern.quote(RenderOrder.EMPTY) + ", keeps (\\d{1,7}) (\\d{1,7})");

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    /** Looks, which are a few seconds apart: some ten seconds. */
    private static final int MOST_UNANSWERED = 3;

    /** A client waits meanwhile. */
    private static final Duration FORKS_WITHIN = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration SETTLES = Duration.ofMillis(50);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);

    /** One that has lived so long is not to blame its start. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

    private static final int MOST_DISTRUSTED = 1000;

    private final WarmConfig config;
    private final TaskConfig taskConfig;
    private final BlenderSetup blender;
    private final BlenderCalls calls;
    private final HeldProcesses processes;
    private final LoadedScenes loaded;
    private final Event<RenderStarted> starts;
    private final Set<String> distrusted = Collections.synchronizedSet(new LinkedHashSet<>());
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile ForkServer empty;

    /**
     * A render has started.
     *
     * @param kind {@code cold} by a command line, {@code empty} as a fork that opens its scene, {@code loaded} as one that
     *     has it
     */
    public record RenderStarted(String kind) {
        /** All kinds that there are. */
        public static final List<String> KINDS = List.of("cold", "empty", "loaded");
    }

    WaitingBlenders(
            WarmConfig config,
            TaskConfig taskConfig,
            BlenderSetup blender,
            BlenderCalls calls,
            HeldProcesses processes,
            LoadedScenes loaded,
            Event<RenderStarted> starts) {
        this.config = config;
        this.taskConfig = taskConfig;
        this.blender = blender;
        this.calls = calls;
        this.processes = processes;
        this.loaded = loaded;
        this.starts = starts;
    }

    /** Begins when all else of the start has gone well, beside it. */
    void begin(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        if (config.warm() == WarmConfig.Mode.OFF || taskConfig.slots() == 0 || blender.needsDevice()) {
            return;
        }
        if (!calls.areAllScenesInView()) {
            LOG.warn("RENDER_WARM: no Blender waits, since what scenes may not read is in the blend folder");
            return;
        }
        processes.use(this::fork);
        Thread thread = new Thread(this::keepOne, "waiting-blender");
        thread.setDaemon(true);
        thread.start();
    }

    /** After all that uses it. */
    void end(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
        stopping.countDown();
    }

    private Optional<ChildProcess> fork(String key) {
        ForkServer server = empty;
        if (server == null || !server.isReady() || distrusted.contains(key)) {
            return Optional.empty();
        }
        Optional<ChildProcess> ready = loaded.of(key).flatMap(other -> other.hold(FORKS_WITHIN));
        return ready.isPresent() ? ready : server.hold(FORKS_WITHIN);
    }

    /**
     * The process that holds the job's pid, or a new one: a fork, if one can be had.
     *
     * @throws IOException if no process can be had
     */
    ChildProcess processOf(Job job) throws IOException {
        return processes.take(job.id(), calls.key(job));
    }

    /**
     * How a process begins that holds the pid for a task.
     *
     * @throws NoSceneException if the scene cannot be rendered here
     */
    Beginning beginning(ChildProcess process, Assignment assignment, FrameFolder folder) {
        RenderSpec spec = assignment.job().spec();
        BlenderCalls.Call call = calls.call(assignment, folder);
        String key = calls.key(assignment.job());
        String label = process.server().map(ForkServer::label).orElse(null);
        boolean isOfAnother = label != null && !label.isEmpty() && !label.equals(key);
        if (label == null || isOfAnother || call.command().settings().scripts() || distrusted.contains(key)) {
            return Beginning.cold(calls.cold(call, process.isFork()), () -> starts.fire(new RenderStarted("cold")));
        }
        boolean keeps = label.isEmpty() && loaded.wants(key);
        return Beginning.warm(calls.order(call, keeps), line -> said(process, key, line), () -> distrust(spec, key));
    }

    private void distrust(RenderSpec spec, String key) {
        LOG.warnf(
                "scene '%s' did not go well as a fork of a waiting Blender: it is rendered without from now on",
                spec.blend());
        synchronized (distrusted) {
            distrusted.add(key);
            if (distrusted.size() > MOST_DISTRUSTED) {
                distrusted.remove(distrusted.iterator().next());
            }
        }
        loaded.drop(key);
    }

    private void said(ChildProcess process, String key, String line) {
        String kind =
                line.startsWith(RenderOrder.EMPTY) ? "empty" : line.equals(RenderOrder.LOADED) ? "loaded" : "cold";
        starts.fire(new RenderStarted(kind));
        Matcher keeps = KEEPS.matcher(line);
        ForkServer server = empty;
        if (keeps.matches() && server != null) {
            try {
                loaded.add(server.another(
                        process, key, Integer.parseInt(keeps.group(1)), Integer.parseInt(keeps.group(2))));
                process.say("kept");
            } catch (IOException gone) {
                LOG.debugf(gone, "process %d leaves no loaded scene behind", process.pid());
            }
        }
    }

    private void keepOne() {
        try {
            Duration delay = FIRST_DELAY;
            do {
                long began = System.nanoTime();
                try {
                    if (!runOne()) {
                        return;
                    }
                } catch (RuntimeException unforeseen) {
                    LOG.error("no Blender waits", unforeseen);
                }
                boolean lived = System.nanoTime() - began > LONG_ENOUGH.toNanos();
                delay = lived ? FIRST_DELAY : shorter(delay.multipliedBy(2), LONGEST_DELAY);
            } while (!stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** From the start of one to its end; answers whether there is to be another. */
    private boolean runOne() throws InterruptedException {
        while (!blender.isSettled()) {
            if (stopping.await(SETTLES.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        ChildProcess process;
        ForkServer server;
        try {
            List<String> command = calls.waiting();
            process = processes.hold();
            server = ForkServer.start(process, command);
        } catch (IOException none) {
            LOG.warnf("no Blender waits: %s", none.getMessage());
            return true;
        }
        try {
            server.ready().get(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            empty = server;
            LOG.infof("a Blender waits, process %d: renders are forks of it", process.pid());
            return watch(server);
        } catch (ExecutionException | TimeoutException unable) {
            server.unfit()
                    .ifPresentOrElse(
                            reason ->
                                    LOG.warnf("RENDER_WARM: each render starts a Blender of its own, since %s", reason),
                            () -> LOG.warn("no Blender waits: it ended, or did not answer"));
            return server.unfit().isEmpty();
        } finally {
            empty = null;
            loaded.dropAll();
            process.stop(Duration.ZERO);
        }
    }

    /** Looks after it until it is gone, or does not answer; answers whether there is to be another. */
    private boolean watch(ForkServer server) throws InterruptedException {
        Object folder = calls.workFolder();
        long heard = -1;
        int unanswered = 0;
        int moved = 0;
        while (!stopping.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            // Counted by looks, not by the clock: the node itself may have stood still.
            unanswered = server.lines() == heard ? unanswered + 1 : 0;
            moved = calls.workFolder().equals(folder) ? 0 : moved + 1;
            Optional<String> end = server.isClosed()
                    ? Optional.of("is gone")
                    : unanswered >= MOST_UNANSWERED
                            ? Optional.of("does not answer")
                            : moved >= MOST_UNANSWERED
                                    ? Optional.of(
                                            "cannot write to the folder of the tasks, which is another than it was")
                                    : Optional.empty();
            if (end.isPresent()) {
                LOG.warnf("the waiting Blender %s: renders that were forks of it begin again", end.get());
                return true;
            }
            heard = server.lines();
            server.ping();
            loaded.tidy();
        }
        return false;
    }
}
