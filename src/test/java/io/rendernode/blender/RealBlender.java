package io.rendernode.blender;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Blender that is under way. */
final class RealBlender implements AutoCloseable {
    static final Path PROGRAM =
            Path.of(Optional.ofNullable(System.getenv("BLENDER_PATH")).orElse("blender"));

    private final Process process;
    private final BufferedReader lines;
    private final BlenderOutput output = new BlenderOutput();
    private final StringBuilder log = new StringBuilder();

    private RealBlender(Process process) {
        this.process = process;
        this.lines = process.inputReader();
    }

    /** The scripts that it runs beside a scene. */
    static List<Path> scripts() throws URISyntaxException {
        List<Path> scripts = new ArrayList<>();
        for (String name : BlenderCommand.SCRIPTS) {
            scripts.add(Path.of(BlenderCommand.class.getResource(name).toURI()));
        }
        return scripts;
    }

    static RealBlender start(List<String> arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        return new RealBlender(builder.start());
    }

    /** Answers all events up to the end of the output. */
    List<BlenderEvent> events() throws IOException {
        List<BlenderEvent> events = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            read(line).ifPresent(events::add);
        }
        return events;
    }

    private Optional<BlenderEvent> read(String line) {
        log.append(line).append('\n');
        return output.read(line);
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    String log() {
        return log.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
