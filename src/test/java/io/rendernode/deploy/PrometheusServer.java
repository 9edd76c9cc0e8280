package io.rendernode.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rendernode.Await;
import io.rendernode.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real Prometheus with the configuration of deploy/prometheus, which looks every half second rather than every 15. */
final class PrometheusServer implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Process process;
    private final int port;
    private final Path log;

    private PrometheusServer(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts one; it may not answer yet.
     *
     * @param folder holds its configuration, data and log
     * @param target what it scrapes, {@code host:port}
     */
    static PrometheusServer start(Path folder, String target) throws IOException {
        Files.createDirectories(folder);
        String configuration = Files.readString(PrometheusRules.FOLDER.resolve("prometheus.yml"));
        Files.writeString(folder.resolve("prometheus.yml"), configuration.replace(": 15s", ": 500ms"));
        Files.copy(PrometheusRules.FOLDER.resolve("rules.yaml"), folder.resolve("rules.yaml"));
        Files.writeString(folder.resolve("targets.yaml"), "- targets: [\"" + target + "\"]\n");
        int port = Ports.free();
        Path log = folder.resolve("prometheus.log");
        ProcessBuilder builder = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("series"),
                        "--web.listen-address=localhost:" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        try {
            return new PrometheusServer(builder.start(), port, log);
        } catch (IOException missing) {
            throw new AssertionError("there is no prometheus: run deploy/setup.sh prometheus", missing);
        }
    }

    /** What a query gives now; fails where Prometheus calls it an error. */
    List<JsonNode> query(String expression) throws InterruptedException {
        return PrometheusRules.elements(
                        ask("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                                .path("result"))
                .toList();
    }

    /** Every rule that it has loaded, with its health. */
    List<JsonNode> rules() throws InterruptedException {
        return PrometheusRules.elements(ask("/api/v1/rules").path("groups"))
                .flatMap(group -> PrometheusRules.elements(group.path("rules")))
                .toList();
    }

    /** Waits until a query gives something. */
    void await(String expression) {
        Await.until(
                () -> "nothing came of " + expression + "\n" + log(),
                () -> !query(expression).isEmpty());
    }

    private JsonNode ask(String path) throws InterruptedException {
        URI address = URI.create("http://localhost:" + port + path);
        try {
            HttpResponse<String> answer =
                    HTTP.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            JsonNode json = answer.body().startsWith("{") ? MAPPER.readTree(answer.body()) : MAPPER.createObjectNode();
            if (answer.statusCode() == 400 || answer.statusCode() == 422) {
                throw new AssertionError(path + ": " + answer.body());
            }
            return json.path("data");
        } catch (ConnectException notYet) {
            if (!process.isAlive()) {
                throw new AssertionError("Prometheus ended:\n" + log(), notYet);
            }
            return MAPPER.createObjectNode();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String log() {
        try {
            return Files.readString(log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
