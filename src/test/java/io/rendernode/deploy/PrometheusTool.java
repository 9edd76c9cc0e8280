package io.rendernode.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Prometheus's own checker, {@code promtool}, which deploy/setup.sh installs. */
final class PrometheusTool {
    private PrometheusTool() {}

    /**
     * What a call of promtool came to.
     *
     * @param exitCode 0 where it found no fault
     * @param output what it said
     */
    record Result(int exitCode, String output) {}

    /** Runs it to its end; {@code file} is its last argument. */
    static Result run(List<String> arguments, Path file) throws IOException, InterruptedException {
        List<String> command = Stream.of(List.of("promtool"), arguments, List.of(file.toString()))
                .flatMap(List::stream)
                .toList();
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            throw new AssertionError("there is no promtool: run deploy/setup.sh prometheus", missing);
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
