package io.rendernode.picture;

import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The programs that make pictures of frames, where they are installed. */
final class Tools {
    /** How much nicer than Blender they run. */
    static final List<String> AFTER_BLENDER = List.of("nice", "-n", "5");

    private Tools() {}

    /**
     * Finds a program, by a path or by a name on the PATH.
     *
     * @param words the program, its variable and what it is for, for whoever asked
     * @throws ProblemException if there is none
     */
    static Path find(String name, String words) {
        Stream<Path> candidates = name.contains("/")
                ? Stream.of(Path.of(name).toAbsolutePath())
                : Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> Path.of(folder, name).toAbsolutePath());
        return candidates
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.NOT_INSTALLED, words));
    }

    /** What it reads where it is not among the system's own: itself, and the libraries beside its folder. */
    static List<Path> reads(Path program) throws IOException {
        Path folder = program.toRealPath().getParent();
        return Stream.of(folder, folder.resolve("../lib").normalize())
                .filter(Files::isDirectory)
                .toList();
    }
}
