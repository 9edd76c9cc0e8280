package io.rendernode.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoomsTest {
    @Test
    void whatTheNodesEnvironmentNamesIsReadAndNothingElse() {
        assertThat(Rooms.configured(Map.of(
                        "OCIO", "/studio/aces/config.ocio",
                        "LD_LIBRARY_PATH", "/opt/cuda/lib64::relative:/opt/rocm/lib",
                        "BLENDER_SYSTEM_SCRIPTS", "/studio/scripts",
                        "BLENDER_PATH", "/opt/blender/blender",
                        "BLENDER_TOKEN", "/run/token",
                        "HOME", "/home/render",
                        "DB_PASSWORD_FILE", "/run/password")))
                .containsExactlyInAnyOrder(
                        Path.of("/studio/aces"),
                        Path.of("/opt/cuda/lib64"),
                        Path.of("/opt/rocm/lib"),
                        Path.of("/studio/scripts"));
        assertThat(Rooms.configured(Map.of("OCIO", "/config.ocio", "LD_LIBRARY_PATH", "/")))
                .isEmpty();
    }
}
