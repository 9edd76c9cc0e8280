package io.rendernode.picture;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Small pictures of frames, and movies of them. */
@ConfigMapping(prefix = "render")
public interface PreviewConfig {

    /** The oiiotool that makes previews: a path, or a name on the PATH. Variable: RENDER_OIIOTOOL_PATH. */
    @WithDefault("oiiotool")
    String oiiotoolPath();

    /**
     * How much of DATA_DIR previews may take, such as 256M; the oldest go, and are made again when somebody asks. Variable:
     * RENDER_PREVIEW_BYTES.
     */
    @WithDefault("256M")
    MemorySize previewBytes();

    /** The ffmpeg that makes movies: a path, or a name on the PATH. Variable: RENDER_FFMPEG_PATH. */
    @WithDefault("ffmpeg")
    String ffmpegPath();

    /**
     * How much of DATA_DIR movies may take, and the most that one may have, such as 1G; those that nobody has asked for
     * longest go, and are made again when somebody asks. Variable: RENDER_MOVIE_BYTES.
     */
    @WithDefault("1G")
    MemorySize movieBytes();
}
