package io.rendernode.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.rendernode.FakeScene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A fleet of three nodes, which all tests that are content with it share: it starts once, and ends after the last. */
final class ThreeNodes implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {
    /** Long enough that a node of a busy machine, which nothing befalls, is not taken for dead. */
    static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private static final String KEY = ThreeNodes.class.getName();

    private Running running;
    private int nodesBefore;

    private record Running(Path folder, Fleet fleet, FleetNode ant, FleetNode bee, FleetNode cat)
            implements AutoCloseable {
        /** Starts all at once, as a cluster does. */
        static Running start() {
            try {
                Path folder = Files.createTempDirectory("fleet");
                Fleet fleet = new Fleet(folder, HEARTBEAT);
                FleetNode ant = fleet.node("ant", Map.of());
                FleetNode bee = fleet.node("bee", Map.of());
                FleetNode cat = fleet.node("cat", Map.of("RENDER_NODE_TAGS", "gpu,large"));
                for (FleetNode node : List.of(ant, bee, cat)) {
                    node.launch();
                }
                for (FleetNode node : List.of(ant, bee, cat)) {
                    node.awaitServing();
                }
                return new Running(folder, fleet, ant, bee, cat);
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        }

        @Override
        public void close() throws IOException {
            fleet.close();
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(KEY, key -> Running.start(), Running.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        nodesBefore = fleet().nodes().size();
    }

    /** A test that has failed leaves no node behind that would render for the next one. */
    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        fleet().openGates();
        List<FleetNode> nodes = fleet().nodes();
        for (FleetNode node : nodes.subList(nodesBefore, nodes.size())) {
            node.close();
        }
    }

    Fleet fleet() {
        return running.fleet();
    }

    FleetNode ant() {
        return running.ant();
    }

    FleetNode bee() {
        return running.bee();
    }

    /** The one that offers the tags gpu and large. */
    FleetNode cat() {
        return running.cat();
    }

    List<FleetNode> all() {
        return List.of(ant(), bee(), cat());
    }

    FleetNode named(String name) {
        return all().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    Ledger ledger() {
        return new Ledger(fleet().postgres(), fleet().output(), fleet().nodes());
    }

    /** A request for the frames from 1 on, with further fields, each after a comma. */
    static String request(FakeScene scene, int frames, String more) {
        return "{\"from\":1,\"to\":" + frames + ",\"blend\":\"" + scene.blend() + "\",\"output\":\""
                + scene.blend().replace('/', '-') + "/f_####\"" + more + "}";
    }

    /** The nodes that a job's attempts were on. */
    static Set<String> nodesOf(JsonNode job) {
        return values(job.get("attempts"), "node");
    }

    /** What that field of each element says. */
    static Set<String> values(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(element -> element.get(field).asText())
                .collect(Collectors.toSet());
    }
}
