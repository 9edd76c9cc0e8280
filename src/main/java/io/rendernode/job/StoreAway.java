package io.rendernode.job;

import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.problem.ProblemMapper;
import io.rendernode.store.Sql;
import io.rendernode.store.StoreException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Answers a call that needs the store while the store is away: at once, where that is known already. */
public class StoreAway {
    private static final Logger LOG = Logger.getLogger(StoreAway.class);

    private final Sql sql;

    StoreAway(Sql sql) {
        this.sql = sql;
    }

    /** Runs on the thread of the call itself: what waited for a thread while the store went away is answered, too. */
    @ServerRequestFilter
    Response known(UriInfo uri, HttpHeaders headers) {
        String path = uri.getPath();
        boolean needsStore = path.startsWith("/job")
                || path.startsWith("/event")
                || uri.getQueryParameters().containsKey("all");
        return needsStore && !sql.mayAsk() ? away(headers) : null;
    }

    @ServerExceptionMapper
    Response failed(StoreException failure, HttpHeaders headers) {
        if (!failure.isTransient()) {
            LOG.error("A call asked what the store does not take", failure);
            return ProblemMapper.response(new ProblemException(Problem.INTERNAL_ERROR), headers);
        }
        LOG.warnf("the store does not answer: %s", failure.getMessage());
        return away(headers);
    }

    private static Response away(HttpHeaders headers) {
        return ProblemMapper.response(new ProblemException(Problem.STORE_UNAVAILABLE), headers);
    }
}
