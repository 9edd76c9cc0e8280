package io.rendernode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The packaged program that the tests and benchmarks start: the native executable where this build has made one, the
 * JVM otherwise.
 */
public final class Program {
    private static final Path JAR =
            Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();

    private Program() {}

    /**
     * The words that start it. The native executable is the file that {@code native.image.path} names, which Maven sets
     * under {@code -Dnative} alone: one left over from an earlier build is not what is being tested. {@code
     * NODE_JAVA_OPTIONS} in the environment holds options for the JVM, parted by spaces.
     *
     * @throws IllegalStateException if a native executable is asked for and not there
     */
    public static List<String> command() {
        return command(List.of());
    }

    /** The same for a node that lives for seconds: a third of the time that a Java node takes to start otherwise. */
    public static List<String> commandThatStartsQuickly() {
        return command(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    }

    private static List<String> command(List<String> options) {
        String executable = System.getProperty("native.image.path", "");
        if (!executable.isBlank()) {
            Path file = Path.of(executable).toAbsolutePath();
            if (!Files.isExecutable(file)) {
                throw new IllegalStateException("there is no native executable at " + file);
            }
            return List.of(file.toString());
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        String further = System.getenv().getOrDefault("NODE_JAVA_OPTIONS", "").strip();
        if (!further.isEmpty()) {
            command.addAll(List.of(further.split(" +")));
        }
        command.addAll(List.of("-jar", JAR.toString()));
        return command;
    }
}
