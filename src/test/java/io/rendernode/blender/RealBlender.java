package io.rendernode.blender;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Blender that is under way; its stdin is held open, as the node holds it. */
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

    static RealBlender start(List<String> arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        return new RealBlender(builder.start());
    }

    /** Waits for an event of a type. */
    <T extends BlenderEvent> T await(Class<T> type) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Optional<T> event = read(line).filter(type::isInstance).map(type::cast);
            if (event.isPresent()) {
                return event.get();
            }
        }
        throw new IOException("no " + type.getSimpleName() + " in:\n" + log);
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

    void closeStdin() throws IOException {
        process.getOutputStream().close();
    }

    boolean isGoneWithin(long milliseconds) throws InterruptedException {
        return process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
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
