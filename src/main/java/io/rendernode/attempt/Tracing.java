package io.rendernode.attempt;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.rendernode.store.Attempt;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.JobStore;
import io.rendernode.store.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.MDC;

/**
 * Follows a job from its request through the queue to each Blender's exit, as spans of one OpenTelemetry trace: the
 * request travels with the job in the store, so that it does not matter which node renders. It does nothing, and asks
 * the store nothing, unless traces are switched on.
 */
@ApplicationScoped
public class Tracing {
    private static final String TRACE_PARENT = "traceparent";
    /** As Quarkus names it in the lines of a request. */
    private static final String TRACE = "traceId";

    private final Tracer tracer;
    private final JobStore jobs;
    private final boolean off;

    Tracing(Tracer tracer, JobStore jobs, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean off) {
        this.tracer = tracer;
        this.jobs = jobs;
        this.off = off;
    }

    /** The request that this thread answers, in W3C trace context, or null where it is not traced. */
    public static String request() {
        Map<String, String> carrier = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(Context.current(), carrier, Map::put);
        return carrier.get(TRACE_PARENT);
    }

    /** Begins the span of an attempt, and tells, as a span before it, how long the task was in the line. */
    AttemptSpan begin(Claim claim, Attempt attempt) {
        if (off) {
            return new AttemptSpan(Span.getInvalid());
        }
        Context parent = parentOf(claim.task().job());
        Instant now = Instant.now();
        span("wait for a slot", SpanKind.CONSUMER, parent, claim, attempt, claim.since())
                .end(now);
        return new AttemptSpan(span("render", SpanKind.INTERNAL, parent, claim, attempt, now));
    }

    /** No trace is worth a render: one whose request cannot be read begins here. */
    private Context parentOf(long job) {
        try {
            return jobs.traceParent(job).map(Tracing::contextOf).orElseGet(Context::root);
        } catch (StoreException away) {
            return Context.root();
        }
    }

    private Span span(String name, SpanKind kind, Context parent, Claim claim, Attempt attempt, Instant start) {
        return tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(parent)
                .setStartTimestamp(start)
                .setAttribute("render.job", claim.task().job())
                .setAttribute("render.task", claim.task().toString())
                .setAttribute("render.node", attempt.node())
                .setAttribute("render.attempt", (long) attempt.number())
                .setAttribute("process.pid", attempt.pid())
                .startSpan();
    }

    private static Context contextOf(String traceParent) {
        return W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), Map.of(TRACE_PARENT, traceParent), new TextMapGetter<Map<String, String>>() {
                    @Override
                    public Iterable<String> keys(Map<String, String> carrier) {
                        return carrier.keySet();
                    }

                    @Override
                    public String get(Map<String, String> carrier, String key) {
                        return carrier.get(key);
                    }
                });
    }

    /** One attempt in a trace; the lines that its thread logs meanwhile carry the trace's number. */
    static final class AttemptSpan implements AutoCloseable {

        private final Span span;

        /** Takes a span that has begun; it ends when this is closed. */
        AttemptSpan(Span span) {
            this.span = span;
            if (span.getSpanContext().isValid()) {
                MDC.put(TRACE, span.getSpanContext().getTraceId());
            }
        }

        /** Notes how the attempt ended. */
        void conclude(Attempt.Result result) {
            span.setAttribute("render.outcome", result.outcome().label());
            if (result.exitCode() != null) {
                span.setAttribute("process.exit.code", result.exitCode());
            }
            if (result.outcome().isFailure()) {
                span.setStatus(StatusCode.ERROR, result.reason() == null ? "" : result.reason());
            }
        }

        @Override
        public void close() {
            MDC.remove(TRACE);
            span.end();
        }
    }
}
