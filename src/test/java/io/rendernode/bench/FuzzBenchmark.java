package io.rendernode.bench;

import io.rendernode.FakeScene;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node under requests that are bent: what it answered, and what it used before and after.
 *
 * <p>Arguments: a folder to work in, requests (100000), the seed (1).
 */
final class FuzzBenchmark {
    private static final int ROUNDS = 5;
    private static final int CLIENTS = 8;

    private FuzzBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int requests = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        Map<String, String> variables = BenchNode.fake(new FakeScene(folder.resolve("blend")));
        variables.put("RENDER_RETENTION", "5s");
        try (BenchNode node = BenchNode.start(folder, variables)) {
            Usage usage = new Usage(node);
            List<Fuzz> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(new Fuzz(node.port(), seed * CLIENTS + client));
            }
            for (int round = 0; round < ROUNDS; round++) {
                clients.parallelStream().forEach(client -> client.run(requests / ROUNDS / CLIENTS));
                System.out.printf(
                        "%,9d requests: %d faults, heap %.1f MB, resident %.1f MB, %d descriptors, %d threads, %d lines of metrics%n",
                        requests / ROUNDS * (round + 1),
                        clients.stream()
                                .mapToInt(client -> client.faults().size())
                                .sum(),
                        usage.liveHeapBytes() / 1e6,
                        usage.residentBytes() / 1e6,
                        usage.descriptors(),
                        usage.threads(),
                        usage.metricLines());
            }
            Map<Integer, Integer> statuses = new TreeMap<>();
            clients.forEach(client ->
                    client.statuses().forEach((status, count) -> statuses.merge(status, count, Integer::sum)));
            System.out.println("answers by status, 0 for none to what had no end: " + statuses);
            List<String> faults =
                    clients.stream().flatMap(client -> client.faults().stream()).toList();
            faults.stream().limit(20).forEach(System.out::println);
            if (!faults.isEmpty()) {
                System.exit(1);
            }
        }
    }
}
