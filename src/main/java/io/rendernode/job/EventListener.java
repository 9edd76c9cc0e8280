package io.rendernode.job;

import io.rendernode.job.EventStore.Position;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * One who listens: where its stream is. It takes one event at a time, when the one before is sent: what it has not taken
 * waits with all others' in the {@link Recent} events, not here. {@link EventHub} guards it.
 */
final class EventListener {
    /**
     * What listeners are told; made once for all of them.
     *
     * @param job the job's number
     * @param position its place in the order of events, or null for what is only so at the moment
     * @param event as it is sent; null is the stream's end
     * @param last whether nothing follows it for its job
     */
    record Told(long job, Position position, OutboundSseEvent event, boolean last) {
        /** The stream's end. */
        static final Told END = new Told(0, null, null, true);

        /** Characters of what is told. */
        private int length() {
            return event == null || event.getData() == null
                    ? 0
                    : event.getData().toString().length();
        }
    }

    /** The newest events, for all who listen. */
    static final class Recent {
        private static final int MOST = 8192;

        /** Characters: a frame of many files takes some thousand. */
        private static final long MOST_LENGTH = 4 << 20;

        private final Told[] told = new Told[MOST];
        private long begin;
        private long end;
        private long length;

        void add(Told one) {
            if (end - begin == MOST) {
                forget();
            }
            told[(int) (end++ % MOST)] = one;
            length += one.length();
            while (length > MOST_LENGTH) {
                forget();
            }
        }

        private void forget() {
            int place = (int) (begin++ % MOST);
            length -= told[place].length();
            told[place] = null;
        }

        /** Nobody listens. */
        void clear() {
            while (begin < end) {
                forget();
            }
        }

        long end() {
            return end;
        }

        private boolean has(long place) {
            return place >= begin;
        }

        private Told at(long place) {
            return told[(int) (place % MOST)];
        }
    }

    private final Long job;
    private final Deque<Told> own = new ArrayDeque<>();
    private Position behind;
    private Position known;
    private long next = -1;
    private boolean ended;
    private UniEmitter<? super Told> waiting;
    private long since = System.nanoTime();

    /**
     * One who listens from now on.
     *
     * @param job the job's number, or null for all jobs
     * @param from where its stream was, or null to begin with what is so now
     */
    EventListener(Long job, Position from) {
        this.job = job;
        this.behind = from;
    }

    /** The job that it listens to, or null for all. */
    Long job() {
        return job;
    }

    /** Where it goes on, as long as that is before what all others are told; else null. */
    Position behind() {
        return behind;
    }

    /** Whether it has yet to be told how its stream begins, or what it has missed. */
    boolean needsStore() {
        return next < 0 && own.isEmpty() && !ended;
    }

    /** It is told these next; after them it is still behind, at that place. */
    void catchUp(List<Told> missed, Position place) {
        own.addAll(missed);
        behind = place;
    }

    /**
     * It is told these next, and then what all others are told from that place on, without what it was told before:
     * another node may have been ahead of this one.
     */
    void join(List<Told> first, long place) {
        own.addAll(first);
        known = behind;
        behind = null;
        next = place;
    }

    /** The next event, or null where there is none yet. One who falls too far behind is at its end. */
    Told poll(Recent recent) {
        Told found = ended ? Told.END : own.poll();
        while (found == null && next >= 0 && next < recent.end()) {
            if (!recent.has(next)) {
                return Told.END;
            }
            Told one = recent.at(next++);
            found = wants(one) ? one : null;
        }
        ended = ended || (found != null && found.last() && job != null);
        return found;
    }

    private boolean wants(Told one) {
        boolean news = known == null || one.position() == null || one.position().compareTo(known) > 0;
        return news && (job == null || job == one.job());
    }

    /** It waits for its next event from now on. */
    void await(UniEmitter<? super Told> emitter) {
        waiting = emitter;
        since = System.nanoTime();
    }

    /** Takes who waits; ask {@link #waits} before. */
    UniEmitter<? super Told> take() {
        UniEmitter<? super Told> taken = waiting;
        waiting = null;
        return taken;
    }

    /** Whether it waits, for as long as that or longer, in nanoseconds. */
    boolean waits(long nanos) {
        return waiting != null && System.nanoTime() - since >= nanos;
    }
}
