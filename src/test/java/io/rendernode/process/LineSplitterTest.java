package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
    @Property(tries = 500)
    void linesAreTheSameHoweverTheyArrive(@ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 9) int chunk) {
        List<String> expected = new ArrayList<>(Arrays.asList(text.split("\r\n|\n|\r", -1)));
        if (expected.get(expected.size() - 1).isEmpty()) {
            expected.remove(expected.size() - 1);
        }

        assertThat(split(text.getBytes(StandardCharsets.UTF_8), chunk)).isEqualTo(expected);
    }

    @Property(tries = 500)
    void noBytesBreakIt(@ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 9) int chunk) {
        assertThat(split(bytes, chunk))
                .isEqualTo(split(bytes, Math.max(1, bytes.length)))
                .noneMatch(line -> line.contains("\0") || line.contains("\n") || line.contains("\r"));
    }

    @Property(tries = 200)
    void aCutGoesThroughNoCharacter(@ForAll @IntRange(max = 8) int shift) {
        String text = "x".repeat(shift) + "é漢🐒".repeat(9000);
        byte[] bytes = (text + "\nnext\n").getBytes(StandardCharsets.UTF_8);

        List<String> lines = split(bytes, 1000);

        assertThat(lines).hasSize(2).endsWith("next");
        String[] keptAndMissing = lines.get(0).split(" … ", -1);
        assertThat(text).startsWith(keptAndMissing[0]);
        int kept = keptAndMissing[0].getBytes(StandardCharsets.UTF_8).length;
        assertThat(kept).isBetween(LineSplitter.MAX_LINE_BYTES - 3, LineSplitter.MAX_LINE_BYTES);
        int missing = text.getBytes(StandardCharsets.UTF_8).length - kept;
        assertThat(keptAndMissing[1]).isEqualTo(missing + " bytes of this line left out");
    }

    @Test
    void theLongestLineIsWhole() {
        String longest = "x".repeat(LineSplitter.MAX_LINE_BYTES);

        assertThat(split((longest + "\n").getBytes(StandardCharsets.UTF_8), 777))
                .containsExactly(longest);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars('a', 'é', '漢', '\n', '\r', ' ').ofMaxLength(40);
    }

    private static List<String> split(byte[] bytes, int chunk) {
        List<String> lines = new ArrayList<>();
        LineSplitter splitter = new LineSplitter(lines::add);
        for (int from = 0; from < bytes.length; from += chunk) {
            byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + chunk));
            splitter.accept(part, part.length);
        }
        splitter.end();
        return lines;
    }
}
