package io.rendernode.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rendernode.job.EventListener.Told;
import io.rendernode.job.EventStore.Kind;
import io.rendernode.job.EventStore.Noted;
import io.rendernode.job.EventStore.Position;
import io.rendernode.picture.FrameResource;
import io.rendernode.scene.SceneStore;
import io.rendernode.scene.SceneWarning;
import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.FrameFile;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import io.rendernode.store.State;
import io.rendernode.task.KnownFolders;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.jaxrs.OutboundSseEventImpl;

/** Makes what listeners are told of what the store has; each call asks the store few questions, however many listen. */
@ApplicationScoped
class EventReader {
    /** Running jobs that a stream of all jobs begins with, the newest. */
    private static final int MOST_PRESENT = 500;

    /** What an id ends with that was told of a job which had ended before: nothing follows it. */
    static final String ENDED = "-end";

    private final EventStore events;
    private final JobStore jobs;
    private final AttemptStore attempts;
    private final SceneStore scenes;
    private final KnownFolders folders;
    private final ObjectMapper json;

    EventReader(
            EventStore events,
            JobStore jobs,
            AttemptStore attempts,
            SceneStore scenes,
            KnownFolders folders,
            ObjectMapper json) {
        this.events = events;
        this.jobs = jobs;
        this.attempts = attempts;
        this.scenes = scenes;
        this.folders = folders;
        this.json = json;
    }

    /** What the events tell, without those of frames that are gone. */
    List<Told> tell(List<Noted> noted) {
        Map<Long, Map<Integer, List<FrameFile>>> files = files(noted);
        List<Told> told = new ArrayList<>();
        for (Noted one : noted) {
            view(one, files).ifPresent(view -> told.add(told(view, one.position(), one.isEnd())));
        }
        return told;
    }

    private Map<Long, Map<Integer, List<FrameFile>>> files(List<Noted> noted) {
        List<Noted> frames =
                noted.stream().filter(one -> one.kind() == Kind.FRAME).toList();
        if (frames.isEmpty()) {
            return Map.of();
        }
        // Where all are of one job, those of others need not be looked at.
        Set<Long> whose = frames.stream().map(Noted::job).collect(Collectors.toSet());
        Long only = whose.size() == 1 ? frames.get(0).job() : null;
        Position from = frames.get(0).position();
        Position to = frames.get(frames.size() - 1).position();
        return events.frames(from, to, only).stream()
                .distinct()
                .collect(Collectors.groupingBy(file -> file.task().job(), Collectors.groupingBy(FrameFile::number)));
    }

    private Optional<EventView> view(Noted one, Map<Long, Map<Integer, List<FrameFile>>> files) {
        return switch (one.kind()) {
            case STATE ->
                Optional.of(
                        new EventView.State(one.job(), one.code(), folders.hide(one.message()), one.isPaused(), false));
            case WARNING -> Optional.of(warning(one.job(), new SceneWarning(one.code(), one.name(), one.message())));
            case FRAME ->
                Optional.ofNullable(files.getOrDefault(one.job(), Map.of()).get(one.frame()))
                        .map(found -> new EventView.Frame(one.job(), FrameResource.view(found)));
        };
    }

    private EventView.Warning warning(long job, SceneWarning warning) {
        return new EventView.Warning(job, warning.withMessage(folders::hide));
    }

    /**
     * How far jobs are of which somebody listens: those that run, and those named.
     *
     * @param more jobs of which it may have changed
     */
    Map<Long, JobProgress> progress(Collection<Long> more, LongPredicate heard) {
        Map<Long, List<Attempt>> running = attempts.running().stream()
                .collect(Collectors.groupingBy(attempt -> attempt.task().job()));
        Set<Long> wanted = new TreeSet<>(more);
        wanted.addAll(running.keySet());
        wanted.removeIf(job -> !heard.test(job));
        Map<Long, JobProgress> found = new LinkedHashMap<>();
        jobs.find(wanted).forEach(timed -> found.put(timed.job().id(), progress(timed, running)));
        return found;
    }

    private static JobProgress progress(JobStore.Timed timed, Map<Long, List<Attempt>> running) {
        Job job = timed.job();
        List<Attempt> its = job.state().isFinal() ? List.of() : running.getOrDefault(job.id(), List.of());
        return JobProgress.of(job, its, Optional.ofNullable(timed.secondsPerFrame()));
    }

    /** How far a job is, for those who listen to it. */
    Told told(long job, JobProgress progress) {
        return told(new EventView.Progress(job, progress), null, false);
    }

    /**
     * Where a job stands: how a stream begins that goes on from that place. The place comes last, so that a stream that
     * is cut off before begins anew.
     */
    List<Told> beginning(long id, Position at) {
        Optional<Job> found = jobs.find(id);
        if (found.isEmpty()) {
            return List.of();
        }
        Job job = found.get();
        List<Told> told = new ArrayList<>();
        scenes.warnings(id).forEach(warning -> told.add(told(warning(id, warning), null, false)));
        progress(List.of(id), one -> one == id).forEach((same, progress) -> told.add(told(id, progress)));
        EventView state = new EventView.State(id, job.state().label(), folders.hide(job.reason()), job.paused(), true);
        if (job.state().isFinal()) {
            told.add(new Told(id, null, event(state).id(at + ENDED).build(), true));
        } else {
            told.add(0, told(state, null, false));
            told.add(place(at));
        }
        return told;
    }

    /** Which jobs run, and how far they are: how a stream of all jobs begins that goes on from that place. */
    List<Told> beginning(Position at, List<Told> progress) {
        List<Told> told = new ArrayList<>();
        for (Job job : jobs.list(State.RUNNING, null, MOST_PRESENT)) {
            told.add(told(new EventView.State(job.id(), job.state().label(), null, job.paused(), true), null, false));
        }
        told.addAll(progress);
        told.add(place(at));
        return told;
    }

    /** Says nothing but where the stream is. */
    private static Told place(Position at) {
        return new Told(
                0,
                at,
                new OutboundSseEventImpl.BuilderImpl()
                        .id(at.toString())
                        .comment("begun")
                        .build(),
                false);
    }

    private OutboundSseEvent.Builder event(EventView view) {
        return new OutboundSseEventImpl.BuilderImpl().name(view.type()).data(write(view));
    }

    private Told told(EventView view, Position position, boolean last) {
        OutboundSseEvent.Builder event = event(view);
        if (position != null) {
            event.id(position.toString());
        }
        return new Told(view.job(), position, event.build(), last);
    }

    private String write(EventView view) {
        try {
            return json.writeValueAsString(view);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
