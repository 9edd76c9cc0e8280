package io.rendernode.frame;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Finds places below the output folder, and only there: no name and no symbolic link leads out of it. */
final class OutputFolder {
    private final Path root;

    OutputFolder(Path root) {
        this.root = root;
    }

    /** The folder itself with all links resolved, found anew each time: a volume may come back elsewhere. */
    Path real() throws IOException {
        Path real;
        try {
            real = root.toRealPath();
        } catch (NoSuchFileException e) {
            throw new FileSystemException(root.toString(), null, "the output folder is not there");
        }
        if (!Files.isDirectory(real)) {
            throw new NotDirectoryException(root.toString());
        }
        return real;
    }

    /**
     * Checks a name's form, touching no file.
     *
     * @throws IllegalArgumentException if it is no plain relative path
     */
    static Path checkName(String name) {
        for (String segment : name.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..") || segment.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("no name of a file below the output folder: " + name);
            }
        }
        return Path.of(name);
    }

    /** The real place of a name, whether or not it exists; fails if a link on the way leads out. */
    Path resolve(String name) throws IOException {
        return walk(checkName(name), false);
    }

    /** The real folder that a name's file belongs in, made durably where it is missing. */
    Path makeParent(String name) throws IOException {
        Path parent = checkName(name).getParent();
        return parent == null ? real() : walk(parent, true);
    }

    private Path walk(Path relative, boolean makeFolders) throws IOException {
        Path real = real();
        Path place = real;
        for (Path segment : relative) {
            Path next = place.resolve(segment);
            if (makeFolders) {
                makeFolder(next);
            }
            place = inside(real, next);
        }
        return place;
    }

    private static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.createDirectory(folder);
            PartFile.sync(folder.getParent());
        } catch (FileAlreadyExistsException e) {
            // Another node may have made it a moment ago.
            if (!Files.isDirectory(folder)) {
                throw new NoPlaceException(folder.toString(), "a file where a folder is needed");
            }
        }
    }

    private static Path inside(Path real, Path place) throws IOException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return place;
        }
        Path target = place.toRealPath();
        if (!target.startsWith(real)) {
            throw new NoPlaceException(place.toString(), "a symbolic link that leads out of the output folder");
        }
        return target;
    }
}
