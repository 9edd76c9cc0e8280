package io.rendernode.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened, in order, with the seconds since the storm began; any thread may add to it. */
public final class Journal {
    private final long begin = System.nanoTime();
    private final List<String> lines = new ArrayList<>();

    /** Adds a line, as {@link String#format} makes it. */
    public synchronized void add(String format, Object... values) {
        double seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
        lines.add(String.format(Locale.ROOT, "%7.2f  ", seconds) + String.format(Locale.ROOT, format, values));
    }

    /** All of it, a line an event. */
    public synchronized String text() {
        return String.join("\n", lines);
    }

    /** The newest lines, and before them all that name one of these words. */
    public synchronized String tail(int count, List<String> words) {
        int from = Math.max(0, lines.size() - count);
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (i >= from || words.stream().anyMatch(line::contains)) {
                chosen.add(line);
            }
        }
        return String.join("\n", chosen);
    }
}
