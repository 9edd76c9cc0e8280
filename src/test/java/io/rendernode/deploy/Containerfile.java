package io.rendernode.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The instructions of deploy/Containerfile, by the stage that they make. */
final class Containerfile {
    private final Map<String, List<String>> stages = new TreeMap<>();
    private final Map<String, String> parents = new TreeMap<>();

    /** Reads the file; lines that go on after a backslash are joined, comments dropped. */
    Containerfile(Path file) throws IOException {
        String text = Files.readString(file).replaceAll("(?m)^#.*\n", "").replaceAll(" *\\\\\n *", " ");
        String stage = "";
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            if (line.startsWith("FROM ")) {
                String[] words = line.split(" ", -1);
                stage = words[3];
                parents.put(stage, words[1]);
            }
            stages.computeIfAbsent(stage, name -> new ArrayList<>()).add(line);
        }
    }

    /** What the instructions of that kind say, in the stage and in those that it comes from, the first of them first. */
    List<String> instructions(String stage, String kind) {
        List<String> found = new ArrayList<>();
        if (stages.containsKey(stage)) {
            found.addAll(instructions(parents.get(stage), kind));
            stages.get(stage).stream()
                    .filter(line -> line.startsWith(kind + " "))
                    .map(line -> line.substring(kind.length() + 1))
                    .forEach(found::add);
        }
        return found;
    }

    /** The variables that the stage's container starts with. */
    Map<String, String> variables(String stage) {
        Map<String, String> variables = new TreeMap<>();
        for (String line : instructions(stage, "ENV")) {
            for (String pair : line.split(" ", -1)) {
                variables.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
        return variables;
    }

    /** The parents that are images from elsewhere or other stages, by stage. */
    Map<String, String> parents() {
        return Map.copyOf(parents);
    }
}
