package io.rendernode.node;

import io.quarkus.micrometer.runtime.export.handlers.PrometheusHandler;
import io.rendernode.access.Door;
import io.smallrye.health.AsyncHealthCheckFactory;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * The threads of health and metrics, one each. Quarkus would take the workers of the API, all of which may wait for a
 * store, a disk or a client.
 */
@Singleton
@Alternative
@Priority(1)
public class ProbeThreads extends AsyncHealthCheckFactory {
    private final ExecutorService health = Executors.newSingleThreadExecutor(work -> new Daemon("health", work::run));
    private final ExecutorService metrics = Executors.newSingleThreadExecutor(work -> new Daemon("metrics", work::run));
    private final PrometheusHandler scrape = new PrometheusHandler(false, Optional.empty());
    private final String metricsPath;

    ProbeThreads(@ConfigProperty(name = "quarkus.micrometer.export.prometheus.path") String metricsPath) {
        this.metricsPath = metricsPath;
    }

    @Override
    public Uni<HealthCheckResponse> callSync(HealthCheck check) {
        return super.callSync(check).runSubscriptionOn(health);
    }

    void register(@Observes Router router) {
        router.get(metricsPath).order(Door.ONCE_KNOWN + 1).handler(call -> metrics.execute(() -> scrape.handle(call)));
        router.route(metricsPath + "*").order(Door.ONCE_KNOWN + 1).handler(call -> call.fail(404));
    }
}
