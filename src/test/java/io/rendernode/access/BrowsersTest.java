package io.rendernode.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page's files do what its policy allows, and no more. */
class BrowsersTest {
    private static final Path FILES = Path.of("src/main/resources/META-INF/resources");
    private static final Pattern SCRIPT = Pattern.compile("<script([^>]*)>(.*?)</script>", Pattern.DOTALL);

    /** What makes markup, code or looks of text: what comes from a job is text, and stays so. */
    private static final Pattern UNSAFE = Pattern.compile(
            "innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|document\\.write|eval\\(|new Function|\\bstyle=");

    private static final Pattern ELSEWHERE = Pattern.compile("(?:https?:)?//[a-z0-9.-]+\\.[a-z]");

    @Test
    void theOnlyScriptInTheMarkupIsTheImportMapWhoseHashThePolicyNames() throws Exception {
        List<String> inline = SCRIPT.matcher(Files.readString(FILES.resolve("index.html")))
                .results()
                .filter(script -> !script.group(1).contains(" src="))
                .map(script -> script.group(2))
                .toList();
        assertThat(inline).hasSize(1);
        assertThat(Browsers.IMPORT_MAP).isEqualTo("sha256-" + sha256(inline.get(0)));
        assertThat(Browsers.PAGE).contains("'" + Browsers.IMPORT_MAP + "'").doesNotContain("unsafe");
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void noFileMakesMarkupOfTextOrNamesAnotherSite() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file).replace("http://www.w3.org/2000/svg", "");
                assertThat(text)
                        .as(file.toString())
                        .doesNotContainPattern(UNSAFE)
                        .doesNotContainPattern(ELSEWHERE);
            }
        }
    }

    @Test
    void eachModuleIsSmall() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThan(200);
            }
        }
    }

    @Test
    void whatAModuleImportsIsThere() throws IOException {
        Pattern imports = Pattern.compile("import [^;]*?'(\\./[^']+)'");
        try (Stream<Path> files = Files.walk(FILES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".js")).toList()) {
                Matcher imported = imports.matcher(Files.readString(file));
                while (imported.find()) {
                    assertThat(file.resolveSibling(imported.group(1)).normalize())
                            .exists();
                }
            }
        }
    }
}
