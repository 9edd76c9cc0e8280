package io.rendernode.bench;

import io.rendernode.FakeScene;
import io.rendernode.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged node, a process of its own, with its folders below one that is given. Run from the project's folder. */
final class BenchNode implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    private final Process process;
    private final int port;
    private final Path folder;
    private final long launchedAt = System.nanoTime();
    private final Thread stopAtEnd = new Thread(this::end, "stop-node");
    private long servingAfter;
    private long readyAfter;

    private BenchNode(Process process, int port, Path folder) {
        this.process = process;
        this.port = port;
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(stopAtEnd);
    }

    /**
     * Starts a node and waits until it is ready.
     *
     * @param folder gets its {@code data}, {@code output} and {@code node.log}
     * @param variables its configuration
     */
    static BenchNode start(Path folder, Map<String, String> variables) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,QUIT", "setsid"));
        command.addAll(Program.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("node.log").toFile());
        builder.environment().put("PORT", Integer.toString(port));
        builder.environment().put("DATA_DIR", folder.resolve("data").toString());
        builder.environment().put("OUTPUT_DIR", folder.resolve("output").toString());
        builder.environment().putAll(variables);
        BenchNode node = new BenchNode(builder.start(), port, folder);
        node.awaitReady();
        return node;
    }

    /** What makes a node render the scene with the fake Blender. */
    static Map<String, String> fake(FakeScene scene) {
        Map<String, String> variables = new HashMap<>();
        variables.put("BLENDER_PATH", FakeScene.blender().toString());
        variables.put("RENDER_SANDBOX", "off");
        variables.put("BLEND_FILE_PATH", scene.file().toString());
        return variables;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** The node's DATA_DIR. */
    Path data() {
        return folder.resolve("data");
    }

    /** The node's OUTPUT_DIR. */
    Path output() {
        return folder.resolve("output");
    }

    /** Seconds from launching the program to the log's line that it serves. */
    double secondsToServing() {
        return servingAfter / 1e9;
    }

    /** Seconds from launching the program to its being ready. */
    double secondsToReady() {
        return readyAfter / 1e9;
    }

    /** Stops it in good order; after 40 s by force. */
    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(stopAtEnd);
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stopping) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady() throws InterruptedException {
        while (readyAfter == 0) {
            if (!process.isAlive() || System.nanoTime() - launchedAt > LONGEST_START.toNanos()) {
                close();
                throw new IllegalStateException("the node did not start: see " + folder.resolve("node.log"));
            }
            if (servingAfter == 0 && isServing()) {
                servingAfter = System.nanoTime() - launchedAt;
            } else if (servingAfter != 0 && isReady()) {
                readyAfter = System.nanoTime() - launchedAt;
            } else {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    private boolean isReady() {
        try (PlainClient client = new PlainClient(port)) {
            return client.read("/health/ready", "*/*").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean isServing() {
        try {
            return Files.readString(folder.resolve("node.log")).contains("Server running on port");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
