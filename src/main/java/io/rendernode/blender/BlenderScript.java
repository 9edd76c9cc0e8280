package io.rendernode.blender;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** The Python script that runs inside Blender; a native executable must hold it as a resource. */
public final class BlenderScript {
    private static final String NAME = "render_node.py";

    private BlenderScript() {}

    /**
     * Writes the script into a folder in one step, readable and writable by its owner alone: whoever can write it runs
     * code in every Blender. One that is there already is replaced.
     *
     * @param folder a folder that is there
     * @return the script's absolute path
     * @throws IOException if it cannot be written
     */
    public static Path unpack(Path folder) throws IOException {
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path part = Files.createTempFile(folder, NAME, ".part", ownerOnly);
        try (InputStream script = BlenderScript.class.getResourceAsStream(NAME)) {
            if (script == null) {
                throw new IOException("this program was built without " + NAME);
            }
            Files.write(part, script.readAllBytes());
            Path target = folder.resolve(NAME).toAbsolutePath();
            return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
