package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts that a user calls, where no terminal reads what they say. */
class ScriptTest {
    private static final String ESCAPE = "\u001b";

    /** All scripts call Maven by it. */
    @Test
    void mavenWritesNoEscapeCodesIntoAPipe() throws IOException, InterruptedException {
        assertThat(output("./mvnw", "-B", "-v")).contains("Maven").doesNotContain(ESCAPE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bench.sh", "demo.sh", "fleet.sh", "setup.sh", "test.sh", "image/check-native.sh"})
    void saysHowItIsUsed(String script) throws IOException, InterruptedException {
        assertThat(output(Path.of("deploy", script).toString(), "--help"))
                .contains("Usage: deploy/" + script)
                .doesNotContain(ESCAPE);
    }

    /** What a script says in all, to its good end. */
    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
