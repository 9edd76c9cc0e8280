package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WordsTest {

    @Property
    void theChunksOfARangeAreTheRange(
            @ForAll @IntRange(max = 5000) int first,
            @ForAll @IntRange(max = 3000) int more,
            @ForAll @IntRange(max = 400) int chunk) {
        FrameRange range = new FrameRange(first, first + more);
        List<FrameRange> pieces = range.split(chunk);
        List<Integer> frames = new ArrayList<>();
        for (FrameRange piece : pieces) {
            assertThat(piece.count()).isLessThanOrEqualTo(chunk == 0 ? range.count() : chunk);
            for (int frame = piece.first(); frame <= piece.last(); frame++) {
                frames.add(frame);
            }
        }
        assertThat(frames).hasSize(range.count()).isSorted().doesNotHaveDuplicates();
        assertThat(frames.get(0)).isEqualTo(range.first());
    }

    @Test
    void aRangeThatIsNoneIsRefused() {
        assertThatThrownBy(() -> new FrameRange(-1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FrameRange(3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FrameRange(0, FrameRange.LARGEST_FRAME + 1))
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
