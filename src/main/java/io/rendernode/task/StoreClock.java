package io.rendernode.task;

import com.github.kagkarlsson.scheduler.Clock;
import io.rendernode.store.Database;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The store's clock, as far as this node knows it. Claims and heartbeats of all nodes are compared with each other: a node
 * whose own clock is wrong would take the others for dead, or be taken for dead by them. A node that is alone with its
 * store has one clock anyway.
 */
@ApplicationScoped
public class StoreClock implements Clock {
    /** An answer that took longer says too little of when it was given. */
    private static final Duration SLOW = Duration.ofSeconds(1);

    private final boolean shared;
    private volatile Answer last;

    /**
     * What the store has answered.
     *
     * @param moment the time by its clock
     * @param nanos when that was, by this machine's monotonic clock, which nobody sets
     */
    private record Answer(Instant moment, long nanos) {}

    @Inject
    StoreClock(Database database) {
        this(database.isShared());
    }

    StoreClock(boolean shared) {
        this.shared = shared;
    }

    /**
     * Asks the store something that it answers with the time, and counts on from there.
     *
     * @param question gives the moment by the store's clock, if it can
     * @return whether there was an answer
     */
    public boolean ask(Supplier<Optional<Instant>> question) {
        long before = System.nanoTime();
        Optional<Instant> answer = question.get();
        long took = System.nanoTime() - before;
        if (shared && took < SLOW.toNanos()) {
            answer.ifPresent(moment -> last = new Answer(moment, before + took / 2));
        }
        return answer.isPresent();
    }

    /** The moment by the store's clock; by the node's own until the store was asked. */
    @Override
    public Instant now() {
        Answer answer = last;
        return answer == null ? Instant.now() : answer.moment().plusNanos(System.nanoTime() - answer.nanos());
    }
}
