package io.rendernode.blender;

import io.rendernode.store.FrameList;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the line that begins with {@code Fra:}, in the forms of 2.8 (by its sources), 3.4, 4.3 and 5.2 (seen). */
final class ProgressLine {
    /** Blender's way to write a duration: {@code 00:01.05}, {@code 01:00:01.05} from an hour on. It holds no group. */
    static final String CLOCK = "(?:\\d{1,6}:)?\\d{1,2}:\\d{1,2}\\.\\d{2}";

    private static final Pattern FRAME = Pattern.compile("Fra: ?(-?\\d{1,7})(?!\\d)");
    private static final Pattern REMAINING = Pattern.compile("Remaining: ?(" + CLOCK + ")");
    private static final Pattern SAMPLE = Pattern.compile("Sample (\\d{1,9})/(\\d{1,9})(?!\\d)");
    private static final Pattern EEVEE_SAMPLE = Pattern.compile("Rendering (\\d{1,9}) / (\\d{1,9}) samples");
    private static final Pattern TILES =
            Pattern.compile("(?:Rendered|Path Tracing Tile) (\\d{1,9})/(\\d{1,9})(?: Tiles)?");

    private ProgressLine() {}

    /** Reads a line without space around it; empty if it tells of no frame that can be. */
    static Optional<BlenderEvent> read(String text) {
        Matcher frame = FRAME.matcher(text);
        if (!frame.lookingAt() || Integer.parseInt(frame.group(1)) > FrameList.LARGEST_FRAME) {
            return Optional.empty();
        }
        // Names of objects stand in the line as well: what Blender itself says of the work is the last part.
        String work = text.substring(text.lastIndexOf(" | ") + 1);
        // Most lines tell of the scene that is made ready, and hold no such number.
        Optional<Share> share = work.indexOf('/') < 0 ? Optional.empty() : share(work);
        return Optional.of(new BlenderEvent.Progress(
                Integer.parseInt(frame.group(1)),
                share.map(s -> OptionalInt.of(s.done)).orElse(OptionalInt.empty()),
                share.map(s -> OptionalInt.of(s.total)).orElse(OptionalInt.empty()),
                remaining(text)));
    }

    private record Share(int done, int total) {}

    private static Optional<Share> share(String work) {
        Optional<Share> tiles = share(TILES, work);
        Optional<Share> samples = share(SAMPLE, work).or(() -> share(EEVEE_SAMPLE, work));
        if (tiles.isEmpty() || samples.isEmpty()) {
            return samples.or(() -> tiles);
        }
        // The samples are those of the tile under way.
        long total = (long) tiles.get().total * samples.get().total;
        long done = (long) tiles.get().done * samples.get().total + samples.get().done;
        boolean fits = total <= Integer.MAX_VALUE;
        return fits ? Optional.of(new Share((int) Math.min(done, total), (int) total)) : tiles;
    }

    private static Optional<Share> share(Pattern pattern, String work) {
        Matcher matcher = pattern.matcher(work);
        if (!matcher.find()) {
            return Optional.empty();
        }
        Share share = new Share(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        return share.total > 0 && share.done <= share.total ? Optional.of(share) : Optional.empty();
    }

    private static Optional<Duration> remaining(String text) {
        Matcher matcher = REMAINING.matcher(text);
        return matcher.find() ? Optional.of(duration(matcher.group(1))) : Optional.empty();
    }

    /** The duration that a text of the form {@link #CLOCK} means. */
    static Duration duration(String clock) {
        String[] parts = clock.split("[:.]", -1);
        long seconds = 0;
        for (String part : List.of(parts).subList(0, parts.length - 1)) {
            seconds = 60 * seconds + Long.parseLong(part);
        }
        return Duration.ofSeconds(seconds).plusMillis(10 * Long.parseLong(parts[parts.length - 1]));
    }
}
