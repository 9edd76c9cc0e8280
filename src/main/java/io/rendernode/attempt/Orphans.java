package io.rendernode.attempt;

import io.rendernode.log.LogContext;
import io.rendernode.process.ProcessIdentity;
import io.rendernode.store.Attempt;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.Claims;
import io.rendernode.task.NodeName;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Tidies up after an earlier run of this node that did not end well, before the first task is claimed. */
@ApplicationScoped
public class Orphans {
    private static final Logger LOG = Logger.getLogger(Orphans.class);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AttemptStore attempts;
    private final Claims claims;
    private final TaskConfig config;
    private final WorkFolders folders;

    Orphans(AttemptStore attempts, Claims claims, TaskConfig config, WorkFolders folders) {
        this.attempts = attempts;
        this.claims = claims;
        this.config = config;
        this.folders = folders;
    }

    /**
     * Ends every Blender on record that outlived the node and carries no mark of this folder, then gives up the node's old claims, so that
     * their tasks go on at once instead of when the claims run out; and removes the folders of tasks that have ended. No
     * frame is ever rendered by two processes at once.
     *
     * @throws IOException if a process does not end
     */
    public void clear() throws IOException, InterruptedException {
        String name = NodeName.of(config);
        for (Attempt attempt : attempts.runningOn(name)) {
            ProcessIdentity identity = new ProcessIdentity(attempt.pid(), attempt.processStarted());
            if (identity.isAlive()) {
                LogContext.enter(attempt.task(), name);
                LOG.warnf("Blender %d of task %s outlived the node, ending it", attempt.pid(), attempt.task());
                LogContext.leave();
                if (!identity.killGroup(PATIENCE)) {
                    throw new IOException("process " + attempt.pid() + " is still there");
                }
            }
        }
        int released = claims.releaseAllOf(name);
        if (released > 0) {
            LOG.infof("%d tasks that this node had claimed before go on", released);
        }
        folders.removeEnded();
    }
}
