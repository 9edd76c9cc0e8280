package io.rendernode.bench;

import io.rendernode.FakeScene;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What a node that is kept busy uses in the long run. Jobs are remembered for half the time, so that in the second half
 * as many are forgotten as are accepted.
 *
 * <p>Arguments: a folder to work in, minutes (5), jobs a second (20), slots (2).
 */
final class Soak {
    private static final int LINE_SECONDS = 10;

    private Soak() {}

    /** What was seen at one moment. */
    private record Look(
            double seconds,
            double ended,
            double refused,
            long queued,
            long heap,
            long resident,
            long descriptors,
            long threads,
            long processes,
            long data) {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        double minutes = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 5;
        int rate = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20;
        String slots = arguments.length > 3 ? arguments[3] : "2";
        Map<String, String> variables = BenchNode.fake(new FakeScene(folder.resolve("blend")));
        variables.put("RENDER_SLOTS", slots);
        variables.put("RENDER_RETENTION", Math.round(minutes * 30) + "s");
        try (BenchNode node = BenchNode.start(folder, variables);
                JobStream jobs = JobStream.start(node.port(), rate)) {
            Usage usage = new Usage(node);
            List<Look> looks = watch(usage, jobs, (long) (minutes * 60));
            Look last = looks.get(looks.size() - 1);
            System.out.printf(
                    "%.1f jobs ended a second, of %d wanted; the node refused %.0f, %.0f failed; the node took %.0f ms of processor time for a job%n",
                    last.ended() / last.seconds(),
                    rate,
                    last.refused(),
                    failed(usage),
                    1000 * usage.processorSeconds() / last.ended());
            System.out.println("lowest of the first third, and of the last:");
            tell("heap in use, MB", 2, thirds(looks), look -> look.heap() / 1e6);
            tell("resident memory, MB", 5, thirds(looks), look -> look.resident() / 1e6);
            tell("descriptors", 20, thirds(looks), Look::descriptors);
            tell("threads", 20, thirds(looks), Look::threads);
            tell("processes", 10, thirds(looks), Look::processes);
            System.out.println("lowest since jobs are forgotten, of the third quarter of the time, and of the last:");
            int quarter = looks.size() / 4;
            tell(
                    "DATA_DIR, MB",
                    2,
                    List.of(looks.subList(2 * quarter, 3 * quarter), looks.subList(3 * quarter, looks.size())),
                    look -> look.data() / 1e6);
        }
    }

    private static List<Look> watch(Usage usage, JobStream jobs, long seconds)
            throws IOException, InterruptedException {
        List<Look> looks = new ArrayList<>();
        System.out.println(
                "     s   ended  refused  queued  heap MB  RSS MB  descriptors  threads  processes  data MB");
        long begin = System.nanoTime();
        for (int line = 1; line <= seconds / LINE_SECONDS; line++) {
            TimeUnit.NANOSECONDS.sleep(begin + TimeUnit.SECONDS.toNanos(LINE_SECONDS) * line - System.nanoTime());
            double ended = usage.metric("render_jobs_total");
            Look look = new Look(
                    (System.nanoTime() - begin) / 1e9,
                    ended,
                    jobs.refused(),
                    jobs.accepted() - (long) ended,
                    usage.liveHeapBytes(),
                    usage.residentBytes(),
                    usage.descriptors(),
                    usage.threads(),
                    usage.processes(),
                    usage.dataBytes());
            System.out.printf(
                    "%6.0f  %6.0f  %7.0f  %6d  %7.1f  %6.1f  %11d  %7d  %9d  %7.1f%n",
                    look.seconds(),
                    look.ended(),
                    look.refused(),
                    look.queued(),
                    look.heap() / 1e6,
                    look.resident() / 1e6,
                    look.descriptors(),
                    look.threads(),
                    look.processes(),
                    look.data() / 1e6);
            looks.add(look);
        }
        return looks;
    }

    private static double failed(Usage usage) throws IOException {
        return usage.metric("render_jobs_total{state=\"failed\"");
    }

    private static List<List<Look>> thirds(List<Look> looks) {
        int third = Math.max(1, looks.size() / 3);
        return List.of(looks.subList(0, third), looks.subList(looks.size() - third, looks.size()));
    }

    /**
     * Says whether the lowest value of the last part is above that of the first by more than a tenth and what chance
     * makes: jobs that wait for a while have processes, threads and descriptors, and what leaks raises the lowest too.
     */
    private static void tell(String what, double chance, List<List<Look>> parts, ToDoubleFunction<Look> value) {
        double before = lowest(parts.get(0), value);
        double after = lowest(parts.get(1), value);
        System.out.printf(
                "  %-20s %8.1f to %8.1f: %s%n", what, before, after, after <= before * 1.1 + chance ? "flat" : "GROWS");
    }

    private static double lowest(List<Look> looks, ToDoubleFunction<Look> value) {
        return looks.stream().mapToDouble(value).min().orElseThrow();
    }
}
