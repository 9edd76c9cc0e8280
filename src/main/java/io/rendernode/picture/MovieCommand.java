package io.rendernode.picture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How ffmpeg is called to make a movie of pictures that it reads one after another. It starts nothing. */
final class MovieCommand {
    /** What a picture is handed to ffmpeg as: 8 bits a colour, each with its own size. */
    static final String PICTURE = "ppm";

    private static final Pattern SIZE = Pattern.compile("P6\\s+([0-9]{1,5})\\s+([0-9]{1,5})\\s+255\\s[\\s\\S]*");
    private static final int LONGEST_HEADER = 32;

    private static final Pattern ENCODED = Pattern.compile("frame=\\s*([0-9]{1,9})\\s*");

    private MovieCommand() {}

    /** A picture's size in pixels. */
    record Size(int width, int height) {
        /**
         * Reads what a PPM begins with.
         *
         * @throws IOException if it is none
         */
        static Size read(InputStream ppm) throws IOException {
            String header = new String(ppm.readNBytes(LONGEST_HEADER), StandardCharsets.ISO_8859_1);
            Matcher size = SIZE.matcher(header);
            if (!size.matches()) {
                throw new IOException("what oiiotool wrote is no PPM");
            }
            return new Size(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
        }

        /** H.264 with a colour for four pixels has even sizes only. */
        private String even() {
            return (width + width % 2) + ":" + (height + height % 2);
        }

        @Override
        public String toString() {
            return width + ":" + height;
        }
    }

    /**
     * Gives argv. A picture of another size than the first is scaled to fit into that; what is left beside it is black.
     *
     * @param first the first picture's size; an odd one gets a black line more
     * @param movie the file to write
     */
    static List<String> arguments(Path program, FrameRate rate, Size first, Path movie) {
        String filter =
                "scale=" + first + ":force_original_aspect_ratio=decrease:out_range=tv:out_color_matrix=bt709,pad="
                        + first.even() + ":-1:-1:black,format=yuv420p";
        return List.of(
                program.toString(),
                "-hide_banner",
                "-nostats",
                "-loglevel",
                "error",
                "-progress",
                "pipe:1",
                "-f",
                "image2pipe",
                "-c:v",
                PICTURE,
                "-framerate",
                rate.toString(),
                "-i",
                "pipe:0",
                "-vf",
                filter,
                "-filter_threads",
                "1",
                "-map_metadata",
                "-1",
                // Each thread, and each frame that is looked ahead, keeps frames in memory: 1920 by 1080 pixels take
                // 280 MB so.
                "-c:v",
                "libx264",
                "-preset",
                "fast",
                "-rc-lookahead",
                "10",
                "-crf",
                "18",
                "-threads",
                "2",
                // What is shown by sRGB, as it is: without these words players guess, by the size.
                "-color_range",
                "tv",
                "-colorspace",
                "bt709",
                "-color_primaries",
                "bt709",
                "-color_trc",
                "iec61966-2-1",
                "-movflags",
                "+faststart",
                "-f",
                "mp4",
                "-y",
                movie.toString());
    }

    /** How many frames are in the movie, where the line is the one that tells it. */
    static OptionalInt encoded(String line) {
        Matcher count = ENCODED.matcher(line);
        return count.matches() ? OptionalInt.of(Integer.parseInt(count.group(1))) : OptionalInt.empty();
    }
}
