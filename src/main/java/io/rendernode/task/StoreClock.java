package io.rendernode.task;

import com.github.kagkarlsson.scheduler.Clock;
import io.rendernode.store.Database;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The store's clock, as far as this node knows it. Claims and heartbeats of all nodes are compared with each other: a node
 * whose own clock is wrong would take the others for dead, or be taken for dead by them. Where a node is alone with its
 * store, what it compares are its own words: its clock follows the machine's, but never back, and never so fast, after the
 * machine's was set or slept, that what runs looks dead.
 */
@ApplicationScoped
public class StoreClock implements Clock {
    /** An answer that took longer says too little of when it was given. */
    private static final Duration SLOW = Duration.ofSeconds(1);

    private final boolean shared;
    private final InstantSource machine;
    private final LongSupplier monotonic;
    private Reading last;

    /** What the clock has shown, and when by this machine's monotonic clock, in nanoseconds: nobody sets that one. */
    private record Reading(Instant moment, long nanos) {}

    @Inject
    StoreClock(Database database) {
        this(database.isShared(), InstantSource.system(), System::nanoTime);
    }

    StoreClock(boolean shared, InstantSource machine, LongSupplier monotonic) {
        this.shared = shared;
        this.machine = machine;
        this.monotonic = monotonic;
        this.last = new Reading(machine.instant(), monotonic.getAsLong());
    }

    /**
     * Asks the store something that it answers with the time, and in a fleet counts on from there.
     *
     * @param question gives the moment by the store's clock, if it can
     * @return whether there was an answer
     */
    public boolean ask(Supplier<Optional<Instant>> question) {
        long before = monotonic.getAsLong();
        Optional<Instant> answer = question.get();
        long took = monotonic.getAsLong() - before;
        if (shared && answer.isPresent() && took < SLOW.toNanos()) {
            set(new Reading(answer.get(), before + took / 2));
        }
        return answer.isPresent();
    }

    /** Shows no earlier moment from now on, if the node is alone: the store was written then. */
    public void notBefore(Instant moment) {
        if (!shared && moment.isAfter(now())) {
            set(new Reading(moment, monotonic.getAsLong()));
        }
    }

    /** The moment by the store's clock; by the node's own until the store was asked. */
    @Override
    public synchronized Instant now() {
        long nanos = monotonic.getAsLong();
        long passed = nanos - last.nanos();
        Instant moment = last.moment().plusNanos(passed);
        if (!shared) {
            // Half as fast or half as fast again, until it shows what the machine's does.
            long behind = Duration.between(moment, machine.instant()).toNanos();
            moment = moment.plusNanos(Math.max(-passed / 2, Math.min(passed / 2, behind)));
        }
        last = new Reading(moment, nanos);
        return moment;
    }

    private synchronized void set(Reading reading) {
        last = reading;
    }
}
