package io.rendernode.node;

import io.rendernode.job.EventStore;
import io.rendernode.job.JobConfig;
import io.rendernode.log.LogStore;
import io.rendernode.log.TaskLogs;
import io.rendernode.scene.SentScenes;
import io.rendernode.store.JobStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Forgets jobs that ended long ago, with their logs. Finished frames in the output folder are never touched. */
@ApplicationScoped
public class Retention {
    private static final Logger LOG = Logger.getLogger(Retention.class);
    private static final int AT_ONCE = 100;

    private final JobStore jobs;
    private final LogStore shippedLogs;
    private final TaskLogs logs;
    private final EventStore events;
    private final JobConfig config;
    private final SentScenes scenes;

    Retention(
            JobStore jobs,
            LogStore shippedLogs,
            TaskLogs logs,
            EventStore events,
            JobConfig config,
            SentScenes scenes) {
        this.jobs = jobs;
        this.scenes = scenes;
        this.events = events;
        this.shippedLogs = shippedLogs;
        this.logs = logs;
        this.config = config;
    }

    /** Forgets what is due now, some rows at a time, so that others can write in between. */
    void forget() {
        events.forgetOld();
        List<Long> old = jobs.endedBefore(config.retention(), AT_ONCE);
        while (!old.isEmpty()) {
            for (long job : old) {
                if (jobs.status(job).filter(now -> now.state().isFinal()).isEmpty()) {
                    // It was put back into the line.
                    continue;
                }
                shippedLogs.delete(job);
                scenes.forget(job);
                jobs.forget(job);
            }
            LOG.infof("forgot %d jobs that ended more than %s ago", old.size(), config.retention());
            old = jobs.endedBefore(config.retention(), AT_ONCE);
        }
        logs.removeForgotten();
    }

    /** Removes sent scenes, and files of them, that nothing needs any more. */
    void tidyScenes() {
        scenes.tidy();
    }
}
