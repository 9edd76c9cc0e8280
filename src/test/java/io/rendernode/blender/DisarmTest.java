package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Scenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A scene's own Python, which the real Blender runs whatever -Y says, and does not run for the node. */
@Execution(ExecutionMode.CONCURRENT)
class DisarmTest {
    private static final String PROOF = "GOT python";

    @TempDir
    private static Path scenes;

    @TempDir
    private static Path loot;

    private static List<Path> scripts;

    @TempDir
    private Path frames;

    @BeforeAll
    static void makeScenes() throws Exception {
        scripts = RealBlender.scripts();
        Scenes.make("hostile_scenes.py", scenes, loot, 0, "print('" + PROOF + "', flush=True)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "python-freestyle",
                "python-strip",
                "python-linked",
                "python-animated",
                "python-lineset-name",
                "python-layer-name",
                "python-linked-name"
            })
    void aScenesOwnPythonRunsInABareBlenderAlone(String name) throws Exception {
        List<String> arguments = new BlenderCommand(
                        RealBlender.PROGRAM,
                        scenes.resolve(name + ".blend"),
                        scripts,
                        frames,
                        Wishes.cycles(),
                        List.of(1),
                        1,
                        Optional.of("CPU"))
                .arguments();
        List<String> bare = new ArrayList<>(arguments);
        int settle = bare.lastIndexOf("--python");
        bare.subList(settle, settle + 2).clear();

        assertThat(run(bare).text()).contains(PROOF);
        Files.deleteIfExists(frames.resolve("0000001.png"));

        Log disarmed = run(arguments);

        assertThat(disarmed.text()).doesNotContain(PROOF);
        assertThat(disarmed.exitCode()).as(disarmed.text()).isZero();
        assertThat(frames.resolve("0000001.png")).isNotEmptyFile();
    }

    private static Log run(List<String> arguments) throws IOException, InterruptedException {
        try (RealBlender blender = RealBlender.start(arguments)) {
            blender.events();
            return new Log(blender.log(), blender.exitCode());
        }
    }

    private record Log(String text, int exitCode) {}
}
