package io.rendernode;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for a fact, and no longer than it takes. */
public final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Await() {}

    /** Asks again and again until the answer will do, and gives it; fails after 30 s with the last answer. */
    public static <T> T until(Callable<T> question, Predicate<T> willDo) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (true) {
            try {
                T answer = question.call();
                if (willDo.test(answer)) {
                    return answer;
                }
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError("still " + answer);
                }
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        }
    }

    /** Waits until it is so. */
    public static void until(Callable<Boolean> fact) {
        until(fact, answer -> answer);
    }
}
