package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    @Property
    void theChunksOfARangeAreTheRange(
            @ForAll @IntRange(max = 5000) int first,
            @ForAll @IntRange(max = 3000) int more,
            @ForAll @IntRange(max = 400) int chunk) {
        FrameList range = FrameList.range(first, first + more);
        List<FrameList> pieces = range.split(chunk);
        List<Integer> frames = new ArrayList<>();
        for (FrameList piece : pieces) {
            assertThat(piece.count()).isLessThanOrEqualTo(chunk == 0 ? range.count() : chunk);
            piece.numbers().forEach(frames::add);
        }
        assertThat(frames).hasSize(range.count()).isSorted().doesNotHaveDuplicates();
        assertThat(frames.get(0)).isEqualTo(range.first());
    }

    @Property
    void framesComeBackAsTheyWereWritten(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = -40, max = 200) Integer> wanted,
            @ForAll @IntRange(max = 7) int chunk) {
        String text = wanted.stream().map(String::valueOf).collect(Collectors.joining(","));
        List<Integer> sorted = wanted.stream().sorted().distinct().toList();
        FrameList frames = FrameList.parse(text, 60);

        assertThat(frames.numbers().boxed()).isEqualTo(sorted);
        assertThat(frames.count()).isEqualTo(sorted.size());
        assertThat(FrameList.parse(frames.toString(), 60)).isEqualTo(frames);
        assertThat(frames.split(chunk).stream().flatMap(piece -> piece.numbers().boxed()))
                .isEqualTo(sorted);
        for (int frame = -41; frame <= 201; frame++) {
            assertThat(frames.contains(frame)).isEqualTo(sorted.contains(frame));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1-10,15,20-40x5 | 1-10,15-40x5 | 16",
                "5 | 5 | 1",
                "-5--3,0 | -5--3,0 | 4",
                " 3 - 1x2 | must ascend: 1 is before 3 |",
                "20-43x5,11 | 11,20-40x5 | 6",
                "3,1,2,2 | 1-3 | 3",
                "1-3,2-5,6 | 1-6 | 6",
                "1,3 | 1,3 | 2",
                "1-4x3 | 1-4x3 | 2",
                "1-101 | has more than 100 frames |",
                "1-99999999 | must be -1048574 to 1048574, not 99999999 |",
                "1-5x0 | must have steps of at least 1, not 0 |",
                "1,,2 | must be frames such as 1-10,15,20-40x5, not '' |",
                "1..5 | must be frames such as 1-10,15,20-40x5, not '1..5' |"
            })
    void framesAreWrittenAsFarmsDo(String text, String canonical, Integer count) {
        if (count == null) {
            assertThatThrownBy(() -> FrameList.parse(text, 100))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(canonical);
        } else {
            assertThat(FrameList.parse(text, 100)).hasToString(canonical);
            assertThat(FrameList.parse(text, 100).count()).isEqualTo(count);
        }
    }

    @Test
    void aRangeThatIsNoneIsRefused() {
        assertThatThrownBy(() -> FrameList.range(3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FrameList.range(0, FrameList.LARGEST_FRAME + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void aTasksNameInTheQueueTellsTheTaskAndSortsByPosition(
            @ForAll @IntRange int job, @ForAll @IntRange(max = 9_999_998) int position) {
        TaskId task = new TaskId(job, position);
        assertThat(TaskId.of(task.instance())).isEqualTo(task);
        assertThat(new TaskId(job, position + 1).instance()).isGreaterThan(task.instance());
    }

    @Test
    void namesHaveTheSameDigitsInEachCountry() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(String.format("%d", 7)).as("what this country writes").isEqualTo("\u0667");
            assertThat(new TaskId(123, 7).instance()).isEqualTo("123-0000007");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void nothingFollowsAFinalState() {
        for (State state : State.values()) {
            assertThat(State.of(state.label())).isEqualTo(state);
            for (State next : State.values()) {
                assertThat(state.isFinal() && state.mayBecome(next)).isFalse();
            }
        }
        assertThat(State.QUEUED.mayFollow()).isEqualTo("state IN ('running')");
        assertThat(State.RUNNING.mayFollow()).isEqualTo("state IN ('queued')");
        assertThat(State.FAILED.mayFollow()).isEqualTo("state IN ('queued', 'running')");
    }

    @Test
    void anOutcomeIsFoundByItsLabel() {
        for (Outcome outcome : Outcome.values()) {
            assertThat(Outcome.of(outcome.label())).isEqualTo(outcome);
        }
    }
}
