package io.rendernode.deploy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.rendernode.process.ChildEnvironment;
import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the manifests may count on: facts of the program, taken from its sources. */
final class KubernetesProgram {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final String PROPERTIES = text(Path.of("src/main/resources/application.properties"));

    /** What the image's start script gives to the JVM, or to the native executable. */
    private static final Set<String> IMAGE = Set.of("JAVA_OPTIONS");

    /** Where scenes that are sent by HTTP go. */
    private static final Set<String> COMING = Set.of("SCENE_DIR");

    private static final Set<String> OWN = ownVariables();

    private KubernetesProgram() {}

    /** Whether a variable reaches somebody: the program, Quarkus, the image, or Blender through the program. */
    static boolean reads(String variable) {
        return OWN.contains(variable)
                || variable.startsWith("QUARKUS_")
                || IMAGE.contains(variable)
                || COMING.contains(variable)
                || ChildEnvironment.of(Map.of(variable, "x")).containsKey(variable);
    }

    /** The program's version, by its pom. */
    static String version() {
        return find(text(Path.of("pom.xml")), "<artifactId>render-node</artifactId>\\s*<version>([^<]+)<");
    }

    /** The port that the program listens on where PORT is not set. */
    static int port() {
        return Integer.parseInt(find(PROPERTIES, "render\\.port=\\$\\{PORT:(\\d+)}"));
    }

    /** Where a probe asks; SmallRye Health names the checks {@code started}, {@code live} and {@code ready}. */
    static String healthPath(String check) {
        return find(PROPERTIES, "quarkus\\.smallrye-health\\.root-path=(\\S+)") + "/" + check;
    }

    /** Where Prometheus asks. */
    static String metricsPath() {
        return find(PROPERTIES, "quarkus\\.micrometer\\.export\\.prometheus\\.path=(\\S+)");
    }

    /** From the configuration interfaces, from application.properties, and what the program asks the system for. */
    private static Set<String> ownVariables() {
        Set<String> names = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.rendernode")) {
            if (type.isAnnotatedWith(ConfigMapping.class)) {
                String prefix = type.getAnnotationOfType(ConfigMapping.class).prefix();
                type.getMethods().forEach(method -> names.add(variable(prefix + "_" + method.getName())));
            }
        }
        finds(PROPERTIES, "\\$\\{([A-Z_]+)[:}]").forEach(names::add);
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                finds(text(file), "getenv\\(\"([A-Z_]+)\"\\)").forEach(names::add);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return names;
    }

    private static String variable(String property) {
        return property.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    }

    private static String find(String text, String pattern) {
        return finds(text, pattern).get(0);
    }

    private static List<String> finds(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.results().map((MatchResult result) -> result.group(1)).toList();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
