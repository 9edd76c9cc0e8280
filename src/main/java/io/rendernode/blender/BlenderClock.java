package io.rendernode.blender;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blender's way to write a duration: {@code 00:01.05}, and {@code 01:00:01.05} from an hour on. */
final class BlenderClock {
    /** For use within other patterns; it holds no group. */
    static final String FORM = "(?:\\d{1,6}:)?\\d{1,2}:\\d{1,2}\\.\\d{2}";

    private static final Pattern PARTS = Pattern.compile("(?:(\\d{1,6}):)?(\\d{1,2}):(\\d{1,2})\\.(\\d{2})");

    private BlenderClock() {}

    static Optional<Duration> read(String text) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long hours = parts.group(1) == null ? 0 : Long.parseLong(parts.group(1));
        return Optional.of(Duration.ofHours(hours)
                .plusMinutes(Long.parseLong(parts.group(2)))
                .plusSeconds(Long.parseLong(parts.group(3)))
                .plusMillis(10 * Long.parseLong(parts.group(4))));
    }
}
