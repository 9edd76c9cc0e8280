package io.rendernode.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExrChannelsTest {
    @TempDir
    Path folder;

    /** The headers of a file of these parts, each a list of channels. */
    @SafeVarargs
    private Path file(List<String>... parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x762F3101);
        out.write(number(2 | (parts.length > 1 ? 0x1000 : 0)));
        for (List<String> part : parts) {
            attribute(out, "BlenderMultiChannel", new byte[] {1, 2, 3});
            ByteArrayOutputStream channels = new ByteArrayOutputStream();
            for (String channel : part) {
                channels.write(channel.getBytes(StandardCharsets.UTF_8));
                channels.write(new byte[1 + 16]);
            }
            channels.write(0);
            attribute(out, "channels", channels.toByteArray());
            attribute(out, "compression", new byte[1]);
            out.write(0);
        }
        if (parts.length > 1) {
            out.write(0);
        }
        return Files.write(folder.resolve("x.exr"), bytes.toByteArray());
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static void attribute(DataOutputStream out, String name, byte[] value) throws IOException {
        out.write((name + "\0type\0").getBytes(StandardCharsets.US_ASCII));
        out.write(number(value.length));
        out.write(value);
    }

    private static List<String> colours(String layer) {
        return List.of(layer + "A", layer + "B", layer + "G", layer + "R");
    }

    private static List<String> joined(List<List<String>> all) {
        return all.stream().flatMap(List::stream).toList();
    }

    @Test
    void takesTheVeryPicture() throws Exception {
        assertThat(ExrChannels.ofPicture(file(colours(""))).names()).containsExactly("R", "G", "B");
        assertThat(ExrChannels.ofPicture(file(joined(
                                List.of(colours("A.Emit."), colours("A.Combined."), colours("Composite.Combined.")))))
                        .names())
                .containsExactly("Composite.Combined.R", "Composite.Combined.G", "Composite.Combined.B");
        assertThat(ExrChannels.ofPicture(file(joined(List.of(
                                colours("Ä.Combined.left."), colours("Ä.Combined.right."), List.of("Ä.Depth.Z")))))
                        .names())
                .containsExactly("Ä.Combined.left.R", "Ä.Combined.left.G", "Ä.Combined.left.B");
        assertThat(ExrChannels.ofPicture(file(joined(List.of(colours("A.Emit."), List.of("A.Depth.Z")))))
                        .names())
                .containsExactly("A.Emit.R", "A.Emit.G", "A.Emit.B");
        assertThat(ExrChannels.ofPicture(file(List.of("Z"))).names()).containsExactly("Z", "Z", "Z");
    }

    @Test
    void findsThePartThatHasIt() throws Exception {
        assertThat(ExrChannels.ofPicture(file(List.of("A.Depth.Z"), colours("A.Combined."), colours("A.Emit."))))
                .isEqualTo(new ExrChannels(1, List.of("A.Combined.R", "A.Combined.G", "A.Combined.B")));
    }

    @Test
    void refusesWhatHasNoneOrIsCutOff() throws Exception {
        assertThatThrownBy(() -> ExrChannels.ofPicture(file(List.of()))).isInstanceOf(TornImageException.class);
        Path cut = file(colours(""));
        byte[] bytes = Files.readAllBytes(cut);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(cut, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> ExrChannels.ofPicture(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(TornImageException.class);
        }
    }
}
