package io.rendernode.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Who may call this node, and from where. */
@ConfigMapping(prefix = "render")
public interface AccessConfig {

    /** Whether everybody who reaches the port may call where there are no tokens. Variable: RENDER_OPEN. */
    @WithDefault("false")
    boolean open();

    /** The file with the tokens, a line each: name, role, token. Variable: RENDER_API_TOKEN_FILE. */
    Optional<String> apiTokenFile();

    /** The one token, of the role operate, where there is no file. Variable: RENDER_API_TOKEN. */
    Optional<String> apiToken();

    /** Whether metrics are read without a token. Variable: RENDER_METRICS_OPEN. */
    @WithDefault("true")
    boolean metricsOpen();
}
