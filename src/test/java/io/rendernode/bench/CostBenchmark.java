package io.rendernode.bench;

import io.rendernode.FakeScene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What the node itself costs beside Blender: processor time a frame, and a job's time over bare Blender's, in turn, on a
 * JVM that has rendered before; then what it costs while it has nothing to do.
 *
 * <p>Arguments: a folder to work in, frames of a job (40), pairs of a job and a bare Blender (5), {@code blender} or
 * {@code fake} (blender), frames before that, of next to no time, which warm the JVM (4000), seconds of rest (30).
 */
final class CostBenchmark {
    /** Runs Blender below itself, and notes its words and then what it and Blender have used: nothing else tells those apart from the node's other children. */
    private static final String WRAPPER = """
            #!/bin/bash
            [ "$1" != --version ] || exec '%s' "$@"
            printf '%%s\\0' "$@" >'%2$s/words'
            '%1$s' "$@"
            code=$?
            times >'%2$s/times.part'
            mv '%2$s/times.part' '%2$s/times'
            exit $code
            """;

    /** Frames of one job that warms the JVM: not many, since a job's beginning and end are to be warm as well. */
    private static final int WARMING = 200;

    private final Path folder;
    private final int frames;
    private final boolean fake;
    private final Path wrapper;
    private final FakeScene scene;
    private final List<Pair> pairs = new ArrayList<>();

    /** A job and a bare Blender, both seconds; {@code node} and {@code helpers} are of processor time. */
    private record Pair(double job, double bare, double node, double helpers) {}

    private CostBenchmark(Path folder, int frames, boolean fake) throws IOException {
        this.folder = folder;
        this.frames = frames;
        this.fake = fake;
        scene = new FakeScene(folder.resolve("blend"));
        wrapper = folder.resolve("blender");
        String blender =
                fake ? FakeScene.blender().toString() : System.getenv().getOrDefault("BLENDER_PATH", "blender");
        Files.writeString(wrapper, WRAPPER.formatted(blender, folder));
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
    }

    public static void main(String[] arguments) throws Exception {
        int frames = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 40;
        int pairs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        boolean fake = arguments.length > 3 && arguments[3].equals("fake");
        int before = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 4000;
        int rest = arguments.length > 5 ? Integer.parseInt(arguments[5]) : 30;
        new CostBenchmark(Path.of(arguments[0]).toRealPath(), frames, fake).run(before, pairs, rest);
    }

    private void run(int before, int count, int rest) throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>(fake ? BenchNode.fake(scene) : Map.of());
        variables.put("BLENDER_PATH", wrapper.toString());
        // The wrapper writes into its own folder.
        variables.put("RENDER_SANDBOX", "off");
        try (BenchNode node = BenchNode.start(folder, variables)) {
            Usage usage = new Usage(node);
            double cold = usage.processorSeconds();
            for (int left = before; left > 0; left -= WARMING) {
                job(node, Math.min(left, WARMING), true);
            }
            System.out.printf(
                    Locale.ROOT,
                    "warm-up: %d frames, %.2f ms a frame%n",
                    before,
                    (usage.processorSeconds() - cold) * 1000 / Math.max(1, before));
            System.out.println("     job    bare   ratio   node a frame   helpers a frame");
            for (int i = 0; i < count; i++) {
                measure(node, usage);
            }
            double used = usage.processorSeconds();
            TimeUnit.SECONDS.sleep(rest);
            report(rest == 0 ? 0 : (usage.processorSeconds() - used) * 60 / rest);
        }
    }

    private void measure(BenchNode node, Usage usage) throws IOException, InterruptedException {
        double processor = usage.processorSeconds();
        double children = usage.childrenSeconds();
        double job = job(node, frames, false);
        double own = usage.processorSeconds() - processor;
        double helpers = usage.childrenSeconds() - children - blenderSeconds();
        Pair pair = new Pair(job, bare(), own, helpers);
        pairs.add(pair);
        line(pair);
    }

    private void line(Pair pair) {
        System.out.printf(
                Locale.ROOT,
                "%6.2f s%6.2f s%8.3f%12.2f ms%15.2f ms%n",
                pair.job,
                pair.bare,
                pair.job / pair.bare,
                pair.node * 1000 / frames,
                pair.helpers * 1000 / frames);
    }

    private void report(double atRest) {
        Pair median = new Pair(median(Pair::job), median(Pair::bare), median(Pair::node), median(Pair::helpers));
        System.out.println("medians, and processor time at rest:");
        line(median);
        System.out.printf(Locale.ROOT, "%.2f s a minute%n", atRest);
        System.out.printf(
                Locale.ROOT,
                "{\"frames\":%d,\"pairs\":%d,\"jobSeconds\":%.3f,\"bareSeconds\":%.3f,\"ratio\":%.3f,"
                        + "\"nodeMillisPerFrame\":%.2f,\"helperMillisPerFrame\":%.2f,\"restSecondsPerMinute\":%.2f}%n",
                frames,
                pairs.size(),
                median.job,
                median.bare,
                median(pair -> pair.job / pair.bare),
                median.node * 1000 / frames,
                median.helpers * 1000 / frames,
                atRest);
    }

    private double median(ToDoubleFunction<Pair> value) {
        return pairs.stream()
                .mapToDouble(value)
                .sorted()
                .skip(pairs.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /** One job through the node; asks for it only when Blender has ended, since asking costs too. */
    private double job(BenchNode node, int count, boolean quick) throws IOException, InterruptedException {
        Files.deleteIfExists(folder.resolve("times"));
        scene.behave("frame_seconds=" + (quick ? "0" : "0.25"));
        String look = fake ? "" : quick ? ",\"resolution\":5,\"samples\":1" : ",\"resolution\":40";
        String body = "{\"from\":1,\"to\":" + count + ",\"output\":\"benchmark/f_####\"" + look + "}";
        try (PlainClient client = new PlainClient(node.port())) {
            long begin = System.nanoTime();
            String path = client.post("/job", body).require(202).location();
            while (!Files.exists(folder.resolve("times"))) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            PlainClient.Answer status = client.read(path, "*/*");
            while (status.status() == 202) {
                TimeUnit.MILLISECONDS.sleep(5);
                status = client.read(path, "*/*");
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            if (!status.body().equals("Job completed")) {
                throw new IllegalStateException(status.body());
            }
            return seconds;
        }
    }

    /** Blender alone, as the node has just called it, into another folder. */
    private double bare() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "10", wrapper.toString()));
        Path data = folder.resolve("data").resolve("work");
        for (String word : Files.readString(folder.resolve("words")).split("\0", 0)) {
            command.add(word.replace(data.toString(), folder.resolve("bare").toString()));
        }
        long begin = System.nanoTime();
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("bare.log").toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("Blender alone ended with " + code);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    /** What the last Blender and its wrapper have used: {@code 0m0.001s 0m0.002s}, twice. */
    private double blenderSeconds() throws IOException {
        double sum = 0;
        for (String time : Files.readString(folder.resolve("times")).trim().split("\\s+", 0)) {
            sum += 60 * Double.parseDouble(time.substring(0, time.indexOf('m')))
                    + Double.parseDouble(time.substring(time.indexOf('m') + 1, time.length() - 1));
        }
        return sum;
    }
}
