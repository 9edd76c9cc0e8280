package io.rendernode.attempt;

import io.rendernode.store.TaskId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The private folder into which Blender writes a task's frames: {@code 0000012.png}, or {@code 0000012_L.png} and so on
 * for a stereo scene. It outlives an attempt, so that a frame that was written but not yet taken over is not lost.
 */
public final class FrameFolder {
    private static final Logger LOG = Logger.getLogger(FrameFolder.class);
    private static final Pattern FRAME_FILE = Pattern.compile("(\\d{7,})([^.]*)\\.[A-Za-z]+");
    private static final String VIEWS = "views";

    private final Path folder;

    /**
     * A file that Blender wrote.
     *
     * @param path where it is
     * @param frame the frame's number
     * @param viewSuffix what the eye's file name ends with, or empty
     */
    record Written(Path path, int frame, String viewSuffix) {}

    private FrameFolder(Path folder) {
        this.folder = folder;
    }

    public static FrameFolder of(Path dataFolder, TaskId task) {
        return new FrameFolder(dataFolder.resolve("work").resolve(task.toString()));
    }

    /** Where it is. */
    Path path() {
        return folder;
    }

    void create() throws IOException {
        Files.createDirectories(folder);
    }

    /** Notes how many files make a frame of this scene, as Blender's side tells it before the first frame. */
    void writeViews(int views) throws IOException {
        Files.writeString(folder.resolve(VIEWS), Integer.toString(views));
    }

    /** How many files make a frame of this scene. */
    int views() throws IOException {
        try {
            String text = Files.readString(folder.resolve(VIEWS));
            return text.isEmpty() ? 1 : Integer.parseInt(text);
        } catch (NoSuchFileException notYetTold) {
            return 1;
        }
    }

    /** The number of the frame that the file at that path belongs to, if it is a frame's. */
    static OptionalInt frameOf(String path) {
        Matcher name = FRAME_FILE.matcher(path.substring(path.lastIndexOf('/') + 1));
        return name.matches() ? OptionalInt.of(Integer.parseInt(name.group(1))) : OptionalInt.empty();
    }

    /** What is in the folder now, by frame. */
    SortedMap<Integer, List<Written>> written() throws IOException {
        SortedMap<Integer, List<Written>> frames = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.sorted().forEach(file -> {
                Matcher name = FRAME_FILE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    int frame = Integer.parseInt(name.group(1));
                    frames.computeIfAbsent(frame, key -> new ArrayList<>())
                            .add(new Written(file, frame, name.group(2)));
                }
            });
        } catch (NoSuchFileException nothingYet) {
            return frames;
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
        return frames;
    }

    /** Removes the folder; what cannot be removed now is removed later, as every ended task's folder. */
    public void delete() {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException left) {
            LOG.debugf(left, "%s stays for now", folder);
        }
    }
}
