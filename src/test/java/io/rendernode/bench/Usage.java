package io.rendernode.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a node's process uses, and any other's, as Linux tells it (proc(5)). */
final class Usage {
    /** What Linux counts in, on every machine that it tells of it. */
    private static final double TICKS_A_SECOND = 100;

    private final BenchNode node;

    Usage(BenchNode node) {
        this.node = node;
    }

    /** Bytes of memory that it has resident: VmRSS. */
    long residentBytes() {
        return number("VmRSS") * 1024;
    }

    /** Seconds of processor time that it has used: a start's cost, whatever else the machine does. */
    double processorSeconds() {
        return ProcessHandle.of(node.pid())
                        .flatMap(handle -> handle.info().totalCpuDuration())
                        .map(Duration::toNanos)
                        .orElseThrow()
                / 1e9;
    }

    /** Seconds of processor time that its children have used which have ended, theirs included: Blender's too. */
    double childrenSeconds() throws IOException {
        String[] fields = stat(node.pid());
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS_A_SECOND;
    }

    /** Seconds of processor time that any process has used, without its children; empty if it is gone. */
    static OptionalDouble processorSeconds(long pid) {
        try {
            String[] fields = stat(pid);
            return OptionalDouble.of((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND);
        } catch (IOException gone) {
            return OptionalDouble.empty();
        }
    }

    /** Bytes of any process's memory, those that it shares divided by how many share them (PSS); 0 if it is gone. */
    static long sharedOutBytes(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
            return number(lines, "Pss") * 1024;
        } catch (IOException | UncheckedIOException gone) {
            return 0;
        }
    }

    /** Its threads. */
    long threads() {
        return number("Threads");
    }

    /** Its open descriptors. */
    long descriptors() {
        try (Stream<Path> all = Files.list(proc("fd"))) {
            return all.count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Processes below it, theirs included. */
    long processes() {
        return ProcessHandle.of(node.pid()).orElseThrow().descendants().count();
    }

    /** Bytes of the heap in use after a full collection, which this makes. */
    long liveHeapBytes() throws IOException, InterruptedException {
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(node.pid()),
                        "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor(20, TimeUnit.SECONDS);
        return (long) metric("jvm_memory_used_bytes{area=\"heap\"");
    }

    /** The sum of the metrics whose line begins so. */
    double metric(String beginning) throws IOException {
        try (PlainClient client = new PlainClient(node.port())) {
            return client.read("/metrics", "text/plain")
                    .require(200)
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(beginning))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    /** How many metrics there are to be scraped. */
    long metricLines() throws IOException {
        try (PlainClient client = new PlainClient(node.port())) {
            return client.read("/metrics", "text/plain")
                    .require(200)
                    .body()
                    .lines()
                    .count();
        }
    }

    /** Bytes of the files in its DATA_DIR. */
    long dataBytes() {
        try (Stream<Path> all = Files.walk(node.data())) {
            return all.mapToLong(Usage::size).sum();
        } catch (UncheckedIOException | IOException changing) {
            return dataBytes();
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException gone) {
            return 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private long number(String field) {
        try (Stream<String> lines = Files.lines(proc("status"))) {
            return number(lines, field);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static long number(Stream<String> lines, String field) {
        return lines.filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** What Linux tells of a process's state, from field 3 on, which comes after its name. */
    private static String[] stat(long pid) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(pid), "stat"))
                .replaceFirst(".*\\) ", "")
                .split(" ", 0);
    }

    private Path proc(String name) {
        return Path.of("/proc", Long.toString(node.pid()), name);
    }
}
