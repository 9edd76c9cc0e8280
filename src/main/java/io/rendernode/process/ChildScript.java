package io.rendernode.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/**
 * A script of this program's that children run. A native executable must hold it as a resource.
 *
 * @param owner a class of the package that the script belongs to
 * @param name the script's file name
 */
public record ChildScript(Class<?> owner, String name) {
    private static final Set<PosixFilePermission> OWNER_READS = PosixFilePermissions.fromString("r--------");

    /**
     * Sees to it that a folder holds the script, with this program's bytes, readable by its owner alone: whoever can
     * write it runs code in every child. What else has its name is replaced, in one step.
     *
     * @param folder a folder that is there
     * @return the script's absolute path
     * @throws IOException if it cannot be written
     */
    public Path unpack(Path folder) throws IOException {
        Path target = folder.resolve(name).toAbsolutePath();
        byte[] bytes = bytes();
        if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
                || !Arrays.equals(Files.readAllBytes(target), bytes)) {
            Path part = Files.createTempFile(folder, name, ".part");
            try {
                Files.write(part, bytes);
                Files.setPosixFilePermissions(part, OWNER_READS);
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        }
        return target;
    }

    private byte[] bytes() throws IOException {
        try (InputStream script = owner.getResourceAsStream(name)) {
            if (script == null) {
                throw new IOException("this program was built without " + name);
            }
            return script.readAllBytes();
        }
    }
}
