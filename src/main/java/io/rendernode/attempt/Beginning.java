package io.rendernode.attempt;

import io.rendernode.process.ChildProcess;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** How a process becomes a task's Blender: by a command line, or as a fork of one that waits. */
final class Beginning {
    /** A fork says a line as soon as it is told what to do. */
    private static final Duration SPEAKS_WITHIN = Duration.ofSeconds(10);

    private final List<String> command;
    private final String order;
    private final Consumer<String> firstWord;
    private final Runnable failure;
    private volatile boolean spoke;
    private volatile long toldAt;

    private Beginning(List<String> command, String order, Consumer<String> firstWord, Runnable failure) {
        this.command = command;
        this.order = order;
        this.firstWord = firstWord;
        this.failure = failure;
    }

    /**
     * By a command line.
     *
     * @param begins is told when it does
     */
    static Beginning cold(List<String> command, Runnable begins) {
        return new Beginning(command, null, begun -> begins.run(), () -> {});
    }

    /**
     * As a fork.
     *
     * @param order what it is told
     * @param firstWord is given the first line that it says, before a scene has a say in it
     * @param failure is told if it did not come to a good end
     */
    static Beginning warm(String order, Consumer<String> firstWord, Runnable failure) {
        return new Beginning(null, order, firstWord, failure);
    }

    /** Lets the process begin, and hands on what it says. */
    void begin(ChildProcess process, Consumer<String> lines) {
        if (order == null) {
            firstWord.accept("");
            process.start(command, lines);
            return;
        }
        toldAt = System.nanoTime();
        process.obey(order, line -> {
            if (!spoke) {
                spoke = true;
                firstWord.accept(line);
            }
            lines.accept(line);
        });
    }

    /** Whether it has not said a word that it should have said by now. */
    boolean isDumb() {
        return order != null && !spoke && toldAt != 0 && System.nanoTime() - toldAt >= SPEAKS_WITHIN.toNanos();
    }

    /** It could not have spoken until now. */
    void excuse() {
        toldAt = System.nanoTime();
    }

    /** It did not come to a good end. */
    void failed() {
        failure.run();
    }
}
