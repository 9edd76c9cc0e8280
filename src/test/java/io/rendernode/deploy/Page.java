package io.rendernode.deploy;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of the documentation, in Markdown.
 *
 * @param file where it is, from the project's folder on
 */
public record Page(Path file) {
    /** The README. */
    public static final Page README = new Page(Path.of("README.md"));

    static final Page CONFIGURATION = new Page(Path.of("deploy/CONFIGURATION.md"));
    static final Page OPERATIONS = new Page(Path.of("deploy/OPERATIONS.md"));

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```");

    /** Its text. */
    String text() {
        return KubernetesProgram.text(file);
    }

    /** Where its links lead that lead to a file of the project: a path from the project's folder on, {@code #} and a heading. */
    List<String> links() {
        return LINK.matcher(text())
                .results()
                .map((MatchResult link) -> link.group(1))
                .filter(link -> !link.contains("://"))
                .map(link -> link.startsWith("#")
                        ? file + link
                        : file.resolveSibling(link).normalize().toString())
                .toList();
    }

    /** The names by which a link may point at a heading, as GitHub makes them. */
    Set<String> anchors() {
        return HEADING.matcher(CODE.matcher(text()).replaceAll(""))
                .results()
                .map((MatchResult heading) -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** The rows of its tables, each the list of its cells. */
    public List<List<String>> rows() {
        return text().lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> List.of(line.substring(1, line.length() - 1).split("\\|", -1)))
                .map(cells -> cells.stream().map(String::strip).toList())
                .toList();
    }
}
