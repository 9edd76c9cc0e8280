package io.rendernode.picture;

import io.rendernode.problem.ProblemException;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Frames a second, as a fraction in its lowest terms.
 *
 * @param numerator frames
 * @param denominator in so many seconds
 */
record FrameRate(int numerator, int denominator) {
    static final double SLOWEST = 1;
    static final double FASTEST = 120;

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,6})?");
    private static final Pattern FRACTION = Pattern.compile("([0-9]{1,6})/([0-9]{1,4})");

    /** Rates that television plays a thousandth slower, and that people then write as 23.976, 23.98 or 29.97. */
    private static final List<Integer> SLOWED = List.of(24, 30, 48, 60, 120);

    private static final double WRITTEN_SHORT = 0.005;

    /** Takes any fraction of whole numbers above 0. */
    FrameRate {
        int common = BigInteger.valueOf(numerator)
                .gcd(BigInteger.valueOf(denominator))
                .intValueExact();
        numerator /= common;
        denominator /= common;
    }

    /**
     * Reads the query's parameter {@code fps}: a decimal number such as {@code 23.976}, or a fraction such as {@code
     * 24000/1001}.
     *
     * @throws ProblemException if it is none, or not 1 to 120
     */
    static FrameRate parse(String text) {
        Matcher fraction = FRACTION.matcher(text);
        double value = 0;
        if (fraction.matches()) {
            value = Double.parseDouble(fraction.group(1)) / Double.parseDouble(fraction.group(2));
        } else if (DECIMAL.matcher(text).matches()) {
            value = Double.parseDouble(text);
        }
        if (!(value >= SLOWEST && value <= FASTEST)) {
            throw ProblemException.invalid(
                    "fps", "must be a number from 1 to 120, such as 24 or 23.976, or a fraction such as 24000/1001");
        }
        return fraction.matches()
                ? new FrameRate(Integer.parseInt(fraction.group(1)), Integer.parseInt(fraction.group(2)))
                : of(value);
    }

    /** The rate of that many frames a second: one of television's where it is near that, else to a thousandth. */
    static FrameRate of(double fps) {
        double rate = Math.min(FASTEST, Math.max(SLOWEST, fps));
        return SLOWED.stream()
                .filter(whole -> Math.abs(rate - whole / 1.001) < WRITTEN_SHORT)
                .findFirst()
                .map(whole -> new FrameRate(1000 * whole, 1001))
                .orElseGet(() -> new FrameRate((int) Math.round(1000 * rate), 1000));
    }

    @Override
    public String toString() {
        return numerator + "/" + denominator;
    }
}
