package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BlenderProbeTest {

    @Test
    void asksForTheVersion() {
        assertThat(BlenderProbe.arguments(Path.of("/opt/blender"))).containsExactly("/opt/blender", "--version");
    }

    @Test
    void readsTheVersionOfEachLine() {
        assertThat(BlenderProbe.version("Blender 3.4.1\n\tbuild date: 2022-12-20\n"))
                .contains("3.4.1");
        assertThat(BlenderProbe.version("00:00.070  system.path | WARNING no mounts\nBlender 5.2.2 LTS\n"))
                .contains("5.2.2");
        assertThat(BlenderProbe.version("Blender 2.82 (sub 7)\n")).contains("2.82");
    }

    @Test
    void readsWhichDevicesThereAre() {
        String line = "render-node: devices CPU CUDA CUDA";
        assertThat(BlenderProbe.hasDevice(line, "CUDA")).isTrue();
        assertThat(BlenderProbe.hasDevice(line, "OPTIX")).isFalse();
        assertThat(BlenderProbe.hasDevice("render-node: devices ", "CUDA")).isFalse();
        assertThat(BlenderProbe.hasDevice("Blender quit CUDA", "CUDA")).isFalse();
    }

    @Test
    void whatIsNoBlenderHasNoVersion() {
        assertThat(BlenderProbe.version("")).isEmpty();
        assertThat(BlenderProbe.version("GNU bash, version 5.2.15")).isEmpty();
        assertThat(BlenderProbe.version("Not Blender 3.4.1")).isEmpty();
        assertThat(BlenderProbe.version("Blender 99999999999.1")).isEmpty();
    }
}
