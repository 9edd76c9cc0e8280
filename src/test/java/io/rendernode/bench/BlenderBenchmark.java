package io.rendernode.bench;

import io.rendernode.Scenes;
import io.rendernode.bench.BlenderTable.Case;
import io.rendernode.bench.BlenderTable.Kind;
import io.rendernode.bench.RenderWay.Order;
import io.rendernode.bench.RenderWay.Run;
import io.rendernode.bench.RenderWay.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a node whose Blender waits takes for jobs, beside one that starts Blender for each and beside bare command lines:
 * in turn, each round beginning with another of the three, and each measurement when all are at rest.
 *
 * <p>Arguments: a folder to work in, rounds (3).
 */
final class BlenderBenchmark {
    private static final int MEGABYTES = 200;
    private static final String SMALL = "small.blend";
    private static final String SLOW = "slow.blend";
    private static final String LARGE = "large.blend";

    /** Blenders at once where memory is measured, and frames of each: so many that all are loaded at one time. */
    private static final int AT_ONCE = 4;

    private static final int FRAMES_AT_ONCE = 10;

    /** How long nothing must have used processor time, and how long that is waited for. */
    private static final long REST_MILLIS = 300;

    private static final int RESTS_TO_WAIT = 100;

    /** Seconds of processor time: less than Linux counts. */
    private static final double LEAST_USE = 0.005;

    /** Reading what processes share takes the kernel milliseconds each. */
    private static final long MEMORY_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private int versions;
    private final Path folder;
    private final Path scenes;
    private final BlenderTable table = new BlenderTable();
    private final Map<Kind, RenderWay> ways = new EnumMap<>(Kind.class);
    private final List<Kind> turns = new ArrayList<>(List.of(Kind.values()));

    private interface Measurement {
        void of(Kind kind, RenderWay way) throws IOException, InterruptedException;
    }

    private BlenderBenchmark(Path folder) {
        this.folder = folder;
        scenes = folder.resolve("blend");
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        new BlenderBenchmark(Path.of(arguments[0]).toRealPath()).run(rounds);
    }

    private void run(int rounds) throws IOException, InterruptedException {
        Files.createDirectories(scenes);
        Path base = Path.of("blend/files/demo.blend").toAbsolutePath();
        Scenes.make("blender-scenes/make_bench_scenes.py", scenes, base, MEGABYTES);
        withNodes(1, Runtime.getRuntime().availableProcessors(), SMALL, () -> rounds(rounds, this::times));
        withNodes(AT_ONCE, 1, LARGE, () -> rounds(rounds, this::memory));
        System.out.print(table.text());
        System.out.println(table.json());
    }

    private interface Part {
        void run() throws IOException, InterruptedException;
    }

    /** Runs a part with a cold and a warm node, which have rendered before. */
    private void withNodes(int slots, int threads, String scene, Part part) throws IOException, InterruptedException {
        Path own = folder.resolve(slots + "-slots");
        try (BenchNode cold = node(own, "off", slots, threads);
                BenchNode warm = node(own, "on", slots, threads)) {
            ways.put(Kind.BARE, new BareBlender(own.resolve("bare"), scenes, threads));
            ways.put(Kind.COLD, new NodeRenders(cold));
            ways.put(Kind.WARM, new NodeRenders(warm));
            inTurn((kind, way) -> way.render(new Order(scene, AT_ONCE, 1), Watch.NONE));
            part.run();
        }
    }

    private BenchNode node(Path own, String warm, int slots, int threads) throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>();
        variables.put("BLEND_FILE_PATH", scenes.resolve(SMALL).toString());
        variables.put("RENDER_WARM", warm);
        variables.put("RENDER_WARM_SCENES", "1");
        variables.put("RENDER_SLOTS", Integer.toString(slots));
        variables.put("RENDER_THREADS", Integer.toString(threads));
        return BenchNode.start(own.resolve("warm-" + warm), variables);
    }

    private void rounds(int count, Part round) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            round.run();
            Collections.rotate(turns, 1);
        }
    }

    private void times() throws IOException, InterruptedException {
        small(Case.SINGLES, new Order(SMALL, 20, 1));
        small(Case.SHORTS, new Order(SMALL, 4, 5));
        small(Case.LONG, new Order(SMALL, 1, 40));
        inTurn(this::slow);
        inTurn(this::large);
    }

    private void small(Case what, Order order) throws IOException, InterruptedException {
        inTurn((kind, way) -> note(what, kind, way.render(order, Watch.NONE).seconds()));
    }

    private void slow(Kind kind, RenderWay way) throws IOException, InterruptedException {
        BusiestStretch stretch = new BusiestStretch();
        note(Case.SLOW, kind, way.render(new Order(SLOW, 1, 1), stretch).seconds());
        note(Case.PROCESSORS, kind, stretch.processors());
    }

    /**
     * Changes the file's time first, by which it is another scene than any that was rendered before; not to now, since what
     * may still change is not kept loaded.
     */
    private void large(Kind kind, RenderWay way) throws IOException, InterruptedException {
        Files.setLastModifiedTime(scenes.resolve(LARGE), FileTime.from(Instant.EPOCH.plusSeconds(++versions)));
        Order order = new Order(LARGE, 1, 1);
        Run first = way.render(order, Watch.NONE);
        awaitRest();
        Run second = way.render(order, Watch.NONE);
        note(Case.FIRST, kind, first.firstFrame());
        note(Case.SECOND, kind, second.firstFrame());
    }

    private void memory() throws IOException, InterruptedException {
        Order order = new Order(LARGE, AT_ONCE, FRAMES_AT_ONCE, true);
        inTurn((kind, way) -> {
            PeakMemory peak = new PeakMemory(way);
            way.render(order, peak);
            note(Case.MEMORY, kind, peak.most / 1e6);
        });
    }

    private void inTurn(Measurement measurement) throws IOException, InterruptedException {
        for (Kind kind : turns) {
            awaitRest();
            measurement.of(kind, ways.get(kind));
        }
    }

    /** Waits until what the nodes have started does nothing: a Blender that still loads a scene would disturb. */
    private void awaitRest() throws IOException, InterruptedException {
        double before = used();
        for (int i = 0; i < RESTS_TO_WAIT; i++) {
            TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
            double now = used();
            if (Math.abs(now - before) < LEAST_USE) {
                return;
            }
            before = now;
        }
        System.err.println("not at rest after " + REST_MILLIS * RESTS_TO_WAIT / 1000 + " s");
    }

    /** Seconds of processor time that all processes of all ways have used. */
    private double used() throws IOException {
        double sum = 0;
        for (RenderWay way : ways.values()) {
            for (long pid : way.processes()) {
                sum += Usage.processorSeconds(pid).orElse(0);
            }
        }
        return sum;
    }

    private void note(Case what, Kind kind, double value) {
        System.err.printf("%s %s %.3f%n", what, kind.word(), value);
        table.note(what, kind, value);
    }

    /** The most bytes of memory at a time of all Blenders of a way, those that wait too: what they share counts once. */
    private static final class PeakMemory implements Watch {
        private final RenderWay way;
        private long next = System.nanoTime();
        private long most;

        PeakMemory(RenderWay way) {
            this.way = way;
        }

        @Override
        public void look(List<Long> blenders) throws IOException {
            if (System.nanoTime() < next) {
                return;
            }
            long sum = 0;
            for (long pid : way.processes()) {
                sum += Usage.sharedOutBytes(pid);
            }
            most = Math.max(most, sum);
            next = System.nanoTime() + MEMORY_INTERVAL_NANOS;
        }
    }
}
