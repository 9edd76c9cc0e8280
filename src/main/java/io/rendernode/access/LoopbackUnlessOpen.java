package io.rendernode.access;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

/** Lets the node listen on the loopback only, unless callers need a token or it is said that everybody may call. */
public final class LoopbackUnlessOpen implements ConfigSourceInterceptor {
    /** Where a node listens that nobody else may reach. */
    static final String LOOPBACK = "127.0.0.1";

    private static final long serialVersionUID = 1L;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return !name.equals("quarkus.http.host") || isOpen(context) ? value : value.withValue(LOOPBACK);
    }

    private static boolean isOpen(ConfigSourceInterceptorContext context) {
        ConfigValue open = context.proceed("render.open");
        return (open != null && "true".equals(open.getValue()))
                || context.proceed("render.api-token") != null
                || context.proceed("render.api-token-file") != null;
    }
}
