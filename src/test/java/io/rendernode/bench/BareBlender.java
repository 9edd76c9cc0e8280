package io.rendernode.bench;

import io.rendernode.Scenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Blender without a node, by the command line that one would type, as nice as the node's. */
final class BareBlender extends RenderWay {
    private static final String NICE = System.getenv().getOrDefault("RENDER_NICE", "10");

    private final Path folder;
    private final Path scenes;
    private final int threads;
    private final List<Process> started = new CopyOnWriteArrayList<>();

    /**
     * Prepares it.
     *
     * @param folder gets the frames, and Blender's words
     * @param scenes the blend folder
     * @param threads of each Blender
     */
    BareBlender(Path folder, Path scenes, int threads) {
        this.folder = folder;
        this.scenes = scenes;
        this.threads = threads;
        Thread end = new Thread(() -> started.forEach(Process::destroyForcibly), "stop-blender");
        Runtime.getRuntime().addShutdownHook(end);
    }

    @Override
    Path output() {
        return folder;
    }

    @Override
    Rendering begin(Order order, Path run) throws IOException {
        Files.createDirectories(run);
        return new CommandLines(order, run);
    }

    @Override
    List<Long> processes() {
        return started.stream()
                .filter(Process::isAlive)
                .map(Process::toHandle)
                .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
                .map(ProcessHandle::pid)
                .toList();
    }

    private Process launch(Order order, Path run) throws IOException {
        int number = started.size();
        List<String> command = List.of(
                "nice",
                "-n",
                NICE,
                Scenes.blender(),
                "-b",
                "-noaudio",
                "-Y",
                "--factory-startup",
                scenes.resolve(order.scene()).toString(),
                "-o",
                run.resolve(number + "_####").toString(),
                "-s",
                "1",
                "-e",
                Integer.toString(order.frames()),
                "-t",
                Integer.toString(threads),
                "-a");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(run, number).toFile())
                .start();
        started.add(process);
        return process;
    }

    private static Path log(Path run, int number) {
        return run.resolve(number + ".log");
    }

    private final class CommandLines implements Rendering {
        private final Order order;
        private final Path run;

        CommandLines(Order order, Path run) throws IOException {
            this.order = order;
            this.run = run;
            started.clear();
            goOn();
        }

        @Override
        public List<Long> blenders() {
            return started.stream().map(Process::pid).toList();
        }

        @Override
        public boolean hasFirstFrame() throws IOException {
            return Files.readString(log(run, 0)).contains("Saved:");
        }

        @Override
        public boolean isOver() throws IOException {
            if (started.stream().anyMatch(Process::isAlive)) {
                return false;
            }
            for (Process process : started) {
                if (process.exitValue() != 0) {
                    throw new IllegalStateException("Blender alone ended with " + process.exitValue() + ": " + run);
                }
            }
            int before = started.size();
            goOn();
            return started.size() == before;
        }

        @Override
        public void close() {
            started.forEach(Process::destroyForcibly);
        }

        private void goOn() throws IOException {
            while (started.size() < order.count()) {
                launch(order, run);
                if (!order.together()) {
                    return;
                }
            }
        }
    }
}
