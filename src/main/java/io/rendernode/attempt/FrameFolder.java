package io.rendernode.attempt;

import io.rendernode.blender.FrameNames;
import io.rendernode.frame.FrameIntake.View;
import io.rendernode.store.TaskId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The private folder into which Blender writes a task's frames, called as {@link FrameNames} says. It outlives an
 * attempt, so that a frame that was written but does not count yet is not lost. Where it is not known how a frame's
 * files are called, it has none.
 */
public final class FrameFolder {
    private static final Logger LOG = Logger.getLogger(FrameFolder.class);
    private static final String NAMES = "names.json";

    /** Bytes that are left to others, or a twentieth of a smaller disk. */
    private static final long LEAST_FREE = 1L << 30;

    private final Path folder;
    private final Path frames;
    private FrameNames names;

    FrameFolder(Path dataFolder, TaskId task) {
        this.folder = dataFolder.resolve("work").resolve(task.toString());
        this.frames = folder.resolve("frames");
    }

    /** Where Blender writes frames. What is beside it is the node's own. */
    Path path() {
        return frames;
    }

    /** Where Blender has its temporary files, and its home. */
    Path temporary() {
        return folder.resolve("temporary");
    }

    void create() throws IOException {
        Files.createDirectories(frames);
        Files.createDirectories(temporary());
    }

    /**
     * Keeps how this scene's files are called, as Blender's side tells it before the first frame.
     *
     * @throws IOException if it cannot be written: it is then known until this program ends
     */
    void writeNames(FrameNames told) throws IOException {
        names = told;
        Path part = folder.resolve(NAMES + ".part");
        Files.writeString(part, told.toJson());
        Files.move(part, folder.resolve(NAMES), StandardCopyOption.ATOMIC_MOVE);
    }

    private Optional<FrameNames> names() throws IOException {
        if (names == null) {
            try {
                names = FrameNames.parse(Files.readString(folder.resolve(NAMES)))
                        .orElse(null);
            } catch (NoSuchFileException | CharacterCodingException notTold) {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(names);
    }

    /**
     * Looks for the files of that frame: its own, in the order of the views, and those of File Output nodes.
     *
     * @return empty where one is not there, or it is not known how they are called
     * @throws InvalidPathException if this node's locale cannot write such a name
     */
    List<View> views(int frame) throws IOException {
        List<View> wanted = wanted(frame);
        return wanted.stream().allMatch(FrameFolder::isThere) ? wanted : List.of();
    }

    /** The File Output node and slot whose file of that frame is not there, though the frame's own are. */
    Optional<String> lackingOutput(int frame) throws IOException {
        List<View> lacking =
                wanted(frame).stream().filter(view -> !isThere(view)).toList();
        return lacking.stream().anyMatch(view -> view.output().isEmpty())
                ? Optional.empty()
                : lacking.stream().map(View::output).findFirst();
    }

    private List<View> wanted(int frame) throws IOException {
        List<View> wanted = new ArrayList<>();
        Optional<FrameNames> known = names();
        if (known.isPresent()) {
            for (String suffix : known.get().suffixes()) {
                wanted.add(new View(frames.resolve(known.get().fileName(frame, suffix)), "", suffix));
            }
            for (FrameNames.Output output : known.get().outputs()) {
                for (String suffix : output.suffixes()) {
                    wanted.add(new View(frames.resolve(output.fileName(frame, suffix)), output.name(), suffix));
                }
            }
        }
        return wanted;
    }

    private static boolean isThere(View view) {
        return Files.isRegularFile(view.file(), LinkOption.NOFOLLOW_LINKS);
    }

    /** The frames of which a file is in the folder now. */
    NavigableSet<Integer> frames() throws IOException {
        NavigableSet<Integer> numbers = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(frames)) {
            files.forEach(file -> FrameNames.frameOf(file.toString()).ifPresent(numbers::add));
        } catch (NoSuchFileException nothingYet) {
            return numbers;
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        }
        return numbers;
    }

    /** Removes what is left of the frame: its files are not whole. */
    void remove(int frame) throws IOException {
        for (View view : wanted(frame)) {
            Files.deleteIfExists(view.file());
        }
    }

    /** Removes the folder; what cannot be removed now is removed later, as every ended task's folder. */
    public void delete() {
        delete(folder);
    }

    /** Removes all frames. */
    void discard() {
        delete(frames);
    }

    /** Whether what Blender has written beside frames has nearly filled the disk, which others use, too. */
    boolean crowdsTheDisk() throws IOException {
        FileStore disk = Files.getFileStore(folder);
        long free = disk.getUsableSpace();
        if (free > Math.min(LEAST_FREE, disk.getTotalSpace() / 20)) {
            return false;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !isFrame(path) && !isOutput(path))
                            .mapToLong(path -> path.toFile().length())
                            .sum()
                    > free;
        } catch (UncheckedIOException changing) {
            throw changing.getCause();
        }
    }

    /** Removes all that Blender has left beside frames: it may be much. */
    void tidy() {
        delete(temporary());
        // What a frame needs that waits for its place stays with it.
        try (DirectoryStream<Path> others =
                Files.newDirectoryStream(frames, path -> !isFrame(path) && (frames().isEmpty() || !isOutput(path)))) {
            others.forEach(FrameFolder::delete);
        } catch (IOException | DirectoryIteratorException left) {
            LOG.debugf(left, "%s stays as it is for now", frames);
        }
    }

    private boolean isOutput(Path path) {
        return path.startsWith(frames.resolve(FrameNames.OUTPUTS));
    }

    private boolean isFrame(Path path) {
        return path.getParent().equals(frames)
                && FrameNames.frameOf(path.toString()).isPresent()
                && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes a folder and all that is in it, as far as it can be removed. */
    public static void delete(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException left) {
            LOG.debugf(left, "%s stays for now", folder);
        }
    }
}
