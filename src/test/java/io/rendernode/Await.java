package io.rendernode;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for a fact, and no longer than it takes. */
public final class Await {
    /** What has not come by then never will: a bound for a hang, from which no test expects anything. */
    public static final Duration LONGEST = Duration.ofMinutes(5);

    private static final long SHORTEST_PAUSE_MILLIS = 5;

    /** Where it takes long, asking often would make it longer still. */
    private static final long LONGEST_PAUSE_MILLIS = 50;

    private Await() {}

    /** Asks again and again until the answer will do, and gives it; fails after {@link #LONGEST} with the last answer. */
    public static <T> T until(Callable<T> question, Predicate<T> willDo) {
        return until(question, willDo, answer -> "still " + answer);
    }

    /** Waits until it is so. */
    public static void until(Callable<Boolean> fact) {
        until(fact, answer -> answer);
    }

    /** Waits until a fact holds, which a failure calls by these words. */
    public static void until(String words, Callable<Boolean> fact) {
        until(() -> "waited in vain until " + words, fact);
    }

    /** Waits until a fact holds; a failure says what is known then. */
    public static void until(Supplier<String> known, Callable<Boolean> fact) {
        until(fact, answer -> answer, answer -> known.get());
    }

    /** Waits for what is under way, and gives it. */
    public static <T> T get(Future<T> future) throws ExecutionException, InterruptedException {
        try {
            return future.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException never) {
            throw new AssertionError("waited in vain for " + future, never);
        }
    }

    /** Waits until a process is gone, and gives its exit code; a failure says what is known then. */
    public static int exit(Process process, Supplier<String> known) throws InterruptedException {
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("does not end: " + known.get());
        }
        return process.exitValue();
    }

    private static <T> T until(Callable<T> question, Predicate<T> willDo, Function<T, String> words) {
        long end = System.nanoTime() + LONGEST.toNanos();
        long pause = SHORTEST_PAUSE_MILLIS;
        try {
            while (true) {
                T answer = question.call();
                if (willDo.test(answer)) {
                    return answer;
                }
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError(words.apply(answer));
                }
                TimeUnit.MILLISECONDS.sleep(pause);
                pause = Math.min(pause + 1, LONGEST_PAUSE_MILLIS);
            }
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }
}
