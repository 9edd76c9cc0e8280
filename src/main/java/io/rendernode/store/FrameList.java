package io.rendernode.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Frames, at least one, ascending and without doubles, as farms write them: {@code 1-10,15,20-40x5}.
 *
 * @param runs ascending, none touching another
 */
public record FrameList(List<Run> runs) {
    /** Blender's largest frame number: it renders this one for anything above (seen on 3.4.1, 4.3.2 and 5.2.2). */
    public static final int LARGEST_FRAME = 1_048_574;

    /** The smallest: Blender's scripts take no number below (MINAFRAMEF in its sources). */
    public static final int SMALLEST_FRAME = -LARGEST_FRAME;

    private static final Pattern RUN =
            Pattern.compile("\\s*(-?\\d{1,8})(?:\\s*-\\s*(-?\\d{1,8})(?:\\s*x\\s*(\\d{1,8}))?)?\\s*");

    /**
     * Frames at equal distances.
     *
     * @param first the first
     * @param last the last, which is one of them
     * @param step from each to the next, at least 1
     */
    public record Run(int first, int last, int step) {
        /** @throws IllegalArgumentException with a reason, a phrase that follows the field's name */
        public Run {
            if (first < SMALLEST_FRAME || last > LARGEST_FRAME) {
                throw new IllegalArgumentException("must be " + SMALLEST_FRAME + " to " + LARGEST_FRAME + ", not "
                        + (first < SMALLEST_FRAME ? first : last));
            }
            if (last < first) {
                throw new IllegalArgumentException("must ascend: " + last + " is before " + first);
            }
            if (step < 1) {
                throw new IllegalArgumentException("must have steps of at least 1, not " + step);
            }
            last -= (last - first) % step;
        }

        int count() {
            return (last - first) / step + 1;
        }

        private IntStream numbers() {
            return IntStream.iterate(first, frame -> frame <= last, frame -> frame + step);
        }

        @Override
        public String toString() {
            return first == last ? "" + first : first + "-" + last + (step == 1 ? "" : "x" + step);
        }
    }

    /** Keeps a copy. */
    public FrameList {
        runs = List.copyOf(runs);
    }

    /** The frames from one to another. */
    public static FrameList range(int first, int last) {
        return new FrameList(List.of(new Run(first, last, 1)));
    }

    /**
     * Reads a list, in whatever order and with doubles.
     *
     * @param most how many frames it may have
     * @throws IllegalArgumentException with a reason, a phrase that follows the field's name
     */
    public static FrameList parse(String text, int most) {
        List<Run> runs = new ArrayList<>();
        long count = 0;
        for (String part : text.split(",", -1)) {
            Matcher run = RUN.matcher(part);
            if (!run.matches()) {
                throw new IllegalArgumentException(
                        "must be frames such as 1-10,15,20-40x5, not '" + part.strip() + "'");
            }
            int first = Integer.parseInt(run.group(1));
            int last = run.group(2) == null ? first : Integer.parseInt(run.group(2));
            runs.add(new Run(first, last, run.group(3) == null ? 1 : Integer.parseInt(run.group(3))));
            count += runs.get(runs.size() - 1).count();
            if (count > most) {
                throw new IllegalArgumentException("has more than " + most + " frames");
            }
        }
        return runs.size() == 1
                ? new FrameList(runs)
                : of(runs.stream()
                        .flatMapToInt(Run::numbers)
                        .sorted()
                        .distinct()
                        .toArray());
    }

    /** Finds the runs in ascending numbers. */
    private static FrameList of(int[] numbers) {
        List<Run> runs = new ArrayList<>();
        for (int from = 0; from < numbers.length; ) {
            int to = from;
            int step = from + 1 < numbers.length ? numbers[from + 1] - numbers[from] : 1;
            while (to + 1 < numbers.length && numbers[to + 1] - numbers[to] == step) {
                to++;
            }
            // Two that are far apart are no run: the second may begin one.
            to = to == from + 1 && step > 1 ? from : to;
            runs.add(new Run(numbers[from], numbers[to], to == from ? 1 : step));
            from = to + 1;
        }
        return new FrameList(runs);
    }

    /** Whether there is no gap between the first and the last. */
    public boolean isRange() {
        return runs.size() == 1 && runs.get(0).step() == 1;
    }

    /** What a row tells by its columns first_frame, last_frame and frames. */
    static FrameList read(ResultSet row) throws SQLException {
        String list = row.getString("frames");
        return list == null
                ? range(row.getInt("first_frame"), row.getInt("last_frame"))
                : parse(list, Integer.MAX_VALUE);
    }

    /** The first frame. */
    public int first() {
        return runs.get(0).first();
    }

    /** The last frame. */
    public int last() {
        return runs.get(runs.size() - 1).last();
    }

    /** How many frames there are. */
    public int count() {
        return runs.stream().mapToInt(Run::count).sum();
    }

    /** Whether the frame is one of them. */
    public boolean contains(int frame) {
        return runs.stream()
                .anyMatch(
                        run -> frame >= run.first() && frame <= run.last() && (frame - run.first()) % run.step() == 0);
    }

    /** All of them, ascending. */
    public IntStream numbers() {
        return runs.stream().flatMapToInt(Run::numbers);
    }

    /**
     * Cuts them into pieces of at most {@code chunk} frames, in order, that together are the list.
     *
     * @param chunk frames in a piece; 0 leaves the list whole
     */
    public List<FrameList> split(int chunk) {
        if (chunk < 0) {
            throw new IllegalArgumentException("a chunk of " + chunk + " frames");
        }
        if (chunk == 0) {
            return List.of(this);
        }
        int[] all = numbers().toArray();
        List<FrameList> pieces = new ArrayList<>();
        for (int start = 0; start < all.length; start += chunk) {
            pieces.add(of(Arrays.copyOfRange(all, start, Math.min(all.length, start + chunk))));
        }
        return pieces;
    }

    @Override
    public String toString() {
        return runs.stream().map(Run::toString).collect(Collectors.joining(","));
    }
}
