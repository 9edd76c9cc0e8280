package io.rendernode.blender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameArgumentsTest {

    @Test
    void framesInARowAreARangeWithStepOne() {
        assertThat(FrameArguments.of(List.of(3, 4, 5))).containsExactly("-s", "3", "-e", "5", "-j", "1", "-a");
    }

    @Test
    void oneFrameIsARange() {
        assertThat(FrameArguments.of(List.of(0))).containsExactly("-s", "0", "-e", "0", "-j", "1", "-a");
    }

    @Test
    void framesWithGapsAreAList() {
        assertThat(FrameArguments.of(List.of(2, 4, 5, 6, 9))).containsExactly("-f", "2,4..6,9");
    }

    @Test
    void manyGapsStayBelowWhatOneArgumentMayHold() {
        List<Integer> frames =
                IntStream.range(0, 50_000).map(i -> 900_000 + 2 * i).boxed().toList();

        List<String> arguments = FrameArguments.of(frames);

        assertThat(arguments)
                .hasSizeGreaterThan(2)
                .allSatisfy(argument -> assertThat(argument).hasSizeLessThan(128 * 1024));
        assertThat(rendered(arguments)).isEqualTo(frames);
    }

    @Test
    void moreGapsThanOneCommandHoldsAreRefused() {
        List<Integer> frames =
                IntStream.range(0, 300_000).map(i -> 2 * i).boxed().toList();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameArguments.of(frames))
                .withMessageContaining("too scattered");
    }

    @Test
    void framesThatBlenderReadsAsOthersAreRefused() {
        for (List<Integer> frames :
                List.of(List.<Integer>of(), List.of(-1), List.of(2, 1), List.of(1, 1), List.of(1_048_575))) {
            assertThatIllegalArgumentException().as(frames.toString()).isThrownBy(() -> FrameArguments.of(frames));
        }
    }

    @Property
    void exactlyTheFramesAskedForAreRendered(
            @ForAll @Size(min = 1, max = 40) Set<@IntRange(max = 60) Integer> frames,
            @ForAll @IntRange(min = 1, max = 50) int listLimit) {
        List<Integer> sorted = List.copyOf(new TreeSet<>(frames));

        assertThat(rendered(FrameArguments.of(sorted, listLimit))).isEqualTo(sorted);
    }

    /** Reads the arguments as Blender's manual describes them. */
    private static List<Integer> rendered(List<String> arguments) {
        if (arguments.get(0).equals("-s")) {
            int first = Integer.parseInt(arguments.get(1));
            int last = Integer.parseInt(arguments.get(3));
            return IntStream.rangeClosed(first, last).boxed().toList();
        }
        List<Integer> frames = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            assertThat(arguments.get(i)).isEqualTo("-f");
            for (String run : arguments.get(i + 1).split(",", -1)) {
                String[] ends = run.split("\\.\\.", -1);
                IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                        .forEach(frames::add);
            }
        }
        return frames;
    }
}
