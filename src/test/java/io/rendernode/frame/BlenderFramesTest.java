package io.rendernode.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rendernode.image.ImageCheck;
import io.rendernode.image.ImageType;
import io.rendernode.image.TornImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real Blender writes, and how it names it: one run of it for all these tests. */
class BlenderFramesTest {
    private static final int FRAME = 2;
    private static final List<String> PATTERNS = List.of(
            "x",
            "x_####",
            "s/",
            "a##b###c",
            "d##/x",
            "d##/x#",
            "#",
            "a.png",
            "a.",
            "a_#.",
            "a_##...",
            "a_##.png",
            "a_##.PNG",
            "a_##.jpg",
            "a_##.jpeg",
            "a_##.JpEg",
            "a_##.tif",
            "a_##.tiff",
            "a_##.exr",
            "a_##.webp",
            "a_##.tga",
            "a_##.bmp",
            "a_##.sgi",
            "a_##.rgb",
            "a_##.rgba",
            "a_##.tx",
            "a_##.jp2",
            "a_##.j2c",
            "a_##.hdr",
            "a_##.dds",
            "a_##.dpx",
            "a_##.cin",
            "a_##.psd",
            "a_##.pdd",
            "a_##.psb",
            "a_##.gif",
            "a_##.mp4",
            "a_##.v2",
            "a_##.jpg.png",
            "a_##.png ",
            "{a}##",
            " a ##");

    @TempDir
    static Path folder;

    @BeforeAll
    static void runBlender() throws Exception {
        List<String> lines = Stream.of(ImageType.values())
                .flatMap(type -> PATTERNS.stream().map(pattern -> type + "\t" + pattern))
                .toList();
        Files.write(folder.resolve("patterns"), lines);
        Process blender = new ProcessBuilder(
                        "blender",
                        "-b",
                        "--factory-startup",
                        "--python-exit-code",
                        "1",
                        "-P",
                        "src/test/resources/frames/save_frames.py",
                        "--",
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(blender.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(blender.waitFor()).as(said).isZero();
    }

    @Test
    void takesEveryImageThatBlenderSaves() throws Exception {
        List<Path> images = filesBelow("images");
        assertThat(images).hasSize(12 + 4 + 16 + 4 + 36);
        for (Path image : images) {
            assertThat(ImageCheck.check(image)).as("%s", image).matches(type -> type.hasExtension(extensionOf(image)));
        }
    }

    @Test
    void refusesEachOfThemCutAnywhere() throws Exception {
        Path cut = folder.resolve("cut");
        for (Path image : filesBelow("images")) {
            byte[] whole = Files.readAllBytes(image);
            for (int length :
                    new int[] {0, 1, 7, whole.length / 3, whole.length / 2, whole.length - 9, whole.length - 1}) {
                Files.write(cut, Arrays.copyOf(whole, length));
                assertThatThrownBy(() -> ImageCheck.check(cut))
                        .as("%s cut to %d of %d bytes", image, length, whole.length)
                        .isInstanceOf(TornImageException.class);
            }
        }
    }

    @Test
    void namesFramesExactlyAsBlenderDoes() throws Exception {
        int number = 0;
        for (ImageType type : ImageType.values()) {
            for (String pattern : PATTERNS) {
                String place = "names/" + number;
                String name = FramePattern.parse(pattern).fileName(FRAME, type, "");
                assertThat(filesBelow(place))
                        .as("%s as %s", pattern, type)
                        .containsExactly(folder.resolve(place).resolve(name));
                number++;
            }
        }
    }

    @Test
    void knowsTheFilesOfAStereoScene() throws Exception {
        FramePattern individual = FramePattern.parse("stereo/INDIVIDUAL_##");
        FramePattern together = FramePattern.parse("stereo/MULTIVIEW_##");
        List<Path> files = filesBelow("stereo");
        assertThat(files)
                .containsExactlyInAnyOrder(
                        folder.resolve(individual.fileName(FRAME, ImageType.OPEN_EXR, "_L")),
                        folder.resolve(individual.fileName(FRAME, ImageType.OPEN_EXR, "_R")),
                        folder.resolve(together.fileName(FRAME, ImageType.OPEN_EXR, "")));
        for (Path file : files) {
            assertThat(ImageCheck.check(file)).isEqualTo(ImageType.OPEN_EXR);
        }
    }

    private static List<Path> filesBelow(String name) throws IOException {
        try (Stream<Path> paths = Files.walk(folder.resolve(name))) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    private static String extensionOf(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
