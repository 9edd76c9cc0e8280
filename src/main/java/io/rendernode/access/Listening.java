package io.rendernode.access;

import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import org.jboss.logging.Logger;

/** Says who reaches the node, and lets those come by ::1 whom {@link LoopbackUnlessOpen} lets come by 127.0.0.1. */
@ApplicationScoped
class Listening {
    private static final Logger LOG = Logger.getLogger(Listening.class);

    private final Vertx vertx;
    private final Tokens tokens;
    private final AccessConfig config;

    Listening(Vertx vertx, Tokens tokens, AccessConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.tokens = tokens;
    }

    void serving(@ObservesAsync HttpServerStart event) {
        HttpServerOptions options = event.options();
        if (options.getHost().equals(LoopbackUnlessOpen.LOOPBACK)) {
            LOG.info(
                    "No tokens are set: only this machine can call, by localhost (see RENDER_API_TOKEN_FILE, RENDER_OPEN)");
            vertx.createHttpServer(new HttpServerOptions(options).setHost("::1"))
                    .requestHandler(VertxHttpRecorder.getRootHandler())
                    .listen()
                    .onFailure(none -> LOG.debugf("no ::1 to listen on: %s", none.getMessage()));
        } else {
            warn();
        }
    }

    /** Without the other where plain HTTP is off. */
    void serving(@ObservesAsync HttpsServerStart event) {
        warn();
    }

    private void warn() {
        if (config.open() && !tokens.areAsked()) {
            LOG.warn("RENDER_OPEN=true: everybody who reaches this port may post, read and cancel every job");
        }
    }
}
