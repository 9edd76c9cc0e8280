package io.rendernode.problem;

import java.util.Optional;
import java.util.regex.Pattern;

/** Whole numbers in paths and queries. */
public final class Numbers {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private Numbers() {}

    /** The number that the text is, or nothing where it is none. */
    public static Optional<Long> tryId(String text) {
        return DIGITS.matcher(text).matches() ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** The number, which may be negative, that the text is, or nothing where it is none. */
    public static Optional<Long> tryNumber(String text) {
        return text.startsWith("-") ? tryId(text.substring(1)).map(number -> -number) : tryId(text);
    }

    /**
     * The number that a query's parameter is.
     *
     * @throws ProblemException if it is none, or out of range
     */
    public static int number(String name, String text, int smallest, int largest) {
        long number = tryNumber(text).orElse(Long.MIN_VALUE);
        if (number < smallest || number > largest) {
            throw ProblemException.invalid(name, "must be a whole number from " + smallest + " to " + largest);
        }
        return (int) number;
    }
}
