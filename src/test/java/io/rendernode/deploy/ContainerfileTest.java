package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The images agree with the program that they hold: its variables, port, folders, files. */
class ContainerfileTest {
    private static final Path DEPLOY = Path.of("deploy");
    private static final Pattern DEFAULT = Pattern.compile("\\$\\{([A-Z_]+):(.*)}");

    /** Variables that others than the node read: the system, the start script. */
    private static final Set<String> NOT_THE_NODES = Set.of("LANG", "HOME", "TMPDIR", "JAVA_OPTIONS");

    private Containerfile containerfile;

    @BeforeEach
    void read() throws IOException {
        containerfile = new Containerfile(DEPLOY.resolve("Containerfile"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native"})
    void setsOnlyVariablesThatAreRead(String target) throws IOException {
        assertThat(containerfile.variables(target).keySet())
                .allMatch(variable -> NOT_THE_NODES.contains(variable) || KubernetesProgram.reads(variable))
                .contains("HOME", "TMPDIR", "DATA_DIR", "OUTPUT_DIR", "BLEND_FILE_PATH", "PORT");
        assertThat(Files.readString(DEPLOY.resolve("image/start"))).contains("JAVA_OPTIONS");
    }

    /** A scene's view suffixes, names and folders may hold any character, and so do the files that come of them. */
    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native", "native-build"})
    void knowsFileNamesInUtf8(String stage) {
        assertThat(containerfile.variables(stage))
                .containsEntry("LANG", "C.UTF-8")
                .doesNotContainKeys("LC_ALL", "LC_CTYPE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/start", "image/train", "compose.yaml"})
    void whatStartsItLeavesItsLanguageAlone(String file) throws IOException {
        assertThat(Files.readString(DEPLOY.resolve(file))).doesNotContainPattern("\\b(LANG|LC_[A-Z]+|LANGUAGE)\\b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native"})
    void servesTheProgramsPort(String target) throws IOException {
        String port = defaults().get("PORT");
        assertThat(containerfile.variables(target)).containsEntry("PORT", port);
        assertThat(containerfile.instructions(target, "EXPOSE")).containsExactly(port);
        assertThat(Files.readString(DEPLOY.resolve("image/healthy"))).contains("${PORT:-" + port + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native"})
    void runsAsAUserOfItsOwnWhoMayWriteWhereTheNodeWrites(String target) {
        assertThat(containerfile.instructions(target, "USER")).containsExactly("10001:0");
        String folders = containerfile.instructions(target, "RUN").stream()
                .filter(line -> line.contains("install -d -o 10001 -g 0 -m 2775"))
                .findFirst()
                .orElseThrow();
        Map<String, String> variables = containerfile.variables(target);
        List<String> words = List.of(folders.split(" "));
        assertThat(words)
                .contains(variables.get("DATA_DIR"), variables.get("OUTPUT_DIR"), variables.get("HOME"), "/scenes");
        assertThat(containerfile.instructions(target, "VOLUME"))
                .containsExactly("[\"/data\", \"/output\", \"/scenes\", \"/sent\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native"})
    void stopsAndReapsAsTheProgramExpects(String target) {
        assertThat(containerfile.instructions(target, "STOPSIGNAL")).containsExactly("SIGTERM");
        assertThat(containerfile.instructions(target, "ENTRYPOINT"))
                .containsExactly("[\"/usr/bin/tini\", \"--\", \"/app/start\"]");
        assertThat(containerfile.instructions(target, "HEALTHCHECK").get(0)).endsWith("CMD [\"/app/healthy\"]");
        assertThat(containerfile.instructions(target, "LABEL").get(0))
                .contains("org.opencontainers.image.title", "org.opencontainers.image.version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native"})
    void holdsTheDemoScene(String target) {
        assertThat(containerfile.instructions(target, "COPY")).contains("blend/files blend/files");
        Path scene = Path.of(containerfile.variables(target).get("BLEND_FILE_PATH"));
        assertThat(Path.of("").resolve(Path.of("/app").relativize(scene))).isRegularFile();
    }

    @Test
    void copiesOnlyWhatTheContextHolds() throws IOException {
        List<String> context = Files.readAllLines(Path.of(".dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        List<String> copied = containerfile.parents().keySet().stream()
                .flatMap(stage -> containerfile.instructions(stage, "COPY").stream())
                .filter(line -> !line.startsWith("--from="))
                .flatMap(line -> {
                    List<String> words = List.of(line.split(" "));
                    return words.subList(0, words.size() - 1).stream();
                })
                .distinct()
                .toList();
        assertThat(copied).isNotEmpty().allSatisfy(file -> {
            assertThat(Path.of(file)).exists();
            assertThat(context).anySatisfy(kept -> assertThat(Path.of(file)).startsWithRaw(Path.of(kept)));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "healthy", "train", "check-native.sh"})
    void itsScriptsMayBeRun(String script) {
        assertThat(DEPLOY.resolve("image").resolve(script)).isExecutable();
    }

    /** The program's own variables, from its properties, with their defaults. */
    private static Map<String, String> defaults() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(reader);
        }
        return properties.values().stream()
                .map(value -> DEFAULT.matcher(value.toString()))
                .filter(Matcher::matches)
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2), (one, other) -> one));
    }
}
