package io.rendernode.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** deploy/RUNBOOK.md, read. */
final class Runbook {
    private static final Path FILE = Path.of("deploy", "RUNBOOK.md");
    private static final Pattern HEADING = Pattern.compile("^## ", Pattern.MULTILINE);
    private static final Pattern QUERY = Pattern.compile("```promql\n(.*?)```", Pattern.DOTALL);

    private Runbook() {}

    /** The text under each alert's heading, by that heading. */
    static Map<String, String> sections() throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        HEADING.splitAsStream(Files.readString(FILE)).skip(1).forEach(section -> {
            int lineEnd = section.indexOf('\n');
            sections.put(section.substring(0, lineEnd), section.substring(lineEnd));
        });
        return sections;
    }

    /** Its queries, a line each. */
    static List<String> queries() throws IOException {
        return QUERY.matcher(Files.readString(FILE))
                .results()
                .flatMap(block -> block.group(1).lines())
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }
}
