package io.rendernode.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.job.EventListener.Recent;
import io.rendernode.job.EventListener.Told;
import io.rendernode.job.EventStore.Position;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.List;
import org.jboss.resteasy.reactive.server.jaxrs.OutboundSseEventImpl;
import org.junit.jupiter.api.Test;

/** What one listener takes of what all are told. */
class EventListenerTest {
    private static final OutboundSseEvent EVENT =
            new OutboundSseEventImpl.BuilderImpl().comment("event").build();

    private final Recent recent = new Recent();

    private static Told told(long job, long place, boolean last) {
        return new Told(job, new Position(place, 0), EVENT, last);
    }

    @Test
    void whoFallsTooFarBehindIsAtItsEnd() {
        EventListener slow = new EventListener(null, null);
        slow.join(List.of(), recent.end());
        for (int place = 1; place <= 8192; place++) {
            recent.add(told(1, place, false));
        }
        assertThat(slow.poll(recent)).isEqualTo(told(1, 1, false));
        recent.add(told(1, 8193, false));
        assertThat(slow.poll(recent)).isEqualTo(told(1, 2, false));
        recent.add(told(1, 8194, false));
        recent.add(told(1, 8195, false));
        assertThat(slow.poll(recent)).isEqualTo(Told.END);
    }

    @Test
    void whatAnotherNodeHasToldIsNotToldAgain() {
        EventListener listener = new EventListener(null, new Position(7, 0));
        assertThat(listener.needsStore()).isTrue();
        listener.join(List.of(), recent.end());
        assertThat(listener.needsStore()).isFalse();
        recent.add(told(1, 6, false));
        recent.add(told(1, 7, false));
        recent.add(new Told(1, null, EVENT, false));
        recent.add(told(1, 8, false));
        assertThat(listener.poll(recent).position()).isNull();
        assertThat(listener.poll(recent)).isEqualTo(told(1, 8, false));
        assertThat(listener.poll(recent)).isNull();
    }

    @Test
    void aJobsStreamHasItsOwnEventsAndEndsWithIt() {
        EventListener listener = new EventListener(2L, null);
        recent.add(told(2, 1, false));
        assertThat(listener.poll(recent))
                .as("it is not told yet where it begins")
                .isNull();
        listener.join(List.of(told(2, 2, false)), recent.end());
        recent.add(told(1, 3, true));
        recent.add(told(2, 4, true));
        recent.add(told(2, 5, false));
        assertThat(listener.poll(recent)).isEqualTo(told(2, 2, false));
        assertThat(listener.poll(recent)).isEqualTo(told(2, 4, true));
        assertThat(listener.poll(recent)).isEqualTo(Told.END);
    }
}
