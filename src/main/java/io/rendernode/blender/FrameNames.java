package io.rendernode.blender;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the files are called that Blender writes for a frame, by the command line of {@link BlenderCommand}: a sign where it
 * is negative, seven digits,
 * which hold the largest frame number, then a suffix, then the format's extension. A frame is whole when there is one
 * file for each suffix.
 *
 * @param format their format
 * @param suffixes what stands between number and extension, in the order in which the files are written: one empty
 *     string for a plain scene, {@code _L} and {@code _R} for a stereo scene in two files; never empty, no two alike,
 *     none with a slash
 * @param outputs what File Output nodes write beside each frame
 */
public record FrameNames(ImageFormat format, List<String> suffixes, List<Output> outputs) {
    /** The folder, beside the frames, of what File Output nodes write. */
    public static final String OUTPUTS = "outputs";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern NUMBER = Pattern.compile("(?s).*/(-?\\d{7})[^/]*");
    private static final Pattern OUTPUT_PATH = Pattern.compile(OUTPUTS + "/\\d{1,4}/\\d{1,4}_");
    private static final Pattern OUTPUT_NAME = Pattern.compile("(?!\\.)[^/\\p{Cntrl}]{1,60}");

    /**
     * A file that a File Output node writes beside each frame, or one for each suffix.
     *
     * @param name the node's and the slot's names, fit for folders: {@code node/slot}
     * @param path what stands before the number, below the folder of the frames: {@code outputs/0/0_}
     */
    public record Output(String name, String path, ImageFormat format, List<String> suffixes) {
        /** @throws IllegalArgumentException if the names are not fit */
        public Output {
            String[] names = name.split("/", -1);
            if (names.length != 2
                    || !OUTPUT_NAME.matcher(names[0]).matches()
                    || !OUTPUT_NAME.matcher(names[1]).matches()
                    || !OUTPUT_PATH.matcher(path).matches()) {
                throw new IllegalArgumentException("no output: " + name + " at " + path);
            }
            suffixes = List.copyOf(suffixes);
        }

        /** The frame's file that has that suffix, below the folder of the frames. */
        public String fileName(int frame, String suffix) {
            return path + digits(frame) + suffix + format.extension();
        }
    }

    public FrameNames {
        suffixes = List.copyOf(suffixes);
        outputs = List.copyOf(outputs);
    }

    /** Reads the line that Blender's side prints, or {@link #toJson} gives; empty where it is not whole. */
    public static Optional<FrameNames> parse(String json) {
        try {
            JsonNode told = JSON.readTree(json);
            List<String> suffixes = suffixes(told);
            ImageFormat format = ImageFormat.valueOf(told.path("format").asText());
            List<Output> outputs = new ArrayList<>();
            for (JsonNode node : told.path("outputs")) {
                for (JsonNode file : node.path("files")) {
                    outputs.add(new Output(
                            node.path("folder").asText() + "/"
                                    + file.path("name").asText(),
                            file.path("path").asText(),
                            ImageFormat.valueOf(file.path("format").asText()),
                            suffixes(node)));
                }
            }
            return suffixes.isEmpty() ? Optional.empty() : Optional.of(new FrameNames(format, suffixes, outputs));
        } catch (JsonProcessingException | IllegalArgumentException cutOffOrUnknown) {
            return Optional.empty();
        }
    }

    private static List<String> suffixes(JsonNode told) {
        List<String> suffixes = new ArrayList<>();
        told.path("suffixes").forEach(suffix -> suffixes.add(suffix.asText()));
        return suffixes;
    }

    /** Writes the names as a line of JSON. */
    public String toJson() {
        ObjectNode told = JSON.createObjectNode().put("format", format.name());
        suffixes.forEach(told.putArray("suffixes")::add);
        ArrayNode nodes = told.putArray("outputs");
        for (Output output : outputs) {
            String[] names = output.name().split("/", -1);
            ObjectNode node = nodes.addObject().put("folder", names[0]);
            output.suffixes().forEach(node.putArray("suffixes")::add);
            node.putArray("files")
                    .addObject()
                    .put("name", names[1])
                    .put("path", output.path())
                    .put("format", output.format().name());
        }
        return told.toString();
    }

    /** The name of the frame's file that has that suffix. */
    public String fileName(int frame, String suffix) {
        return digits(frame) + suffix + format.extension();
    }

    private static String digits(int frame) {
        String number = Integer.toString(Math.abs(frame));
        return (frame < 0 ? "-" : "") + "0".repeat(7 - number.length()) + number;
    }

    /** The number of the frame that the file at that path can only belong to, if it is a frame's. */
    public static OptionalInt frameOf(String path) {
        Matcher name = NUMBER.matcher(path);
        return name.matches() ? OptionalInt.of(Integer.parseInt(name.group(1))) : OptionalInt.empty();
    }
}
