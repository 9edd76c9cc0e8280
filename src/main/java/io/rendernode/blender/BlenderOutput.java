package io.rendernode.blender;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what one Blender prints, stdout and stderr together, line by line in order.
 *
 * <p>For one process and one thread. It never throws, whatever the line, and its cost does not grow with the length of
 * the line beyond the first 4096 characters, but for what the node's own scripts tell of scene and files.
 */
public final class BlenderOutput {
    private static final String NAMES = "render-node: files ";
    private static final Pattern SIMULATING = Pattern.compile("render-node: simulating frame (-?\\d{1,7})");
    private static final String SCENE = "render-node: scene ";
    private static final Pattern FRAME_DONE =
            Pattern.compile("Time: ?(" + ProgressLine.CLOCK + ")(?: \\(Saving: ?" + ProgressLine.CLOCK + "\\))?");
    private static final Pattern SAVED = Pattern.compile("Saved: ?(['\"])(.+)\\1");
    private static final String CRASH = "Writing: ";
    private static final String CRASH_FILE = ".crash.txt";

    /** A line can be of any length; nothing of use stands behind this many characters. */
    private static final int LIMIT = 4096;

    private static final Pattern CLOCK_AND_CATEGORY =
            Pattern.compile("(?:\\d{2,4}:){1,2}\\d{2}\\.\\d{3} {1,4}[\\w.]{1,64} {0,64}\\| ");
    private static final Pattern ERROR_MARK = Pattern.compile("(?:ERROR|FATAL) (?!\\()|Error: ?+");

    private boolean inTraceback;
    private String exception = "";

    /**
     * Reads the next line, without its end.
     *
     * @return what it tells, if anything
     */
    public Optional<BlenderEvent> read(String line) {
        if (line.startsWith(SCENE)) {
            return Optional.of(new BlenderEvent.Scene(line.substring(SCENE.length())));
        }
        if (line.startsWith(NAMES)) {
            return FrameNames.parse(line.substring(NAMES.length())).map(BlenderEvent.Names::new);
        }
        String begin = line.length() > LIMIT ? line.substring(0, LIMIT) : line;
        // Blender 5 puts a clock and a category before most of its lines.
        Matcher clock = CLOCK_AND_CATEGORY.matcher(begin);
        String marked = clock.lookingAt() ? begin.substring(clock.end()) : begin;
        Matcher errorMark = ERROR_MARK.matcher(marked);
        boolean isError = errorMark.lookingAt();
        String text = (isError ? marked.substring(errorMark.end()) : marked).strip();
        if (text.startsWith("Fra:")) {
            return ProgressLine.read(text);
        }
        Optional<BlenderEvent> event = ofItsWork(text);
        if (event.isPresent() || belongsToTraceback(line, text)) {
            return event;
        }
        if (isError && text.startsWith("script failed, ")) {
            String message = exception.isEmpty() ? text : exception;
            return Optional.of(new BlenderEvent.Failure(FailureKind.PYTHON, message));
        }
        return FailureLine.read(text, isError);
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

    private static Optional<BlenderEvent> ofItsWork(String text) {
        Matcher saved = SAVED.matcher(text);
        if (saved.matches()) {
            return Optional.of(new BlenderEvent.Saved(saved.group(2)));
        }
        Matcher frameDone = FRAME_DONE.matcher(text);
        if (frameDone.matches()) {
            return Optional.of(new BlenderEvent.FrameDone(ProgressLine.duration(frameDone.group(1))));
        }
        Matcher simulating = SIMULATING.matcher(text);
        if (simulating.matches()) {
            return Optional.of(new BlenderEvent.Simulating(Integer.parseInt(simulating.group(1))));
        }
        if (text.startsWith("Sent an internal break event")) {
            return Optional.of(new BlenderEvent.BreakRequested());
        }
        boolean crash = text.startsWith(CRASH) && text.endsWith(CRASH_FILE);
        return crash ? Optional.of(new BlenderEvent.CrashReport(text.substring(CRASH.length()))) : Optional.empty();
    }
}
