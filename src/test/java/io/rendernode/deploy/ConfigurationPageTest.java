package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of variables say what the program reads, all of it, with the defaults that it has. */
class ConfigurationPageTest {
    private static final Pattern VARIABLE = Pattern.compile("`([A-Z][A-Z_]+)`");
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([A-Z_]+):?(.*)}");

    /** What the README says in words, since its table has a place for one. */
    private static final String NO_DEVICE = "the CPU";

    @Test
    void hasEveryPropertyAndItsDefault() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        settings(Page.CONFIGURATION)
                .filter(row -> row.get(1).startsWith("`render."))
                .forEach(row -> documented.put(plain(row.get(1)), plain(row.get(2))));
        assertThat(documented).isEqualTo(properties());
    }

    @Test
    void hasEveryVariableThatOnePropertyStandsFor() throws IOException {
        Map<String, String> variables = settings(Page.CONFIGURATION)
                .filter(row -> row.get(1).startsWith("`render."))
                .collect(Collectors.toMap(row -> plain(row.get(1)), row -> plain(row.get(0))));
        Properties application = application();
        for (Map.Entry<String, String> each : variables.entrySet()) {
            Matcher expression = EXPRESSION.matcher(application.getProperty(each.getKey(), ""));
            String own = each.getKey().replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
            assertThat(each.getValue()).isEqualTo(expression.matches() ? expression.group(1) : own);
        }
    }

    @Test
    void namesNoVariableThatNobodyReads() {
        assertThat(Stream.of(Page.CONFIGURATION, Page.README)
                        .flatMap(ConfigurationPageTest::settings)
                        .map(row -> plain(row.get(0))))
                .isNotEmpty()
                .allMatch(KubernetesProgram::reads);
    }

    @Test
    void theReadmeAgreesWithIt() {
        Map<String, String> defaults = settings(Page.CONFIGURATION)
                .collect(Collectors.toMap(row -> plain(row.get(0)), row -> plain(row.get(2))));
        assertThat(settings(Page.README))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(plain(row.get(1)).replace(NO_DEVICE, ""))
                        .as(row.get(0))
                        .isEqualTo(defaults.get(plain(row.get(0)))));
    }

    /** The rows that begin with a variable. */
    private static Stream<List<String>> settings(Page page) {
        return page.rows().stream().filter(row -> VARIABLE.matcher(row.get(0)).matches() && row.size() > 2);
    }

    private static String plain(String cell) {
        return cell.replace("`", "");
    }

    /** Each property of the configuration interfaces, with its default, empty where it has none. */
    private static Map<String, String> properties() throws IOException {
        Properties application = application();
        Map<String, String> properties = new TreeMap<>();
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.rendernode").stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .forEach(type -> type.getMethods()
                                .forEach(method -> properties.put(
                                        property(method),
                                        defaultOf(method, application.getProperty(property(method))))));
        return properties;
    }

    private static String property(JavaMethod method) {
        String prefix =
                method.getOwner().getAnnotationOfType(ConfigMapping.class).prefix();
        return prefix + "."
                + method.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static String defaultOf(JavaMethod method, String inApplication) {
        if (inApplication != null) {
            Matcher expression = EXPRESSION.matcher(inApplication);
            String value = expression.matches() ? expression.group(2) : inApplication;
            return value.replace("${render.data-dir}", "DATA_DIR");
        }
        return method.tryGetAnnotationOfType(WithDefault.class)
                .map(WithDefault::value)
                .orElse("");
    }

    private static Properties application() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(reader);
        }
        return properties;
    }
}
