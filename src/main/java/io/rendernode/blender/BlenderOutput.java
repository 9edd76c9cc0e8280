package io.rendernode.blender;

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
    private static final String NAMES = "render-node: files ";
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
                saved(text).or(() -> frameDone(text)).or(() -> frameNames(text)).or(() -> ending(text));
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

    private static Optional<BlenderEvent> frameNames(String text) {
        return text.startsWith(NAMES)
                ? FrameNames.parse(text.substring(NAMES.length())).map(BlenderEvent.Names::new)
                : Optional.empty();
    }

    private static Optional<BlenderEvent> ending(String text) {
        if (text.startsWith("Sent an internal break event")) {
            return Optional.of(new BlenderEvent.BreakRequested());
        }
        boolean crash = text.startsWith(CRASH) && text.endsWith(CRASH_FILE);
        return crash ? Optional.of(new BlenderEvent.CrashReport(text.substring(CRASH.length()))) : Optional.empty();
    }
}
