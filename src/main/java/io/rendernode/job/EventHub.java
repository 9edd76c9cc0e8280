package io.rendernode.job;

import io.rendernode.job.EventListener.Recent;
import io.rendernode.job.EventListener.Told;
import io.rendernode.job.EventStore.Noted;
import io.rendernode.job.EventStore.Position;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.store.Sql;
import io.rendernode.store.StoreException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.jaxrs.OutboundSseEventImpl;

/**
 * Tells all who listen on this node what happens to jobs. While anybody listens one thread asks the store once a second
 * what has changed, for all of them; that thread alone asks it anything.
 */
@ApplicationScoped
class EventHub {
    private static final Logger LOG = Logger.getLogger(EventHub.class);

    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Proxies close what is silent for a minute, some for less. */
    private static final long SILENCE = Duration.ofSeconds(15).toNanos();

    /** Events of a look: they must fit many times into what is remembered for those who take their time. */
    private static final int MOST_AT_ONCE = 1000;

    /** Events that one who was away is given at once: so much each may hold. */
    private static final int PAGE = 100;

    private static final Told HEARTBEAT = new Told(
            0, null, new OutboundSseEventImpl.BuilderImpl().comment("heartbeat").build(), false);

    private final EventStore store;
    private final EventReader reader;
    private final Sql sql;
    private final int most;

    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(EventHub::thread);
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(EventHub::thread);
    private final AtomicBoolean soon = new AtomicBoolean();

    // Guarded by this.
    private final Set<EventListener> listeners = new LinkedHashSet<>();
    private final Recent recent = new Recent();
    private boolean started;

    // Of the thread that looks.
    private Position position;
    private final Map<Long, JobProgress> told = new HashMap<>();

    EventHub(EventStore store, EventReader reader, Sql sql, JobConfig config) {
        this.store = store;
        this.reader = reader;
        this.sql = sql;
        this.most = config.eventListeners();
    }

    /**
     * A stream of events, from when it is subscribed to.
     *
     * @param job the job's number, or null for all jobs
     * @param lastEventId where the client was, or null
     * @throws ProblemException if too many listen
     */
    Multi<OutboundSseEvent> listen(Long job, String lastEventId) {
        synchronized (this) {
            if (listeners.size() >= most) {
                throw new ProblemException(Problem.SERVER_BUSY);
            }
        }
        return Multi.createFrom().deferred(() -> {
            Position from = lastEventId == null
                    ? null
                    : Position.parse(lastEventId.strip()).orElse(null);
            EventListener listener = new EventListener(job, from);
            enter(listener);
            return Multi.createBy()
                    .repeating()
                    .uni(() -> next(listener))
                    .until(one -> one.event() == null)
                    .map(Told::event)
                    .onTermination()
                    .invoke(() -> leave(listener));
        });
    }

    private void enter(EventListener listener) {
        synchronized (this) {
            listeners.add(listener);
            if (!started) {
                started = true;
                every(looks, this::lookOrWait);
                every(beats, this::beat);
            }
        }
        lookSoon();
    }

    private synchronized void leave(EventListener listener) {
        listeners.remove(listener);
    }

    /** The next event, as soon as there is one. */
    private Uni<Told> next(EventListener listener) {
        return Uni.createFrom().emitter(emitter -> {
            Told now;
            boolean behind;
            synchronized (this) {
                now = listener.poll(recent);
                behind = now == null && listener.needsStore();
                if (now == null) {
                    listener.await(emitter);
                }
            }
            if (now != null) {
                emitter.complete(now);
            } else if (behind) {
                lookSoon();
            }
        });
    }

    private void lookSoon() {
        if (!looks.isShutdown() && soon.compareAndSet(false, true)) {
            looks.execute(() -> {
                soon.set(false);
                lookOrWait();
            });
        }
    }

    /** While the store is away streams stay open. */
    private void lookOrWait() {
        try {
            if (sql.mayAsk()) {
                look();
            }
        } catch (StoreException away) {
            LOG.debugf("no events: %s", away.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("Events cannot be told", failure);
        }
    }

    private void look() {
        List<EventListener> all;
        synchronized (this) {
            all = List.copyOf(listeners);
            if (all.isEmpty()) {
                recent.clear();
            }
        }
        if (all.isEmpty()) {
            position = null;
            told.clear();
            return;
        }
        boolean everything = all.stream().anyMatch(listener -> listener.job() == null);
        Set<Long> some =
                all.stream().map(EventListener::job).filter(Objects::nonNull).collect(Collectors.toSet());
        tellNews(job -> everything || some.contains(job));
        try {
            Map<Long, List<Told>> beginnings = new HashMap<>();
            for (EventListener listener : all) {
                bringUp(listener, beginnings);
            }
        } finally {
            wake(all);
        }
    }

    /** Adds to what all are told what has changed since the last look. */
    private void tellNews(LongPredicate heard) {
        if (position == null) {
            position = store.last();
        }
        List<Noted> noted = store.after(position, null, MOST_AT_ONCE);
        List<Noted> wanted = noted.stream().filter(one -> heard.test(one.job())).toList();
        Set<Long> touched = wanted.stream().map(Noted::job).collect(Collectors.toSet());
        Map<Long, JobProgress> progress = reader.progress(touched, heard);
        List<Told> news = reader.tell(wanted);
        Map<Long, Told> changed = new HashMap<>();
        progress.forEach((job, is) -> {
            if (!is.equals(told.get(job))) {
                changed.put(job, reader.told(job, is));
            }
        });
        synchronized (this) {
            for (Told one : news) {
                // Nothing follows a job's end.
                Told before = one.last() ? changed.remove(one.job()) : null;
                if (before != null) {
                    recent.add(before);
                }
                recent.add(one);
            }
            changed.values().forEach(recent::add);
        }
        told.keySet().retainAll(progress.keySet());
        told.putAll(progress);
        if (!noted.isEmpty()) {
            position = noted.get(noted.size() - 1).position();
        }
        if (noted.size() == MOST_AT_ONCE) {
            lookSoon();
        }
    }

    /** Gives one who is new, or was away, what the others know. */
    private void bringUp(EventListener listener, Map<Long, List<Told>> beginnings) {
        Position behind;
        synchronized (this) {
            if (!listener.needsStore()) {
                return;
            }
            behind = listener.behind();
        }
        if (behind == null || !store.isKnown(behind)) {
            Long job = listener.job();
            List<Told> first = beginnings.computeIfAbsent(job == null ? -1 : job, key -> beginning(job));
            synchronized (this) {
                // A job that is remembered no more has no beginning.
                listener.join(first.isEmpty() ? List.of(Told.END) : first, recent.end());
            }
            return;
        }
        List<Noted> missed = store.after(behind, listener.job(), PAGE).stream()
                .filter(one -> one.position().compareTo(position) <= 0)
                .toList();
        List<Told> first = reader.tell(missed);
        if (missed.size() < PAGE) {
            first.addAll(0, progress(listener.job()));
        }
        synchronized (this) {
            if (missed.size() == PAGE) {
                listener.catchUp(first, missed.get(PAGE - 1).position());
            } else {
                listener.join(first, recent.end());
            }
        }
    }

    private List<Told> beginning(Long job) {
        return job == null ? reader.beginning(position, progress(null)) : reader.beginning(job, position);
    }

    /** How far the jobs are that run and of which somebody hears, as it was told last; one job or all. */
    private List<Told> progress(Long only) {
        return told.entrySet().stream()
                .filter(job -> only == null || only.equals(job.getKey()))
                .map(job -> reader.told(job.getKey(), job.getValue()))
                .toList();
    }

    private void wake(List<EventListener> all) {
        for (EventListener listener : all) {
            UniEmitter<? super Told> waiting = null;
            Told next = null;
            synchronized (this) {
                if (listener.waits(0)) {
                    next = listener.poll(recent);
                    waiting = next == null ? null : listener.take();
                }
            }
            if (waiting != null) {
                waiting.complete(next);
            }
        }
    }

    /** A stream that has long said nothing says that it is there. */
    private void beat() {
        List<UniEmitter<? super Told>> silent;
        synchronized (this) {
            silent = listeners.stream()
                    .filter(listener -> listener.waits(SILENCE))
                    .<UniEmitter<? super Told>>map(EventListener::take)
                    .toList();
        }
        silent.forEach(waiting -> waiting.complete(HEARTBEAT));
    }

    private static void every(ScheduledExecutorService timer, Runnable work) {
        var unused = timer.scheduleWithFixedDelay(work, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "events");
        thread.setDaemon(true);
        return thread;
    }

    @PreDestroy
    void stop() {
        looks.shutdownNow();
        beats.shutdownNow();
    }
}
