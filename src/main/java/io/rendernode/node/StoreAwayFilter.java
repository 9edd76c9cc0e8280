package io.rendernode.node;

import io.quarkus.logging.LoggingFilter;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;

/**
 * While the store is away the queue fails several times a second, each time with a stack trace that tells nothing new: a
 * line that says why is enough. Every other failure of the queue keeps its trace. And a client that leaves its stream while
 * something is sent is no error.
 */
@LoggingFilter(name = "store-away")
public final class StoreAwayFilter implements Filter {
    private static final String QUEUE = "com.github.kagkarlsson.scheduler.";
    private static final String STREAMS = "org.jboss.resteasy.reactive.server.handlers.PublisherResponseHandler";
    private static final ExtFormatter FORMATTER = new PatternFormatter("%s");

    @Override
    public boolean isLoggable(LogRecord entry) {
        if (STREAMS.equals(entry.getLoggerName()) && entry.getThrown() instanceof IOException) {
            return false;
        }
        if (entry instanceof ExtLogRecord line && line.getLoggerName().startsWith(QUEUE)) {
            Stream.iterate(line.getThrown(), Objects::nonNull, Throwable::getCause)
                    .filter(SQLException.class::isInstance)
                    .findFirst()
                    .ifPresent(cause ->
                            shorten(line, FORMATTER.formatMessage(line) + " The store: " + cause.getMessage()));
        }
        return true;
    }

    private static void shorten(ExtLogRecord line, String message) {
        line.setThrown(null);
        line.setMessage(message, ExtLogRecord.FormatStyle.NO_FORMAT);
        line.setLevel(Level.WARN);
    }
}
