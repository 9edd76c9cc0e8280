package io.rendernode.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** What is in a movie, as ffmpeg's own tools find it. */
public final class Video {
    private Video() {}

    /** What ffprobe says of its pictures: {@code key=value}, a line each. */
    public static List<String> describe(Path movie) throws IOException, InterruptedException {
        String entries = "stream=codec_name,pix_fmt,width,height,nb_frames,r_frame_rate,color_space,color_transfer";
        byte[] said = run("ffprobe", "-v", "error", "-show_entries", entries, "-of", "default=nw=1", movie.toString());
        return new String(said, StandardCharsets.UTF_8).lines().toList();
    }

    /** The picture at that place, from 0. */
    public static BufferedImage frame(Path movie, int place) throws IOException, InterruptedException {
        byte[] png = run(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                movie.toString(),
                "-vf",
                "select=eq(n\\," + place + ")",
                "-frames:v",
                "1",
                "-f",
                "image2pipe",
                "-c:v",
                "png",
                "-");
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    /** Runs a program that is to go well. */
    static byte[] run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] said = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return said;
    }
}
