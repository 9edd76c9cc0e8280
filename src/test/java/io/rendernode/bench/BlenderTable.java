package io.rendernode.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What was measured, by case and kind, as a table and as JSON. */
final class BlenderTable {
    private final Map<Case, Map<Kind, List<Double>>> values = new EnumMap<>(Case.class);

    /** What renders: bare command lines, a node that starts Blender for each task, a node whose Blender waits. */
    enum Kind {
        BARE,
        COLD,
        WARM;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is measured, and in what. */
    enum Case {
        SINGLES("20 jobs of 1 frame", "s"),
        SHORTS("4 jobs of 5 frames", "s"),
        LONG("1 job of 40 frames", "s"),
        SLOW("a frame of 3 s", "s"),
        PROCESSORS("processors it keeps busy", ""),
        FIRST("200 MB scene: 1st job's frame", "s"),
        SECOND("200 MB scene: 2nd job's frame", "s"),
        MEMORY("4 jobs of it at once: memory", "MB");

        private final String title;
        private final String unit;

        Case(String title, String unit) {
            this.title = title;
            this.unit = unit;
        }

        private List<Goal> goals() {
            return switch (this) {
                case SINGLES -> List.of(Goal.atMost(Kind.WARM, Kind.BARE, 0.45));
                case LONG -> List.of(Goal.atMost(Kind.COLD, Kind.BARE, 1.02), Goal.atMost(Kind.WARM, Kind.BARE, 1.00));
                case PROCESSORS -> List.of(Goal.atLeast(Kind.WARM, Kind.COLD, 0.95));
                case SECOND -> List.of(Goal.atMost(Kind.WARM, Kind.COLD, 0.15));
                case MEMORY -> List.of(Goal.atMost(Kind.WARM, Kind.BARE, 0.50));
                case SHORTS, SLOW, FIRST -> List.of();
            };
        }
    }

    /** A bound of the ratio of two kinds' medians. */
    private record Goal(Kind of, Kind to, boolean most, double bound) {

        static Goal atMost(Kind of, Kind to, double bound) {
            return new Goal(of, to, true, bound);
        }

        static Goal atLeast(Kind of, Kind to, double bound) {
            return new Goal(of, to, false, bound);
        }

        boolean isMet(double ratio) {
            return most ? ratio <= bound : ratio >= bound;
        }

        String words(double ratio) {
            return String.format(
                    Locale.ROOT,
                    "%s/%s %s %.2f: %.3f, %s",
                    of.word(),
                    to.word(),
                    most ? "<=" : ">=",
                    bound,
                    ratio,
                    isMet(ratio) ? "met" : "missed");
        }
    }

    /** The median and the ends. */
    private record Spread(double median, double least, double most) {

        static Spread of(List<Double> values) {
            List<Double> ascending = values.stream().sorted().toList();
            int count = ascending.size();
            return new Spread(ascending.get(count / 2), ascending.get(0), ascending.get(count - 1));
        }

        @Override
        public String toString() {
            String form = most >= 100 ? "%.0f (%.0f..%.0f)" : "%.2f (%.2f..%.2f)";
            return String.format(Locale.ROOT, form, median, least, most);
        }
    }

    /** Notes a value, in the case's unit. */
    void note(Case what, Kind kind, double value) {
        values.computeIfAbsent(what, first -> new EnumMap<>(Kind.class))
                .computeIfAbsent(kind, first -> new ArrayList<>())
                .add(value);
    }

    /** The table, a line a case: median (least..most), the medians' ratios, and the goals of them. */
    String text() {
        String form = "%-32s %-22s%-22s%-22s%9s %9s  %s%n";
        String head = String.format(form, "", "bare", "cold", "warm", "cold/bare", "warm/bare", "goal");
        return values.keySet().stream()
                .map(what -> String.format(
                        Locale.ROOT,
                        form,
                        what.title + (what.unit.isEmpty() ? "" : ", " + what.unit),
                        spread(what, Kind.BARE),
                        spread(what, Kind.COLD),
                        spread(what, Kind.WARM),
                        String.format(Locale.ROOT, "%.3f", ratio(what, Kind.COLD, Kind.BARE)),
                        String.format(Locale.ROOT, "%.3f", ratio(what, Kind.WARM, Kind.BARE)),
                        goals(what)))
                .collect(Collectors.joining("", head, ""));
    }

    /** The same, in one line. */
    String json() throws JsonProcessingException {
        List<Map<String, Object>> cases = new ArrayList<>();
        for (Case what : values.keySet()) {
            Map<String, Object> row = new LinkedHashMap<>(Map.of("case", what.title));
            row.put("unit", what.unit);
            Arrays.stream(Kind.values()).forEach(kind -> row.put(kind.word(), spread(what, kind)));
            row.put("coldOverBare", ratio(what, Kind.COLD, Kind.BARE));
            row.put("warmOverBare", ratio(what, Kind.WARM, Kind.BARE));
            row.put("goal", goals(what));
            cases.add(row);
        }
        return new ObjectMapper().writeValueAsString(Map.of("cases", cases));
    }

    private Spread spread(Case what, Kind kind) {
        return Spread.of(values.get(what).get(kind));
    }

    private double ratio(Case what, Kind of, Kind to) {
        return spread(what, of).median / spread(what, to).median;
    }

    private String goals(Case what) {
        return what.goals().stream()
                .map(goal -> goal.words(ratio(what, goal.of, goal.to)))
                .collect(Collectors.joining("; "));
    }
}
