package io.rendernode.blender;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what one Blender prints, stdout and stderr together, line by line in order.
 *
 * <p>For one process and one thread. It never throws, whatever the line, and its cost does not grow with the length of
 * the line beyond the first 4096 characters.
 */
public final class BlenderOutput {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String FILES = "render-node: files ";
    private static final Pattern FRAME_DONE =
            Pattern.compile("Time: ?(" + BlenderClock.FORM + ")(?: \\(Saving: ?" + BlenderClock.FORM + "\\))?");
    private static final Pattern SAVED = Pattern.compile("Saved: ?(['\"])(.+)\\1");
    private static final String CRASH = "Writing: ";
    private static final String CRASH_FILE = ".crash.txt";

    private boolean inTraceback;
    private String exception = "";

    /**
     * Reads the next line, without its end.
     *
     * @return what it tells, if anything
     */
    public Optional<BlenderEvent> read(String line) {
        LogLine logLine = LogLine.of(line);
        String text = logLine.text();
        if (text.startsWith("Fra:")) {
            return ProgressLine.read(text);
        }
        Optional<BlenderEvent> event =
                saved(text).or(() -> frameDone(text)).or(() -> frameFiles(text)).or(() -> ending(text));
        if (event.isPresent() || belongsToTraceback(line, text)) {
            return event;
        }
        if (logLine.isError() && text.startsWith("script failed, ")) {
            String message = exception.isEmpty() ? text : exception;
            return Optional.of(new BlenderEvent.Failure(FailureKind.PYTHON, message));
        }
        return FailureLine.read(logLine);
    }

    /**
     * Keeps the exception that ends a traceback, and answers whether the line is one of those before it. A traceback
     * alone is no failure: Debian's 5.2 prints one of an add-on at each start, and renders.
     */
    private boolean belongsToTraceback(String line, String text) {
        if (text.endsWith("Traceback (most recent call last):")) {
            inTraceback = true;
            return true;
        }
        boolean indented = line.startsWith(" ");
        if (inTraceback && !indented) {
            inTraceback = false;
            exception = text;
        }
        return inTraceback;
    }

    private static Optional<BlenderEvent> saved(String text) {
        Matcher matcher = SAVED.matcher(text);
        return matcher.matches() ? Optional.of(new BlenderEvent.Saved(matcher.group(2))) : Optional.empty();
    }

    private static Optional<BlenderEvent> frameDone(String text) {
        Matcher matcher = FRAME_DONE.matcher(text);
        return matcher.matches()
                ? BlenderClock.read(matcher.group(1)).map(BlenderEvent.FrameDone::new)
                : Optional.empty();
    }

    private static Optional<BlenderEvent> frameFiles(String text) {
        if (!text.startsWith(FILES)) {
            return Optional.empty();
        }
        try {
            JsonNode files = JSON.readTree(text.substring(FILES.length()));
            List<String> suffixes = new ArrayList<>();
            files.path("suffixes").forEach(suffix -> suffixes.add(suffix.asText()));
            for (ImageFormat format : ImageFormat.values()) {
                if (format.identifier().equals(files.path("format").asText()) && !suffixes.isEmpty()) {
                    return Optional.of(new BlenderEvent.FrameFiles(format, suffixes));
                }
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            // Not the script's line, or one that was cut off: the frames' files will not be as told, and not count.
            return Optional.empty();
        }
    }

    private static Optional<BlenderEvent> ending(String text) {
        if (text.startsWith("Sent an internal break event")) {
            return Optional.of(new BlenderEvent.BreakRequested());
        }
        boolean crash = text.startsWith(CRASH) && text.endsWith(CRASH_FILE);
        return crash ? Optional.of(new BlenderEvent.CrashReport(text.substring(CRASH.length()))) : Optional.empty();
    }
}
