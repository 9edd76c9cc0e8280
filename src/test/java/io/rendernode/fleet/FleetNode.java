package io.rendernode.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rendernode.run.NodeProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One node of a fleet: a name, folders of its own, a wire of its own to the store, and several lives. */
final class FleetNode implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final Path folder;
    private final Map<String, String> variables;
    private final Wire wire;
    private final List<Life> lives = new ArrayList<>();
    private final List<NodeProcess> processes = new ArrayList<>();
    private NodeProcess process;

    /**
     * One run of the node.
     *
     * @param from when it was started
     * @param killed whether it ended by SIGKILL
     */
    record Life(Instant from, boolean killed) {}

    FleetNode(String name, Path folder, Map<String, String> variables, Wire wire) {
        this.name = name;
        this.folder = folder;
        this.variables = variables;
        this.wire = wire;
    }

    String name() {
        return name;
    }

    /** Its DATA_DIR. */
    Path data() {
        return folder.resolve("data");
    }

    Wire wire() {
        return wire;
    }

    NodeProcess process() {
        return process;
    }

    synchronized List<Life> lives() {
        return List.copyOf(lives);
    }

    /** What it has said in all its lives, each under a line of its own. */
    List<String> logs() {
        return processes.stream()
                .flatMap(life -> ("--- a life of " + name + "\n" + life.log()).lines())
                .toList();
    }

    /** Starts it and does not wait. */
    void launch() throws IOException {
        synchronized (this) {
            lives.add(new Life(Instant.now(), false));
        }
        process = NodeProcess.launch(folder, variables);
        processes.add(process);
    }

    /** Starts it and waits until it serves. */
    void start() throws IOException {
        launch();
        awaitServing();
    }

    void awaitServing() {
        process.awaitServing();
    }

    /** SIGKILL, to the node alone. */
    void kill() throws InterruptedException {
        synchronized (this) {
            Life life = lives.remove(lives.size() - 1);
            lives.add(new Life(life.from(), true));
        }
        process.killHard();
    }

    /** SIGTERM, and waits until it is gone. */
    void stop() throws InterruptedException {
        assertThat(process.stop()).as("exit code of a drained node").isIn(0, 143);
    }

    /** Sends the node alone a signal, such as STOP. */
    void signal(String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).as("kill -s %s", signal).isZero();
    }

    /** The answer to a GET, whatever it is. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return process.call("GET", path, null, null);
    }

    /** JSON from that path; the answer must be 200 or 202. */
    JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = process.call("GET", path, null, "application/json");
        assertThat(answer.statusCode())
                .as("%s of %s: %s", path, name, answer.body())
                .isIn(200, 202);
        return JSON.readTree(answer.body());
    }

    /** The job as JSON. */
    JsonNode job(long id) throws IOException, InterruptedException {
        return json("/job/" + id);
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.close();
        }
        wire.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
