package io.rendernode.job;

import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.problem.ProblemMapper;
import io.rendernode.store.StoreException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers a call that needs the store while the store is away. */
public class StoreAwayMapper {
    private static final Logger LOG = Logger.getLogger(StoreAwayMapper.class);

    @ServerExceptionMapper
    Response away(StoreException failure, HttpHeaders headers) {
        LOG.warnf("the store does not answer: %s", failure.getMessage());
        return ProblemMapper.response(new ProblemException(Problem.STORE_UNAVAILABLE), headers);
    }
}
