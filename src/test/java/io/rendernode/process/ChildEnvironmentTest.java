package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildEnvironmentTest {
    @Test
    void keepsWhatARenderNeeds() {
        Map<String, String> needed = Map.of(
                "PATH", "/bin",
                "HOME", "/root",
                "TZ", "UTC",
                "XDG_CONFIG_HOME", "/c",
                "BLENDER_USER_SCRIPTS", "/s",
                "CUDA_VISIBLE_DEVICES", "0",
                "OCIO", "/o");

        assertThat(ChildEnvironment.of(needed)).containsAllEntriesOf(needed);
    }

    @Test
    void keepsNothingElse() {
        Map<String, String> parent = Map.of(
                "DB_PASSWORD", "secret",
                "RENDER_API_TOKEN", "secret",
                "BLENDER_PATH", "/usr/bin/blender",
                "BLENDER_STUDIO_API_KEY", "secret",
                "XDG_SESSION_TOKEN", "secret",
                "AWS_SECRET_ACCESS_KEY", "secret",
                "PYTHONPATH", "/evil",
                "LD_PRELOAD", "/evil.so",
                "LANG", "de_DE.UTF-8",
                "path", "/bin");

        assertThat(ChildEnvironment.of(parent)).isEqualTo(Map.of("LANG", "C", "LC_ALL", "C"));
    }
}
