package io.rendernode.queue;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.rendernode.store.Claims;
import io.rendernode.store.Database;
import io.rendernode.store.QueueSql;
import io.rendernode.store.StoreException;
import io.rendernode.store.TaskId;
import io.rendernode.task.Lease;
import io.rendernode.task.NodeName;
import io.rendernode.task.StoreClock;
import io.rendernode.task.TaskConfig;
import io.rendernode.task.TaskLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** The durable line of tasks, which db-scheduler keeps in the store; its threads are this node's slots. */
@ApplicationScoped
public class RenderQueue {
    /** How long after an unforeseen error the task is claimed again. */
    private static final Duration AFTER_ERROR = Duration.ofSeconds(10);

    private final Database database;
    private final TaskConfig config;
    private final TaskRunner runner;
    private final StoreClock clock;
    private final LeaseWatch leases;
    private final TaskLifecycle lifecycle;
    private final Claims claims;
    private volatile Scheduler scheduler;
    private volatile boolean paused;
    private Instant lastPlace = Instant.EPOCH;

    RenderQueue(
            Database database,
            TaskConfig config,
            TaskRunner runner,
            StoreClock clock,
            LeaseWatch leases,
            TaskLifecycle lifecycle,
            Claims claims) {
        this.database = database;
        this.config = config;
        this.runner = runner;
        this.clock = clock;
        this.leases = leases;
        this.lifecycle = lifecycle;
        this.claims = claims;
    }

    /**
     * Begins to claim tasks, as many as there are slots.
     *
     * @param offer what this node offers at the moment
     */
    public void start(Supplier<List<String>> offer) {
        CustomTask<Void> render = Tasks.custom(Claims.TASK_NAME, Void.class)
                .onFailure((complete, operations) ->
                        operations.reschedule(complete, clock.now().plus(AFTER_ERROR)))
                // A dead node's task keeps its place in the line.
                .onDeadExecution((complete, operations) -> {
                    operations.reschedule(complete, complete.getExecution().executionTime);
                    lifecycle.endCanceled();
                })
                .execute(this::run);
        scheduler = settings(database.dataSource(), render, new QueueSql(database.isShared(), offer))
                .clock(clock)
                .schedulerName(new SchedulerName.Fixed(NodeName.of(config)))
                .threads(Math.max(1, config.slots()))
                .pollingInterval(config.pollInterval())
                .heartbeatInterval(config.heartbeatInterval())
                .shutdownMaxWait(config.shutdownGrace())
                .build();
        if (paused) {
            scheduler.pause();
        }
        claims.lastPlace().ifPresent(clock::notBefore);
        leases.start();
        if (config.slots() > 0) {
            scheduler.start();
        }
    }

    /** What is set alike for the queue of every node, whatever its configuration. */
    public static SchedulerBuilder settings(
            DataSource store, CustomTask<Void> render, JdbcCustomization customization) {
        return Scheduler.create(store, render)
                .jdbcCustomization(customization)
                // All free slots and no more: what is claimed here, no other node can take.
                .pollUsingLockAndFetch(0.5, 1.0)
                .missedHeartbeatsLimit(4)
                .enablePriority();
    }

    /**
     * Puts tasks into the line, in order, behind all of their priority. Call it inside the transaction that writes them,
     * and {@link #wake} after it.
     *
     * @param priority 0 to 100, higher goes first
     * @return their place in the line
     */
    public Instant schedule(List<TaskId> tasks, int priority) {
        List<TaskInstance<?>> instances = tasks.stream()
                .<TaskInstance<?>>map(task -> new TaskInstance.Builder<Void>(Claims.TASK_NAME, task.instance())
                        .priority(priority)
                        .build())
                .toList();
        Instant place = nextPlace();
        started().scheduleBatch(instances, place);
        return place;
    }

    /** Looks for tasks that are due at once instead of at the next poll. */
    public void wake() {
        started().triggerCheckForDueExecutions();
    }

    /** Claims nothing from now on; what runs goes on. */
    public void pause() {
        paused = true;
        if (scheduler != null) {
            scheduler.pause();
        }
    }

    /** Claims again. */
    public void resume() {
        paused = false;
        if (scheduler != null) {
            scheduler.resume();
            wake();
        }
    }

    /** Stops for good, after what runs has ended. */
    public void stop() {
        Scheduler started = scheduler;
        if (started != null) {
            started.stop();
        }
        leases.stop();
    }

    private Scheduler started() {
        Scheduler now = scheduler;
        if (now == null) {
            throw new StoreException(new SQLTransientConnectionException("the store is not open yet"));
        }
        return now;
    }

    /** Moments that differ by a millisecond at least, so that jobs of the same moment stay in their order. */
    private synchronized Instant nextPlace() {
        Instant now = clock.now().truncatedTo(ChronoUnit.MILLIS);
        lastPlace = now.isAfter(lastPlace) ? now : lastPlace.plusMillis(1);
        return lastPlace;
    }

    private CompletionHandler<Void> run(TaskInstance<Void> instance, ExecutionContext context) {
        Execution execution = context.getExecution();
        runner.run(
                new Claims.Claim(TaskId.of(instance.getId()), execution.version, execution.executionTime),
                new Lease(context.getCurrentlyExecuting()));
        // The runner has ended the claim itself, together with its verdict.
        return (complete, operations) -> wake();
    }
}
