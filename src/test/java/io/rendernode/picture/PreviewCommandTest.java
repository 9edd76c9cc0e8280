package io.rendernode.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.image.ExrChannels;
import io.rendernode.scene.SceneReport.View;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreviewCommandTest {
    private static final List<String> RGB = List.of("R", "G", "B");

    private static String command(View view, ExrChannels channels) {
        return String.join(
                " ",
                PreviewCommand.arguments(
                        Path.of("oiiotool"),
                        Path.of("frame"),
                        Optional.of(new PreviewCommand.Colours(Path.of("config.ocio"), view, channels)),
                        320,
                        Path.of("p.jpg")));
    }

    @Test
    void developsAsBlenderDoes() {
        assertThat(command(new View("sRGB", "Filmic", "High Contrast", 1, 2), new ExrChannels(1, RGB)))
                .contains(
                        "--colorconfig config.ocio frame --subimage 1 --ch R,G,B --chnames R,G,B",
                        "--iscolorspace scene_linear --mulc 2.0"
                                + " --ociolook:from=scene_linear:to=scene_linear High Contrast"
                                + " --ociodisplay:from=scene_linear sRGB Filmic --powc 0.5 --if");
        assertThat(command(new View("XYZ", "Raw", "None", 0, 1), new ExrChannels(0, RGB)))
                .contains("--iscolorspace scene_linear --ociodisplay:from=scene_linear XYZ Raw --if")
                .doesNotContain("--subimage");
    }

    @Test
    void takesNothingForAnExpressionOrAFlagThatASceneSays() {
        assertThat(command(new View("sRGB", "{TOP.filename}", "None", 0, 1), new ExrChannels(0, RGB)))
                .contains("sRGB Standard");
        assertThat(command(new View("-o", "Filmic", "None", 0, 1), new ExrChannels(0, RGB)))
                .contains("sRGB Standard");
        assertThat(command(new View("sRGB", "Filmic", "--runstats", 0, 1), new ExrChannels(0, RGB)))
                .doesNotContain("runstats");
        assertThat(command(new View("sRGB", "Filmic", "None", Double.NaN, 1), new ExrChannels(0, RGB)))
                .contains("sRGB Standard");
        assertThat(command(null, new ExrChannels(0, RGB))).contains("sRGB Standard");
        for (String name : List.of("a,b.R", "a=b.R", "{1+1}.R", "-o.R", "a\n.R")) {
            assertThatThrownBy(() -> command(null, new ExrChannels(0, List.of(name, name, name))))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void leavesTheColoursOfOtherFormatsAsTheyAre() {
        assertThat(PreviewCommand.arguments(
                        Path.of("oiiotool"), Path.of("frame"), Optional.empty(), 64, Path.of("p.jpg")))
                .contains("64x0", "0x64", "0,0,0", "0,1,2")
                .doesNotContain("--colorconfig", "--iscolorspace");
    }
}
