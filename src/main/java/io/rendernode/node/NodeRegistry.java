package io.rendernode.node;

import io.rendernode.attempt.BlenderSetup;
import io.rendernode.problem.Refusal;
import io.rendernode.scene.SentScenes;
import io.rendernode.store.BlenderTag;
import io.rendernode.store.NodeStore;
import io.rendernode.store.NodeStore.NodeRecord;
import io.rendernode.task.DataFolder;
import io.rendernode.task.NodeName;
import io.rendernode.task.RunningTasks;
import io.rendernode.task.StoreClock;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** This node's place in the fleet: its name is its own while it lives, and it tells the others how busy it is. */
@ApplicationScoped
public class NodeRegistry {
    private static final Logger LOG = Logger.getLogger(NodeRegistry.class);

    private final NodeStore nodes;
    private final TaskConfig config;
    private final RunningTasks running;
    private final BlenderSetup blender;
    private final DataFolder dataFolder;
    private final StoreClock clock;
    private final SentScenes scenes;
    private final String name;
    private final String instance = UUID.randomUUID().toString();
    private final Instant startedAt = Instant.now();

    NodeRegistry(
            NodeStore nodes,
            TaskConfig config,
            RunningTasks running,
            BlenderSetup blender,
            DataFolder dataFolder,
            StoreClock clock,
            SentScenes scenes) {
        this.nodes = nodes;
        this.config = config;
        this.running = running;
        this.blender = blender;
        this.dataFolder = dataFolder;
        this.clock = clock;
        this.scenes = scenes;
        this.name = NodeName.of(config);
    }

    /**
     * Takes the name for this node. A name that another data folder's node has told of lately is waited for: if that
     * node is heard of again it lives.
     *
     * @throws Refusal if a living node has the name
     */
    void takeName() throws InterruptedException {
        Optional<NodeRecord> owner = nodes.find(name);
        if (owner.isPresent() && !owner.get().home().equals(dataFolder.identity())) {
            awaitSilence(owner.get());
        }
        scenes.look();
        nodes.take(self());
        nodes.forgetGone();
        clock.ask(() -> Optional.of(nodes.now()));
    }

    private void awaitSilence(NodeRecord owner) throws InterruptedException {
        Instant end = owner.lastSeenAt().plus(nodes.silence());
        while (nodes.now().isBefore(end)) {
            Optional<NodeRecord> now = nodes.find(name);
            if (now.isEmpty()) {
                return;
            }
            if (!now.get().lastSeenAt().equals(owner.lastSeenAt())) {
                throw new Refusal("RENDER_NODE_NAME: another living node is called " + name);
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /** Tells the others of this node; called at each heartbeat. */
    void tell() {
        boolean known = clock.ask(() -> nodes.tell(self()));
        if (!known && !running.isDraining()) {
            LOG.warnf("the store knew this node no more, or another took the name %s: telling anew", name);
            nodes.take(self());
        }
    }

    /** Looks whether scenes that were sent can be had. */
    void look() {
        scenes.look();
    }

    /** Says good-bye. */
    void leave() {
        nodes.leave(name, instance);
    }

    /** The nodes that live, by name. */
    public List<NodeRecord> living() {
        return nodes.living();
    }

    /** This node as it tells of itself. */
    NodeRecord self() {
        return new NodeRecord(
                name,
                dataFolder.identity(),
                instance,
                config.slots(),
                running.busy(),
                Stream.of(
                                config.nodeTags().orElse(List.of()).stream(),
                                scenes.offer(),
                                Stream.of(BlenderTag.FRAMES_ANEW))
                        .flatMap(tags -> tags)
                        .toList(),
                blender.version(),
                running.isDraining(),
                startedAt,
                startedAt);
    }
}
