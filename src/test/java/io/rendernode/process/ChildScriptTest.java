package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.blender.BlenderCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildScriptTest {
    private static final ChildScript SCRIPT = new ChildScript(BlenderCommand.class, "render_node.py");

    @Test
    void replacesAnOldScriptAndLeavesNothingElse(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("render_node.py"), "old");

        Path script = SCRIPT.unpack(folder);

        assertThat(script).isEqualTo(folder.resolve("render_node.py")).isAbsolute();
        assertThat(Files.readString(script)).contains("import bpy").endsWith("settle(WISH)\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(script)))
                .isEqualTo("r--------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(script);
        }
    }

    @Test
    void leavesAScriptAloneThatHasItsBytesAndMendsOneThatHasNot(@TempDir Path folder) throws IOException {
        Path script = SCRIPT.unpack(folder);
        byte[] bytes = Files.readAllBytes(script);
        Object inode = Files.getAttribute(script, "unix:ino");
        SCRIPT.unpack(folder);
        assertThat(Files.getAttribute(script, "unix:ino")).isEqualTo(inode);

        Path loot = Files.writeString(folder.resolve("loot"), "someone else's");
        Files.delete(script);
        Files.createSymbolicLink(script, loot);
        assertThat(Files.readAllBytes(SCRIPT.unpack(folder))).isEqualTo(bytes);
        assertThat(loot).hasContent("someone else's");
        assertThat(script)
                .isRegularFile()
                .satisfies(file -> assertThat(Files.isSymbolicLink(file)).isFalse());
    }
}
