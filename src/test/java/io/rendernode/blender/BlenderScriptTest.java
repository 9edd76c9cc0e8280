package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlenderScriptTest {

    @Test
    void replacesAnOldScriptAndLeavesNothingElse(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("render_node.py"), "old");

        Path script = BlenderScript.unpack(folder);

        assertThat(script).isEqualTo(folder.resolve("render_node.py")).isAbsolute();
        assertThat(Files.readString(script)).contains("import bpy").endsWith("main()\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(script)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(script);
        }
    }
}
