package io.rendernode.node;

import io.rendernode.job.JobConfig;
import io.rendernode.log.TaskLogs;
import io.rendernode.store.JobStore;
import io.rendernode.store.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/** Forgets jobs that ended long ago, with their logs. Finished frames in the output folder are never touched. */
@ApplicationScoped
public class Retention {
    private static final Logger LOG = Logger.getLogger(Retention.class);
    private static final int AT_ONCE = 100;

    private final JobStore jobs;
    private final TaskLogs logs;
    private final Sql sql;
    private final JobConfig config;

    Retention(JobStore jobs, TaskLogs logs, Sql sql, JobConfig config) {
        this.jobs = jobs;
        this.logs = logs;
        this.sql = sql;
        this.config = config;
    }

    /** Forgets what is due now, some jobs at a time, so that others can write in between. */
    void forget() {
        Instant limit = Instant.now().minus(config.retention());
        List<Long> old = jobs.endedBefore(limit, AT_ONCE);
        while (!old.isEmpty()) {
            for (long job : old) {
                sql.transaction(() -> jobs.delete(job));
                logs.delete(job);
            }
            LOG.infof("forgot %d jobs that ended more than %s ago", old.size(), config.retention());
            old = jobs.endedBefore(limit, AT_ONCE);
        }
    }
}
