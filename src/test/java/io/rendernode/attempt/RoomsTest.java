package io.rendernode.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomsTest {
    @Test
    void aFolderIsSeenWithoutTheNodesOwnInIt(@TempDir Path temporary) throws IOException {
        Path home = temporary.toRealPath();
        Path data = Files.createDirectories(home.resolve("node/data"));
        Path tokens = Files.writeString(home.resolve("tokens"), "secret");
        Files.createDirectories(home.resolve("textures"));
        Files.writeString(home.resolve("scene.blend"), "");
        Files.writeString(home.resolve("node/notes"), "");
        Files.createSymbolicLink(home.resolve("link"), data);
        Path script = Files.writeString(data.resolve("script.py"), "");
        List<Path> seen = new ArrayList<>();

        Rooms.addWithout(home, List.of(data, tokens), seen);
        Rooms.addWithout(script, List.of(data, tokens), seen);

        assertThat(seen)
                .containsExactlyInAnyOrder(
                        home.resolve("textures"), home.resolve("scene.blend"), home.resolve("node/notes"), script);
    }

    @Test
    void aPythonOfSomebodysIsNotBlenders(@TempDir Path home) throws IOException {
        Path environment = Files.createDirectories(home.resolve("conda/bin"));
        Files.writeString(environment.resolve("python3"), "");
        Path tools = Files.createDirectories(home.resolve("tools"));
        assertThat(Rooms.withoutPythons(environment + ":/usr/bin:" + tools + ":/bin"))
                .isEqualTo("/usr/bin:" + tools + ":/bin");
    }

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
