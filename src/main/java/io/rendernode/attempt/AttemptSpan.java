package io.rendernode.attempt;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.rendernode.store.Attempt;
import org.jboss.logging.MDC;

/** One attempt in a trace; the lines that its thread logs meanwhile carry the trace's number. */
final class AttemptSpan implements AutoCloseable {
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("render.outcome");
    private static final AttributeKey<Long> EXIT_CODE = AttributeKey.longKey("process.exit.code");

    /** As Quarkus names it in the lines of a request. */
    private static final String TRACE = "traceId";

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
        span.setAttribute(OUTCOME, result.outcome().label());
        if (result.exitCode() != null) {
            span.setAttribute(EXIT_CODE, result.exitCode().longValue());
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
