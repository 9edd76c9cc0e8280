package io.rendernode.scene;

import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.problem.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The files of sent scenes on a disk that all nodes share: each by the SHA-256 of its bytes under {@code file}, and each
 * version of a scene as a tree of hard links to them under {@code version}. What is not whole yet is under {@code part}.
 * Nothing in {@code file} and {@code version} is ever changed, or there in part.
 */
final class SceneFiles {
    /** Bytes that stay free: the store, logs and frames may be on the same disk. */
    private static final long RESERVE = 64L << 20;

    private static final int BUFFER = 1 << 16;

    private static final String IDENTITY = "identity";
    private static final Logger LOG = Logger.getLogger(SceneFiles.class);

    /** Fewer names than any file system allows a file: 65,000 on ext4. */
    private static final int MANY_NAMES = 1000;

    /** A body may take so long, and as much longer as it takes at that many bytes a second. */
    private static final long PATIENCE_SECONDS = 60;

    private static final long SLOWEST = 8192;

    /** After which what is not whole belongs to nobody any more. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path folder;
    private final OptionalLong limit;
    private final AtomicLong coming = new AtomicLong();

    /**
     * Keeps files in a folder.
     *
     * @param limit bytes that all may take together
     */
    SceneFiles(Path folder, OptionalLong limit) {
        this.folder = folder;
        this.limit = limit;
    }

    /** Where the versions are. */
    Path versions() {
        return folder.resolve("version");
    }

    /** Where a version is. */
    Path version(String id) {
        return versions().resolve(id);
    }

    private Path file(String sha256) {
        return folder.resolve("file").resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    private Path part() {
        return folder.resolve("part").resolve(UUID.randomUUID().toString());
    }

    /**
     * Makes the folders, and what tells this one from others, if they are not there.
     *
     * @throws IOException if they cannot be made or written, or the disk knows no hard links
     */
    void open() throws IOException {
        for (String name : List.of("file", "version", "part")) {
            Files.createDirectories(folder.resolve(name));
        }
        Path name = Files.writeString(part(), UUID.randomUUID().toString());
        try {
            Files.createLink(folder.resolve(IDENTITY), name);
        } catch (FileAlreadyExistsException another) {
            LOG.debugf("%s has a name", folder);
        } catch (UnsupportedOperationException | IOException none) {
            throw new IOException("its disk makes no hard links");
        } finally {
            Files.delete(name);
        }
    }

    /** Whether this is another folder, or below it. */
    boolean isIn(Path other) {
        return folder.startsWith(other);
    }

    /** Whether the folder is there. */
    boolean isThere() {
        return Files.isDirectory(versions());
    }

    /** What tells this folder from others; empty where it has never been told. */
    String identity() throws IOException {
        Path file = folder.resolve(IDENTITY);
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    /** Whether any version is there. */
    boolean holdsVersions() throws IOException {
        if (!isThere()) {
            return false;
        }
        try (Stream<Path> trees = Files.list(versions())) {
            return trees.findAny().isPresent();
        }
    }

    /** Bytes of a file; empty where it is not there. */
    OptionalLong size(String sha256) {
        try {
            return OptionalLong.of(Files.size(file(sha256)));
        } catch (IOException none) {
            return OptionalLong.empty();
        }
    }

    /**
     * A file that has come whole, and is in no place yet.
     *
     * @param sha256 of its bytes
     */
    record Received(Path part, String sha256, long bytes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Makes sure that so many bytes more have room.
     *
     * @param used bytes that are taken already
     * @throws ProblemException if they have not
     */
    void requireRoom(long used, long bytes) {
        long taken = used + coming.get();
        if (limit.isPresent() && taken + bytes > limit.getAsLong()) {
            throw new ProblemException(
                    Problem.NO_SPACE,
                    bytes + " bytes more than the " + taken + " that are taken or coming are more than the "
                            + limit.getAsLong() + " of RENDER_SCENE_LIMIT");
        }
        long free = folder.toFile().getUsableSpace() - coming.get() - RESERVE;
        if (bytes > free) {
            throw new ProblemException(
                    Problem.NO_SPACE, bytes + " bytes are too many for the " + Math.max(0, free) + " that are free");
        }
    }

    /**
     * Takes a body to the disk.
     *
     * @param bytes how many come
     * @param used bytes that are taken already
     * @throws ProblemException if they do not come, do not come in time, or have no room
     */
    Received receive(InputStream body, long bytes, long used) throws IOException {
        synchronized (this) {
            requireRoom(used, bytes);
            coming.addAndGet(bytes);
        }
        Path part = part();
        boolean whole = false;
        AtomicLong left = new AtomicLong(bytes);
        try {
            String sum;
            try (FileChannel channel =
                    FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                MessageDigest digest = sha256();
                OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest);
                read(body, bytes, (buffer, read) -> {
                    out.write(buffer, 0, read);
                    left.addAndGet(-read);
                    coming.addAndGet(-read);
                });
                sum = HexFormat.of().formatHex(digest.digest());
                channel.force(true);
            }
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r--r--r--"));
            whole = true;
            return new Received(part, sum, bytes);
        } finally {
            coming.addAndGet(-left.get());
            if (!whole) {
                Files.deleteIfExists(part);
            }
        }
    }

    /** Takes what has been read. */
    @FunctionalInterface
    private interface Sink {
        void take(byte[] buffer, int read) throws IOException;
    }

    /**
     * Takes a small body into memory.
     *
     * @throws ProblemException if it does not come, or not in time
     */
    static byte[] read(InputStream body, int bytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(bytes);
        read(body, bytes, (buffer, read) -> all.write(buffer, 0, read));
        return all.toByteArray();
    }

    private static void read(InputStream body, long bytes, Sink sink) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long begun = System.nanoTime();
        long left = bytes;
        while (left > 0) {
            int read = next(body, buffer);
            if (read < 0 || read > left) {
                throw ProblemException.invalid("the body", "is not the " + bytes + " bytes that it was said to be");
            }
            sink.take(buffer, read);
            left -= read;
            long allowed = PATIENCE_SECONDS + (bytes - left) / SLOWEST;
            if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(allowed)) {
                throw new ProblemException(Problem.TOO_SLOW);
            }
        }
    }

    /** What fails there is the client's; what fails on the disk is not. */
    private static int next(InputStream body, byte[] buffer) {
        try {
            return body.read(buffer);
        } catch (IOException cutOff) {
            throw ProblemException.invalid("the body", "was cut off");
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has it", impossible);
        }
    }

    /** Puts a file into its place, if it is not there already; two that do so at once put the same. */
    void keep(Received received) throws IOException {
        Path place = file(received.sha256());
        Files.createDirectories(place.getParent());
        if (size(received.sha256()).orElse(-1) != received.bytes()) {
            Files.move(received.part(), place, StandardCopyOption.ATOMIC_MOVE);
            sync(place.getParent());
        }
    }

    /**
     * Makes the tree of a version, in one step.
     *
     * @return false where one of its files is not there
     */
    boolean make(String id, List<SceneManifest.Entry> files) throws IOException {
        Path tree = Files.createDirectories(part());
        try {
            for (SceneManifest.Entry file : files) {
                Path link = tree.resolve(file.path());
                Files.createDirectories(link.getParent());
                link(link, file(file.sha256()));
            }
            Files.move(tree, version(id), StandardCopyOption.ATOMIC_MOVE);
            sync(versions());
            return true;
        } catch (NoSuchFileException gone) {
            return false;
        } catch (AtomicMoveNotSupportedException split) {
            throw new IOException("SCENE_DIR must be one file system", split);
        } finally {
            delete(tree);
        }
    }

    /** A file may have so many names and no more: the next one is another file. */
    private static void link(Path link, Path file) throws IOException {
        try {
            Files.createLink(link, file);
        } catch (NoSuchFileException | FileAlreadyExistsException other) {
            throw other;
        } catch (IOException failure) {
            if ((int) Files.getAttribute(file, "unix:nlink") < MANY_NAMES) {
                throw failure;
            }
            Files.copy(file, link, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static void sync(Path place) throws IOException {
        try (FileChannel channel = FileChannel.open(place, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes a version's tree. */
    void deleteVersion(String id) throws IOException {
        delete(version(id));
    }

    /** Removes a file if no version has it; tells whether it is gone. */
    boolean deleteUnused(String sha256) throws IOException {
        Path place = file(sha256);
        try {
            return (int) Files.getAttribute(place, "unix:nlink") == 1 && Files.deleteIfExists(place);
        } catch (NoSuchFileException gone) {
            return true;
        }
    }

    /** The versions whose trees were made a day ago or more, and removes what never became whole. */
    List<String> old() throws IOException {
        Instant before = Instant.now().minus(ABANDONED);
        try (Stream<Path> parts = Files.list(folder.resolve("part"))) {
            for (Path part : parts.filter(entry -> isOlder(entry, before)).toList()) {
                delete(part);
            }
        }
        try (Stream<Path> trees = Files.list(versions())) {
            return trees.filter(entry -> isOlder(entry, before))
                    .map(tree -> tree.getFileName().toString())
                    .toList();
        }
    }

    private static boolean isOlder(Path entry, Instant before) {
        try {
            return Files.getLastModifiedTime(entry).toInstant().isBefore(before);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.notExists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException failure) throws IOException {
                Files.deleteIfExists(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** A disk's failure as the client is to hear of it. */
    static ProblemException problem(IOException failure) {
        return new ProblemException(Problem.NO_SPACE, "SCENE_DIR cannot be written: " + Refusal.words(failure));
    }
}
