package io.rendernode.fleet;

import io.rendernode.FakeScene;
import io.rendernode.run.Kin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes on one PostgreSQL, one output folder and one blend folder, with the fake Blender. */
final class Fleet implements AutoCloseable {
    /** How many of them a node may miss before its tasks are others'. */
    private static final int HEARTBEATS_OF_A_LEASE = 4;

    private final Path folder;
    private final Duration heartbeat;
    private final FakeScene scene;
    private final Postgres postgres;
    private final List<FleetNode> nodes = new ArrayList<>();
    private final List<FakeScene> scenes = new ArrayList<>();

    /**
     * A fleet without nodes yet.
     *
     * @param heartbeat how often its nodes say that they live; a claim holds four times that long
     */
    Fleet(Path folder, Duration heartbeat) throws IOException {
        this.folder = folder;
        this.heartbeat = heartbeat;
        this.scene = new FakeScene(folder.resolve("blend"));
        this.postgres = new Postgres(folder.resolve("postgres"));
    }

    Postgres postgres() {
        return postgres;
    }

    /** Where all frames go. */
    Path output() {
        return folder.resolve("output");
    }

    /** All nodes that were ever made, in order. */
    List<FleetNode> nodes() {
        return nodes;
    }

    /** A node of that name, not started yet, with further variables. A cut is noticed in the time that a lease has. */
    FleetNode node(String name, Map<String, String> more) throws IOException {
        return node(name, (int) heartbeat.multipliedBy(HEARTBEATS_OF_A_LEASE).toSeconds(), more);
    }

    /** A node that waits so many seconds for an answer of the store. */
    FleetNode node(String name, int patience, Map<String, String> more) throws IOException {
        Path home = folder.resolve("node-" + nodes.size());
        Wire wire = new Wire(postgres.port());
        Map<String, String> variables = new HashMap<>();
        variables.put("QUARKUS_PROFILE", "fleet");
        // A planner that takes what it would take of large tables or old statistics: what is right must be so then,
        // too.
        variables.put(
                "DB_URL",
                "jdbc:postgresql://localhost:" + wire.port() + "/postgres?connectTimeout=1&socketTimeout=" + patience
                        + "&options=-c%20enable_hashjoin=off%20-c%20enable_mergejoin=off%20-c%20enable_hashagg=off"
                        + "%20-c%20enable_material=off%20-c%20enable_sort=off");
        variables.put("DB_USER", "postgres");
        variables.put("DB_PASSWORD", "of no consequence");
        variables.put("RENDER_NODE_NAME", name);
        variables.put("OUTPUT_DIR", output().toString());
        variables.put("SCENE_DIR", folder.resolve("sent").toString());
        variables.put("BLENDER_PATH", FakeScene.blender().toString());
        variables.put("RENDER_SANDBOX", "off");
        variables.put("BLEND_FILE_PATH", scene.file().toString());
        variables.put("RENDER_SLOTS", "2");
        variables.put("RENDER_ATTEMPTS", "1000");
        // What must wait for a busy machine is slow, and is no finding.
        variables.put("RENDER_NICE", "0");
        variables.put("RENDER_HEARTBEAT_INTERVAL", heartbeat.toString());
        variables.put("RENDER_POLL_INTERVAL", "100ms");
        variables.put("RENDER_RETRY_DELAY", "50ms");
        variables.put("RENDER_STOP_GRACE", "1s");
        variables.put("RENDER_SHUTDOWN_GRACE", "30s");
        variables.put(Kin.mark(), folder.toString());
        variables.putAll(more);
        FleetNode node = new FleetNode(name, home, variables, wire);
        nodes.add(node);
        return node;
    }

    /** A scene of that name, which the fake Blender renders as the lines say; it notes who begins which frame. */
    FakeScene scene(String name, String... behaviour) throws IOException {
        FakeScene made = new FakeScene(folder.resolve("blend").resolve(name));
        made.behave(behaviour);
        Files.createFile(made.beside("begun.log"));
        scenes.add(made);
        return made;
    }

    /** Whatever a test has left at its gates renders on: it keeps no slot from the next one. */
    void openGates() {
        scenes.forEach(FakeScene::openAll);
        scenes.clear();
    }

    /** All that the nodes have started and that still lives, and the nodes. */
    List<Kin> kin() {
        return Kin.of(folder.toString(), ProcessHandle.current().pid());
    }

    @Override
    public void close() throws IOException {
        for (FleetNode node : nodes) {
            node.close();
        }
        try {
            for (Kin left : kin()) {
                left.signal("KILL");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        postgres.close();
        keepLogs();
    }

    /** The nodes' logs outlive the test's folder: they tell why it failed. */
    private void keepLogs() throws IOException {
        Path kept = Files.createDirectories(Path.of("target", "fleet-logs"));
        for (FleetNode node : nodes) {
            Files.write(kept.resolve(node.name() + ".log"), node.logs());
        }
    }
}
