package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BlenderCommandTest {
    private static final SceneSettings CYCLES = Wishes.cycles();

    @Test
    void theOrderIsOneThatBlenderHeeds() {
        assertThat(command(CYCLES, List.of(1, 2, 3)).arguments())
                .containsExactly(
                        "blender",
                        "-b",
                        "-noaudio",
                        "-Y",
                        "--factory-startup",
                        "--python-use-system-env",
                        "-t",
                        "2",
                        "--python-exit-code",
                        "1",
                        "/blend/demo.blend",
                        "-o",
                        "/data/frames/7/#######",
                        "--python",
                        "/data/scene_report.py",
                        "--python",
                        "/data/render_node.py",
                        "-s",
                        "1",
                        "-e",
                        "3",
                        "-j",
                        "1",
                        "-a",
                        "--",
                        "--render-node",
                        "{\"output\":\"/data/frames/7/#######\",\"engine\":\"CYCLES\",\"last\":3}");
    }

    @Test
    void negativeFramesAreTheScripts() {
        List<String> arguments = command(CYCLES, List.of(-3, -1, 0, 1)).arguments();
        assertThat(arguments).containsSequence("-s", "0", "-e", "1", "-j", "1", "-a", "--");
        assertThat(arguments.get(arguments.size() - 1)).endsWith(",\"frames\":[-3,-1]}");
        assertThat(command(CYCLES, List.of(-2)).arguments()).doesNotContain("-s", "-f", "-a");
    }

    @Test
    void allSettingsReachTheScript() {
        SceneSettings settings =
                Wishes.wish(BlenderEngine.BLENDER_EEVEE, "Night", "Left \"eye\"", 16, 50, ImageFormat.OPEN_EXR);

        List<String> arguments = command(settings, List.of(1, 3)).arguments();

        assertThat(arguments).containsSequence("--python", "/data/render_node.py", "-S", "Night", "-f", "1,3", "--");
        assertThat(last(arguments))
                .isEqualTo("{\"output\":\"/data/frames/7/#######\",\"engine\":\"BLENDER_EEVEE\",\"scene\":\"Night\","
                        + "\"sceneArgument\":\"Night\",\"camera\":\"Left \\\"eye\\\"\",\"samples\":16,"
                        + "\"resolution\":50,\"format\":\"OPEN_EXR\",\"last\":3}");
    }

    @Test
    void aSceneNamedLikeAnOptionIsChosenByAnotherName() {
        List<String> arguments =
                command(Wishes.cycles("--version", null), List.of(1)).arguments();

        assertThat(arguments).doesNotContain("--version").containsSequence("-S", "render-node scene");
        assertThat(last(arguments)).contains("\"scene\":\"--version\",\"sceneArgument\":\"render-node scene\"");
    }

    @Property
    void namesNeverBecomeCodeOptionsOrLines(@ForAll String scene, @ForAll String camera) throws Exception {
        List<String> arguments =
                command(Wishes.cycles(scene, camera), List.of(1)).arguments();

        String wish = last(arguments);
        assertThat(arguments).allMatch(argument -> argument.matches("[ -\\x7f]*"));
        assertThat(arguments.get(arguments.indexOf("-S") + 1)).doesNotStartWith("-");
        assertThat(new ObjectMapper().readTree(wish).get("scene").asText()).isEqualTo(scene);
        assertThat(new ObjectMapper().readTree(wish).get("camera").asText()).isEqualTo(camera);
    }

    @Test
    void whatBlenderWouldReadOtherwiseIsRefused() {
        Path absolute = Path.of("/a");
        Path relative = Path.of("-a");
        Path twoLines = Path.of("/a\nb");
        List<Integer> frames = List.of(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlenderCommand(
                        absolute, relative, List.of(absolute), absolute, CYCLES, frames, 1, Optional.empty()))
                .withMessage("path must be absolute: -a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlenderCommand(
                        absolute, absolute, List.of(absolute), twoLines, CYCLES, frames, 1, Optional.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlenderCommand(
                        absolute, absolute, List.of(absolute), absolute, CYCLES, frames, 0, Optional.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wishes.wish(BlenderEngine.CYCLES, null, null, 0, null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wishes.wish(BlenderEngine.CYCLES, null, null, null, 0, null));
    }

    @Test
    void moreThreadsThanBlenderTakesAreItsMost() {
        BlenderCommand command = new BlenderCommand(
                Path.of("blender"),
                Path.of("/b"),
                List.of(Path.of("/s")),
                Path.of("/f"),
                CYCLES,
                List.of(1),
                9999,
                Optional.empty());

        assertThat(command.arguments()).containsSequence("-t", "1024");
    }

    @Test
    void theDeviceStandsWhereCyclesLooksForIt() {
        BlenderCommand command = new BlenderCommand(
                Path.of("blender"),
                Path.of("/b"),
                List.of(Path.of("/s")),
                Path.of("/f"),
                CYCLES,
                List.of(1),
                1,
                Optional.of("OPTIX+CPU"));

        assertThat(command.arguments()).containsSequence("--", "--cycles-device", "OPTIX+CPU", "--render-node");
    }

    private static BlenderCommand command(SceneSettings settings, List<Integer> frames) {
        return new BlenderCommand(
                Path.of("blender"),
                Path.of("/blend/demo.blend"),
                List.of(Path.of("/data/scene_report.py"), Path.of("/data/render_node.py")),
                Path.of("/data/frames/7"),
                settings,
                frames,
                2,
                Optional.empty());
    }

    private static String last(List<String> arguments) {
        return arguments.get(arguments.size() - 1);
    }
}
