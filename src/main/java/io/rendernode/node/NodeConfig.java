package io.rendernode.node;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** Where this node is reached. */
@ConfigMapping(prefix = "render")
public interface NodeConfig {

    /** The port of the API. Variable: PORT. */
    @Min(0)
    @Max(65535)
    int port();
}
