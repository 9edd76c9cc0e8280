package io.rendernode.scene;

import io.airlift.compress.zstd.ZstdCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** First bytes of .blend files, made here or by a Blender. */
final class TestBlend {
    /** What Blender saved, its first 64 bytes or its first 2 KB where it is packed: version and way of packing. */
    static final List<String> SAVED = List.of("3.4.1-plain", "3.4.1-zst", "5.2.2-plain", "5.2.2-zst");

    private TestBlend() {}

    static byte[] saved(String name) throws IOException {
        return Files.readAllBytes(Path.of("src", "test", "resources", "blend-heads", name));
    }

    static byte[] plain(String header) {
        return (header + "REND" + "\0".repeat(200) + "some data".repeat(100)).getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }

    static byte[] zstd(byte[] plain) {
        ZstdCompressor compressor = new ZstdCompressor();
        byte[] packed = new byte[compressor.maxCompressedLength(plain.length)];
        return Arrays.copyOf(packed, compressor.compress(plain, 0, plain.length, packed, 0, packed.length));
    }
}
