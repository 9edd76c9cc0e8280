package io.rendernode.run;

import io.rendernode.Await;
import io.rendernode.Ports;
import io.rendernode.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node as its users run it: the packaged program, a process of its own, configured by variables. */
public final class NodeProcess implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final int port;
    private final Path log;

    private NodeProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts a node and waits until it serves.
     *
     * @param folder holds its data, output and log, unless the variables say otherwise
     * @param variables further variables
     */
    public static NodeProcess start(Path folder, Map<String, String> variables) throws Exception {
        NodeProcess node = launch(folder, variables);
        node.awaitServing();
        return node;
    }

    /** Starts a node and does not wait. */
    public static NodeProcess launch(Path folder, Map<String, String> variables) throws IOException {
        Map<String, String> environment = new HashMap<>();
        int port = Ports.free();
        environment.put("PORT", Integer.toString(port));
        environment.put("DATA_DIR", folder.resolve("data").toString());
        environment.put("OUTPUT_DIR", folder.resolve("output").toString());
        environment.putAll(variables);
        Path log = Files.createTempFile(Files.createDirectories(folder), "node", ".log");
        List<String> command = new ArrayList<>(List.of("env", "--default-signal"));
        command.addAll(Program.commandThatStartsQuickly());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new NodeProcess(builder.start(), Integer.parseInt(environment.get("PORT")), log);
    }

    /** Where it answers. */
    public int port() {
        return port;
    }

    /** The node's own pid. */
    public long pid() {
        return process.pid();
    }

    /** The node as the test's child. */
    public Process process() {
        return process;
    }

    /** What the node has said so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    /** Calls the node; {@code accept} may be null. */
    public HttpResponse<String> call(String method, String path, String body, String accept)
            throws IOException, InterruptedException {
        return send(method, path, body, accept == null ? Map.of() : Map.of("Accept", accept));
    }

    /** Calls the node with these headers; {@code body} is JSON, or null. */
    public HttpResponse<String> send(String method, String path, String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Await.LONGEST)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a GET and does not wait: the answer's status. */
    public CompletableFuture<Integer> ask(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(HttpResponse::statusCode);
    }

    /** A log as the node streams it: returns when the stream has begun; what it gives is done when the stream ends. */
    public CompletableFuture<String> follow(long job) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port + "/job/" + job + "/log?follow=true"))
                .build();
        HttpResponse<Stream<String>> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofLines());
        return CompletableFuture.supplyAsync(() -> answer.body().collect(Collectors.joining("\n")));
    }

    /** Posts a job and gives its number. */
    public long post(String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = call("POST", "/job", body, null);
        if (answer.statusCode() != 202) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return Long.parseLong(
                answer.headers().firstValue("Location").orElseThrow().substring("/job/".length()));
    }

    /** Where the job stands, in a line. */
    public String status(long job) throws IOException, InterruptedException {
        return call("GET", "/job/" + job, null, null).body();
    }

    /** The job as JSON. */
    public String json(long job) throws IOException, InterruptedException {
        return call("GET", "/job/" + job, null, "application/json").body();
    }

    /** Waits until the job has ended and gives its line. */
    public String awaitEnd(long job) {
        return Await.until(() -> status(job), line -> !line.equals("Job still running"));
    }

    /** Waits until it serves; fails where it ends instead. */
    public void awaitServing() {
        await(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("the node ended: " + log());
            }
            return log().contains("Server running on port");
        });
    }

    /** Waits until it answers a GET of that path with that status. */
    void awaitStatus(String path, int status) {
        await(() -> call("GET", path, null, null).statusCode() == status);
    }

    /** Waits until the job's log contains that. */
    void awaitLog(long job, String text) {
        await(() -> call("GET", "/job/" + job + "/log", null, null).body().contains(text));
    }

    /** Waits for a fact; where it does not come, the node's log is told. */
    public void await(Callable<Boolean> fact) {
        Await.until(() -> "never came to be; the node's log:\n" + log(), fact);
    }

    /** SIGKILL to the node alone. */
    public void killHard() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits until it is gone. */
    public int stop() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    /** Waits until it is gone, and gives its exit code. */
    public int awaitExit() throws InterruptedException {
        return Await.exit(process, this::log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
