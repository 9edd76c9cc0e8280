package io.rendernode.blender;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
 */
public record FrameNames(ImageFormat format, List<String> suffixes) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern NUMBER = Pattern.compile("(?s).*/(-?\\d{7})[^/]*");

    public FrameNames {
        suffixes = List.copyOf(suffixes);
    }

    /** Reads the line that Blender's side prints, or {@link #toJson} gives; empty where it is not whole. */
    public static Optional<FrameNames> parse(String json) {
        try {
            JsonNode told = JSON.readTree(json);
            List<String> suffixes = new ArrayList<>();
            told.path("suffixes").forEach(suffix -> suffixes.add(suffix.asText()));
            ImageFormat format = ImageFormat.valueOf(told.path("format").asText());
            return suffixes.isEmpty() ? Optional.empty() : Optional.of(new FrameNames(format, suffixes));
        } catch (JsonProcessingException | IllegalArgumentException cutOffOrUnknown) {
            return Optional.empty();
        }
    }

    /** Writes the names as a line of JSON. */
    public String toJson() {
        ObjectNode told = JSON.createObjectNode().put("format", format.name());
        suffixes.forEach(told.putArray("suffixes")::add);
        return told.toString();
    }

    /** The name of the frame's file that has that suffix. */
    public String fileName(int frame, String suffix) {
        String number = Integer.toString(Math.abs(frame));
        return (frame < 0 ? "-" : "") + "0".repeat(7 - number.length()) + number + suffix + format.extension();
    }

    /** The number of the frame that the file at that path can only belong to, if it is a frame's. */
    public static OptionalInt frameOf(String path) {
        Matcher name = NUMBER.matcher(path);
        return name.matches() ? OptionalInt.of(Integer.parseInt(name.group(1))) : OptionalInt.empty();
    }
}
