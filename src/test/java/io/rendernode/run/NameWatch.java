package io.rendernode.run;

import io.rendernode.image.ImageCheck;
import io.rendernode.image.TornImageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A reader of the output folder who looks all the time: whatever has a final name must be whole. */
final class NameWatch implements AutoCloseable {
    private static final long BETWEEN_LOOKS_NANOS = 3_000_000;

    private final Path output;
    private final List<String> torn = new CopyOnWriteArrayList<>();
    private final Set<Map<String, Object>> seen = new HashSet<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile boolean over;
    private boolean started;

    NameWatch(Path output) {
        this.output = output;
    }

    void start() {
        started = true;
        end.completeAsync(
                () -> {
                    watch();
                    return null;
                },
                work -> new Thread(work, "name-watch").start());
    }

    /** What was seen under a final name and was not whole. */
    List<String> torn() {
        return torn;
    }

    private void watch() {
        while (!over) {
            look();
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    private void look() {
        try (Stream<Path> files = Files.walk(output)) {
            files.filter(file -> file.toString().endsWith(".png")).forEach(this::check);
        } catch (IOException | UncheckedIOException moving) {
            // A folder that changes under the walk: the next look sees it.
            return;
        }
    }

    /** The same file is not read again: its number, size and time tell it from what comes later under the name. */
    private void check(Path file) {
        try {
            Map<String, Object> identity = Files.readAttributes(file, "unix:ino,size,lastModifiedTime,ctime");
            if (seen.add(identity)) {
                ImageCheck.check(file);
            }
        } catch (TornImageException half) {
            torn.add(output.relativize(file) + ": " + half.getMessage());
        } catch (IOException gone) {
            // Replaced or removed between the two looks at it.
            return;
        }
    }

    @Override
    public void close() {
        over = true;
        if (started) {
            end.join();
        }
    }
}
