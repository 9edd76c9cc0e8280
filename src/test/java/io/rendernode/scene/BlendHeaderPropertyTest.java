package io.rendernode.scene;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.rendernode.scene.BlendHeader.NoBlendException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the bytes: an answer, and never another exception, an endless loop or a huge allocation. */
class BlendHeaderPropertyTest {
    private static final long MOST_BYTES = 4 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Property(tries = 3000)
    void damagedFilesGetAnAnswer(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> files = List.of(
                TestBlend.saved("3.4.1-zst"),
                TestBlend.saved("5.2.2-zst"),
                TestBlend.zstd(TestBlend.plain("BLENDER17-01v0500")),
                TestBlend.gzip(TestBlend.plain("BLENDER-v279")),
                TestBlend.plain("BLENDER-v304"));
        byte[] bytes = files.get(random.nextInt(files.size()));
        // Most of what counts stands at the beginning.
        int reach = random.nextBoolean() ? 64 : bytes.length;
        for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(Math.min(reach, bytes.length));
            bytes[at] = random.nextBoolean() ? (byte) 0xFF : (byte) random.nextInt();
        }
        answers(random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
    }

    @Property(tries = 1000)
    void randomBytesGetAnAnswer(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = new byte[random.nextInt(200_000)];
        random.nextBytes(bytes);
        byte[][] beginnings = {{}, {0x1F, (byte) 0x8B, 8}, {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD}, {'B', 'L', 'E'}};
        byte[] beginning = beginnings[random.nextInt(beginnings.length)];
        System.arraycopy(beginning, 0, bytes, 0, Math.min(beginning.length, bytes.length));
        answers(bytes);
    }

    private static void answers(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("scene", ".blend");
        try {
            Files.write(file, bytes);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                assertThat(BlendHeader.read(file).major()).isBetween(0, 99);
            } catch (NoBlendException other) {
                assertThat(other).hasMessageStartingWith("is ");
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        } finally {
            Files.delete(file);
        }
    }
}
