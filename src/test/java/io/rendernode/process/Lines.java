package io.rendernode.process;

import io.rendernode.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Collects a child's lines, and waits for those a test needs to have seen. */
class Lines implements Consumer<String> {
    private final List<String> lines = new ArrayList<>();

    @Override
    public synchronized void accept(String line) {
        lines.add(line);
    }

    synchronized List<String> all() {
        return List.copyOf(lines);
    }

    void awaitLine(String line) {
        Await.until("the child printed " + line, () -> all().contains(line));
    }

    /** The pid that a child printed as {@code name=pid}. */
    long pid(String name) {
        String start = name + "=";
        Await.until("the child printed its " + name, () -> all().stream().anyMatch(line -> line.startsWith(start)));
        return all().stream()
                .filter(line -> line.startsWith(start))
                .mapToLong(line -> Long.parseLong(line.substring(start.length())))
                .findFirst()
                .orElseThrow();
    }
}
