package io.rendernode.picture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Previews that have been made, within a bound. Any of them may be taken away at any time. */
final class PreviewFolder {
    private final Path folder;
    private final long mostBytes;
    private long bytes;

    // Guarded by this: whether the sizes of what an earlier run has left are in the sum.
    private boolean counted;

    PreviewFolder(Path folder, long mostBytes) {
        this.folder = folder;
        this.mostBytes = mostBytes;
    }

    private record Kept(Path path, long bytes, Instant usedAt) {}

    /** The preview of that name, which is from now on the last to leave. */
    Optional<Path> find(String name) {
        Path path = folder.resolve(name);
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
            return Optional.of(path);
        } catch (IOException left) {
            return Optional.empty();
        }
    }

    /**
     * Keeps a preview; the ones that nobody has asked for longest leave where there are too many.
     *
     * @param made its file, in the same file system, which moves
     */
    synchronized Path keep(Path made, String name) throws IOException {
        Files.createDirectories(folder);
        Path path = folder.resolve(name);
        long size = Files.size(made);
        Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        bytes += size;
        if (!counted || bytes > mostBytes) {
            makeRoom(path);
        }
        return path;
    }

    /** Down to nine tenths, so that it is not looked through each time. */
    private void makeRoom(Path newest) throws IOException {
        List<Kept> kept = list();
        bytes = kept.stream().mapToLong(Kept::bytes).sum();
        counted = true;
        if (bytes <= mostBytes) {
            return;
        }
        kept.sort(Comparator.comparing(Kept::usedAt));
        for (Kept oldest : kept) {
            if (bytes <= mostBytes / 10 * 9) {
                return;
            }
            if (!oldest.path().equals(newest)) {
                Files.deleteIfExists(oldest.path());
                bytes -= oldest.bytes();
            }
        }
    }

    private List<Kept> list() throws IOException {
        List<Kept> kept = new ArrayList<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                try {
                    BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
                    kept.add(new Kept(path, file.size(), file.lastModifiedTime().toInstant()));
                } catch (NoSuchFileException left) {
                    // Somebody has cleared up meanwhile: it takes no room.
                }
            }
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
        return kept;
    }
}
