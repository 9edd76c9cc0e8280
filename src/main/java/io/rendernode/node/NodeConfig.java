package io.rendernode.node;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Optional;

/** Where this node is reached. */
@ConfigMapping(prefix = "render")
public interface NodeConfig {

    /** The port of the API. Variable: PORT. */
    @Min(0)
    @Max(65535)
    int port();

    /** The fleet's PostgreSQL, {@code jdbc:postgresql://host:5432/name}. Variable: DB_URL. */
    Optional<String> databaseUrl();
}
