package io.rendernode.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A way to have scenes rendered, whose time can be taken: Blender's bare command line, or a node. */
abstract class RenderWay {
    private int runs;

    /**
     * What is to be rendered.
     *
     * @param scene its file, in the blend folder
     * @param count how often: command lines or jobs
     * @param frames of each, from frame 1 on
     * @param together whether bare command lines run at once; on a node it goes by the slots
     */
    record Order(String scene, int count, int frames, boolean together) {

        /** One after the other. */
        Order(String scene, int count, int frames) {
            this(scene, count, frames, false);
        }
    }

    /**
     * What it took.
     *
     * @param seconds from the first command line or POST until all are over, with their frames in place
     * @param firstFrame from there until the first frame is in place; a bare Blender says so
     */
    record Run(double seconds, double firstFrame) {}

    /** Looks at what renders, every few milliseconds. */
    interface Watch {
        /** Does not look. */
        Watch NONE = blenders -> {};

        /** Takes the pids that these Blenders have, had, or will have. */
        void look(List<Long> blenders) throws IOException;
    }

    /** What has been ordered. */
    interface Rendering extends AutoCloseable {
        /** The Blenders' pids, as far as they are known. */
        List<Long> blenders();

        /** Whether the first frame is in place. */
        boolean hasFirstFrame() throws IOException;

        /** Whether all is over; what can go on only now is started. */
        boolean isOver() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Renders it, into a folder of its own, and waits until it is over. */
    Run render(Order order, Watch watch) throws IOException, InterruptedException {
        Path folder = output().resolve("run" + runs++);
        long begin = System.nanoTime();
        double firstFrame = 0;
        try (Rendering rendering = begin(order, folder)) {
            while (!rendering.isOver()) {
                watch.look(rendering.blenders());
                if (firstFrame == 0 && rendering.hasFirstFrame()) {
                    firstFrame = secondsSince(begin);
                }
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
        Run run = new Run(secondsSince(begin), firstFrame == 0 ? secondsSince(begin) : firstFrame);
        requireFrames(folder, order.count() * order.frames());
        return run;
    }

    /** Where the runs' folders are. */
    abstract Path output();

    /** Orders it, into that folder below {@link #output}. */
    abstract Rendering begin(Order order, Path folder) throws IOException;

    /** The pids of all that runs now and would not without this way, but for the node itself. */
    abstract List<Long> processes() throws IOException;

    private static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void requireFrames(Path folder, int wanted) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            long count = files.filter(file -> file.toString().endsWith(".png")).count();
            if (count != wanted) {
                throw new IllegalStateException(folder + " has " + count + " frames, not " + wanted);
            }
        }
    }
}
