package io.rendernode.blender;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line without the clock and the category that Blender 5 puts before most of its lines.
 *
 * @param text what the line says, without space around it
 * @param isError whether the line is marked as an error, in either form; the mark is no part of the text
 */
record LogLine(String text, boolean isError) {
    /** A line can be of any length; nothing of use stands behind this many characters. */
    private static final int LIMIT = 4096;

    private static final Pattern CLOCK_AND_CATEGORY =
            Pattern.compile("(?:\\d{2,4}:){1,2}\\d{2}\\.\\d{3} {1,4}[\\w.]{1,64} {0,64}\\| ");
    private static final Pattern ERROR_MARK = Pattern.compile("(?:ERROR|FATAL) (?!\\()|Error: ?+");

    static LogLine of(String line) {
        String text = line.length() > LIMIT ? line.substring(0, LIMIT) : line;
        if (text.startsWith("Fra:")) {
            return new LogLine(text.strip(), false);
        }
        Matcher clock = CLOCK_AND_CATEGORY.matcher(text);
        text = clock.lookingAt() ? text.substring(clock.end()) : text;
        Matcher mark = ERROR_MARK.matcher(text);
        return mark.lookingAt()
                ? new LogLine(text.substring(mark.end()).strip(), true)
                : new LogLine(text.strip(), false);
    }
}
