package io.rendernode.attempt;

import io.rendernode.process.ForkServer;
import io.rendernode.process.ProcessMemory;
import io.rendernode.task.HeldProcesses;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The Blenders that wait with a scene loaded: few, the last used ones, and none where memory is short. */
@ApplicationScoped
public class LoadedScenes {
    private final WarmConfig config;
    private final HeldProcesses processes;
    private final Map<String, Loaded> scenes = new HashMap<>();

    private static final class Loaded {
        private final ForkServer server;
        private long usedAt = System.nanoTime();

        Loaded(ForkServer server) {
            this.server = server;
        }
    }

    LoadedScenes(WarmConfig config, HeldProcesses processes) {
        this.config = config;
        this.processes = processes;
    }

    /** The one that has a scene loaded, if it waits. */
    synchronized Optional<ForkServer> of(String scene) {
        Loaded loaded = scenes.get(scene);
        if (loaded == null || !loaded.server.isReady()) {
            return Optional.empty();
        }
        loaded.usedAt = System.nanoTime();
        return Optional.of(loaded.server);
    }

    /** Whether a scene is to be kept loaded that is being loaded now. */
    synchronized boolean wants(String scene) {
        Loaded loaded = scenes.get(scene);
        return config.warmScenes() > 0
                && (loaded == null || loaded.server.isClosed())
                && !ProcessMemory.isNearlyUsedUp();
    }

    /** Keeps one as soon as it waits; it is no longer known once it has ended. */
    void add(ForkServer server) {
        synchronized (this) {
            drop(server.label());
            scenes.put(server.label(), new Loaded(server));
        }
        var unused = server.ready().whenComplete((ready, failure) -> tidy());
    }

    /** Ends the one that has a scene loaded. */
    synchronized void drop(String scene) {
        Loaded loaded = scenes.remove(scene);
        if (loaded != null) {
            end(loaded);
        }
    }

    private void end(Loaded loaded) {
        processes.unload(loaded.server);
        loaded.server.close();
    }

    /** Ends all. */
    synchronized void dropAll() {
        scenes.values().forEach(this::end);
        scenes.clear();
    }

    /** Ends what nobody has used for long, the least used of too many, and all where memory is short. */
    synchronized void tidy() {
        if (ProcessMemory.isNearlyUsedUp()) {
            dropAll();
        }
        long now = System.nanoTime();
        scenes.values().removeIf(loaded -> {
            boolean isIdle = loaded.server.isReady()
                    && now - loaded.usedAt > config.warmIdle().toNanos();
            boolean over = isIdle || loaded.server.isClosed() || loaded.server.isLate();
            if (over) {
                end(loaded);
            }
            return over;
        });
        while (scenes.values().stream()
                        .filter(loaded -> loaded.server.isReady())
                        .count()
                > config.warmScenes()) {
            scenes.values().stream()
                    .filter(loaded -> loaded.server.isReady())
                    .min(Comparator.comparingLong(loaded -> loaded.usedAt - now))
                    .ifPresent(least -> drop(least.server.label()));
        }
    }
}
