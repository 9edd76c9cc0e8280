package io.rendernode.bench;

import io.rendernode.FakeScene;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a start takes, and the memory of a node, with an empty store and with many remembered jobs.
 *
 * <p>Arguments: a folder to work in, remembered jobs (100000), starts with each store (5).
 */
final class StartBenchmark {
    private static final int PAGES = 10;

    private StartBenchmark() {}

    /** One start; seconds, those of processor time too, and bytes resident after the start and after some pages of the list. */
    private record Start(double serving, double ready, double processor, double resident, double residentAfterPages) {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int jobs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        int starts = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        Map<String, String> variables = BenchNode.fake(new FakeScene(folder.resolve("blend")));
        System.out.println("first start, which makes the tables: " + words(List.of(start(folder, variables))));
        System.out.println("empty store: " + words(measure(folder, variables, starts)));
        RememberedJobs.fill(folder.resolve("data").resolve("render-node.db"), jobs);
        System.out.println(jobs + " remembered jobs: " + words(measure(folder, variables, starts)));
    }

    private static List<Start> measure(Path folder, Map<String, String> variables, int times)
            throws IOException, InterruptedException, SQLException {
        List<Start> starts = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            starts.add(start(folder, variables));
        }
        return starts;
    }

    private static Start start(Path folder, Map<String, String> variables) throws IOException, InterruptedException {
        try (BenchNode node = BenchNode.start(folder, variables);
                PlainClient client = new PlainClient(node.port())) {
            Usage usage = new Usage(node);
            double processor = usage.processorSeconds();
            double resident = usage.residentBytes();
            String page = "/job?limit=100";
            for (int i = 0; i < PAGES; i++) {
                String body = client.read(page, "application/json").require(200).body();
                int last = body.lastIndexOf("{\"id\":");
                if (last < 0) {
                    break;
                }
                page = "/job?limit=100&before=" + body.substring(last + 6, body.indexOf(',', last));
            }
            return new Start(
                    node.secondsToServing(), node.secondsToReady(), processor, resident, usage.residentBytes());
        }
    }

    private static String words(List<Start> starts) {
        return String.format(
                "serving after %.2f s, ready after %.2f s (longest %.2f s, processor time %.2f s), resident %.0f MB, after %d pages %.0f MB;"
                        + " medians of %d",
                median(starts, Start::serving),
                median(starts, Start::ready),
                starts.stream().mapToDouble(Start::ready).max().orElseThrow(),
                median(starts, Start::processor),
                median(starts, Start::resident) / 1e6,
                PAGES,
                median(starts, Start::residentAfterPages) / 1e6,
                starts.size());
    }

    private static double median(List<Start> starts, ToDoubleFunction<Start> value) {
        return starts.stream()
                .mapToDouble(value)
                .sorted()
                .skip(starts.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
