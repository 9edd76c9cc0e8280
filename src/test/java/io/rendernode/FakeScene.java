package io.rendernode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A blend folder with one scene for the fake Blender, which does as the file beside it says. */
public final class FakeScene {
    private final Path folder;

    public FakeScene(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            Files.writeString(file(), "BLENDER-v304", StandardCharsets.US_ASCII);
            Files.writeString(rendered(), "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The fake Blender itself. */
    public static Path blender() {
        return Path.of("src", "test", "resources", "fake-blender").toAbsolutePath();
    }

    /** The scene's file. */
    public Path file() {
        return folder.resolve("scene.blend");
    }

    /** What a request calls it, where it is in a folder of the blend folder. */
    public String blend() {
        return folder.getFileName() + "/scene.blend";
    }

    /** A file beside the scene. */
    public Path beside(String name) {
        return folder.resolve(name);
    }

    /** From the next start on the fake Blender does this: lines of its configuration. */
    public void behave(String... lines) {
        try {
            Files.write(folder.resolve("fake-blender.conf"), List.of(lines));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Lets a frame be finished, where the scene is gated. */
    public void open(int frame) {
        open(Integer.toString(frame));
    }

    /** Lets all frames be finished from now on, where the scene is gated. */
    public void openAll() {
        open("all");
    }

    private void open(String what) {
        try {
            Files.writeString(beside("open-" + what), "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What was rendered so far: a line a frame, pid and number. */
    public List<String> renderedFrames() {
        try {
            return Files.readAllLines(rendered());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What was begun so far, where a file begun.log is beside the scene: a line a frame, pid and number. */
    public List<String> begunFrames() {
        try {
            return Files.readAllLines(beside("begun.log"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The numbers of the frames that were rendered so far, in order. */
    public List<Integer> renderedNumbers() {
        return numbers(renderedFrames());
    }

    /** The numbers of the frames that were begun so far, in order, where a file begun.log is beside the scene. */
    public List<Integer> begunNumbers() {
        return numbers(begunFrames());
    }

    private static List<Integer> numbers(List<String> lines) {
        return lines.stream()
                .map(line -> Integer.valueOf(line.substring(line.indexOf(' ') + 1)))
                .toList();
    }

    private Path rendered() {
        return folder.resolve("rendered.log");
    }
}
