package io.rendernode.deploy;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a PromQL expression asks for, read just well enough for the expressions of this project. */
final class PrometheusExpression {
    /** Label lists, whose names are no metrics: {@code by (job)}, {@code on (job, instance)}. */
    private static final Pattern LABEL_LIST =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

    private static final Pattern DURATION = Pattern.compile("\\[[^]]*]");

    /** A name with its matchers; what is called with a parenthesis is a function. */
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w:.\"])([a-zA-Z_:][\\w:]*)\\b(?!\\s*\\()\\s*(\\{[^}]*})?");

    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "by", "without");

    private PrometheusExpression() {}

    /** Its selectors, such as {@code up{job="x"}}, without ranges. */
    static List<String> selectors(String expression) {
        String bare =
                DURATION.matcher(LABEL_LIST.matcher(expression).replaceAll(" ")).replaceAll(" ");
        return SELECTOR.matcher(bare)
                .results()
                .filter(found -> !WORDS.contains(found.group(1)))
                .map(found -> found.group(1) + (found.group(2) == null ? "" : found.group(2)))
                .toList();
    }

    /** The metric that a selector names. */
    static String metric(String selector) {
        Matcher name = SELECTOR.matcher(selector);
        if (!name.lookingAt()) {
            throw new IllegalArgumentException(selector);
        }
        return name.group(1);
    }
}
