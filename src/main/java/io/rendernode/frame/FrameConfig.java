package io.rendernode.frame;

import io.smallrye.config.ConfigMapping;

/** Where finished frames go. */
@ConfigMapping(prefix = "render")
public interface FrameConfig {

    /** The folder of finished frames. Variable: OUTPUT_DIR. */
    String outputDir();

    /** Where this node keeps what is its own. Variable: DATA_DIR. */
    String dataDir();
}
