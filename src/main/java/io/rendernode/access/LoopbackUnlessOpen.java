package io.rendernode.access;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.Locale;
import java.util.Set;

/** Lets the node listen on the loopback only, unless callers need a token or it is said that everybody may call. */
public final class LoopbackUnlessOpen implements ConfigSourceInterceptor {
    /** Where a node listens that nobody else may reach. */
    static final String LOOPBACK = "127.0.0.1";

    /** What every other setting of the node takes for true. */
    private static final Set<String> YES = Set.of("true", "1", "yes", "y", "on");

    private static final long serialVersionUID = 1L;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return !name.equals("quarkus.http.host") || isOpen(context) ? value : value.withValue(LOOPBACK);
    }

    /** Nothing but what surely opens it: a variable that is set to nothing is no token. */
    private static boolean isOpen(ConfigSourceInterceptorContext context) {
        return YES.contains(text(context, "render.open").strip().toLowerCase(Locale.ROOT))
                || !text(context, "render.api-token").isBlank()
                || !text(context, "render.api-token-file").isBlank();
    }

    private static String text(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return value == null || value.getValue() == null ? "" : value.getValue();
    }
}
