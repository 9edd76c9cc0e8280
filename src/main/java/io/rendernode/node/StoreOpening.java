package io.rendernode.node;

import io.quarkus.runtime.Quarkus;
import io.rendernode.attempt.Orphans;
import io.rendernode.problem.Refusal;
import io.rendernode.queue.RenderQueue;
import io.rendernode.store.Database;
import io.rendernode.store.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Opens the store and what stands on it. A standalone node's store is a file, and one that cannot be opened stops the
 * start; a fleet's may come late, and is waited for while HTTP answers already.
 */
@ApplicationScoped
public class StoreOpening {
    private static final Logger LOG = Logger.getLogger(StoreOpening.class);
    private static final int PAUSE_SECONDS = 2;

    private final Database database;
    private final NodeRegistry registry;
    private final Orphans orphans;
    private final RenderQueue queue;
    private final Housekeeping housekeeping;
    private final StoreWatch watch;

    StoreOpening(
            Database database,
            NodeRegistry registry,
            Orphans orphans,
            RenderQueue queue,
            Housekeeping housekeeping,
            StoreWatch watch) {
        this.database = database;
        this.registry = registry;
        this.orphans = orphans;
        this.queue = queue;
        this.housekeeping = housekeeping;
        this.watch = watch;
    }

    /** Refuses the start of a fleet's node that is not told where the store is. */
    void requireAddress(NodeConfig config) {
        if (database.isShared()
                && config.databaseUrl().filter(url -> !url.isBlank()).isEmpty()) {
            throw new Refusal("DB_URL: is missing, the profile fleet needs it: jdbc:postgresql://host:5432/name");
        }
    }

    /**
     * Opens the store, now or, in a fleet, as soon as it is there.
     *
     * @throws Refusal if it cannot be opened and will not be, or this node may not use it
     */
    void open() throws InterruptedException {
        housekeeping.start();
        try {
            tryToOpen();
        } catch (StoreException away) {
            if (!database.isShared()) {
                throw new Refusal("DATA_DIR: the store cannot be opened: " + firstLine(away));
            }
            LOG.warnf("the store does not answer yet, waiting for it: %s", firstLine(away));
            new Daemon("store-opening", this::openLater).start();
        }
    }

    private void openLater() throws InterruptedException {
        while (true) {
            TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
            try {
                tryToOpen();
                LOG.info("the store is there");
                return;
            } catch (StoreException away) {
                LOG.debugf("the store does not answer yet: %s", away.getMessage());
            } catch (Refusal refusal) {
                LOG.error(refusal.getMessage());
                Quarkus.asyncExit(1);
                return;
            }
        }
    }

    private void tryToOpen() throws InterruptedException {
        database.migrate();
        registry.takeName();
        try {
            orphans.clear();
        } catch (IOException stuck) {
            throw new Refusal("a Blender of an earlier run does not end: " + stuck.getMessage());
        }
        queue.start(() -> registry.self().offer());
        watch.look();
        housekeeping.startWithStore();
    }

    private static String firstLine(StoreException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
