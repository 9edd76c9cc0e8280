package io.rendernode.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.blender.BlenderEvent.Failure;
import io.rendernode.blender.FailureKind;
import io.rendernode.process.ProcessExit;
import io.rendernode.store.Attempt;
import io.rendernode.store.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final List<Integer> SOME = List.of(3, 4, 5);

    private static Attempt.Result of(int status, Outcome cause, boolean breakRequested, Failure... failures) {
        return new Verdict(
                        ProcessExit.ofStatus(status),
                        cause,
                        breakRequested,
                        false,
                        Stream.of(failures).reduce(Failure::orMoreTelling),
                        Optional.empty(),
                        SOME)
                .result();
    }

    @Test
    void allFramesMakeAnAttemptCompleteHoweverBlenderEnded() {
        for (int status : new int[] {0, 1, 139, 143}) {
            Attempt.Result verdict = new Verdict(
                            ProcessExit.ofStatus(status),
                            Outcome.TIMEOUT,
                            true,
                            true,
                            Optional.of(new Failure(FailureKind.OTHER, "x")),
                            Optional.empty(),
                            List.of())
                    .result();
            assertThat(verdict.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(verdict.stopsJob()).isFalse();
        }
    }

    @Test
    void exitZeroIsNoProof() {
        Attempt.Result verdict = of(0, null, false);
        assertThat(verdict.outcome()).isEqualTo(Outcome.MISSING_FRAMES);
        assertThat(verdict.reason()).isEqualTo("Blender ended without frame 3 and 2 more rendered");
        assertThat(verdict.exitCode()).isZero();
        assertThat(verdict.signal()).isNull();
    }

    @Test
    void aPersonsSignalStopsTheJob() {
        assertThat(of(143, null, false).reason()).isEqualTo("stopped by SIGTERM");
        assertThat(of(130, null, false).reason()).isEqualTo("stopped by SIGINT");
        Attempt.Result caught = of(1, null, true);
        assertThat(caught.reason()).isEqualTo("stopped by SIGINT");
        assertThat(caught.stopsJob()).isTrue();
        assertThat(of(1, Outcome.CANCELED, true).stopsJob()).isFalse();
    }

    @Test
    void theNodesOwnStopIsNobodysElse() {
        assertThat(of(1, Outcome.DRAINED, true).outcome()).isEqualTo(Outcome.DRAINED);
        assertThat(of(137, Outcome.STALLED, false).outcome()).isEqualTo(Outcome.STALLED);
        assertThat(of(137, Outcome.TIMEOUT, false).outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(of(1, Outcome.CANCELED, true).outcome()).isEqualTo(Outcome.CANCELED);
    }

    @Test
    void sigkillIsMemoryOnlyWhenTheKernelSaysSo() {
        assertThat(of(137, null, false).outcome()).isEqualTo(Outcome.KILLED);
        Attempt.Result memory = new Verdict(
                        ProcessExit.ofStatus(137), null, false, true, Optional.empty(), Optional.empty(), SOME)
                .result();
        assertThat(memory.outcome()).isEqualTo(Outcome.OUT_OF_MEMORY);
    }

    @Test
    void anErrorThatNoTryCanMendCountsBeforeOthers() {
        Attempt.Result verdict = of(
                1,
                null,
                false,
                new Failure(FailureKind.OTHER, "some add-on"),
                new Failure(FailureKind.NO_CAMERA, "Cannot render, no camera"),
                new Failure(FailureKind.OTHER, "another"));
        assertThat(verdict.outcome()).isEqualTo(Outcome.BAD_SCENE);
        assertThat(verdict.reason()).isEqualTo("Cannot render, no camera");
        assertThat(verdict.outcome().isWorthAnotherTry()).isFalse();
    }

    @Test
    void aCrashIsNamed() {
        Attempt.Result verdict = of(139, null, false);
        assertThat(verdict.outcome()).isEqualTo(Outcome.CRASH);
        assertThat(verdict.signal()).isEqualTo("SIGSEGV");
        assertThat(verdict.exitCode()).isNull();
    }

    @Test
    void aFrameThatCouldNotBeTakenOverIsTheReason() {
        Attempt.Result verdict = new Verdict(
                        ProcessExit.ofStatus(0),
                        null,
                        false,
                        false,
                        Optional.empty(),
                        Optional.of(new Attempt.Result(
                                Outcome.DISK_FULL, "frame 3 cannot be moved into place: full", null, null)),
                        SOME)
                .result();
        assertThat(verdict.outcome()).isEqualTo(Outcome.DISK_FULL);
        assertThat(verdict.reason()).contains("frame 3");
    }

    @Test
    void finishedFramesThatWaitForTheirPlaceMakeItCountAsNoFailureWhateverEndedIt() {
        for (int status : new int[] {0, 1, 139, 137}) {
            for (Outcome cause : new Outcome[] {null, Outcome.TIMEOUT, Outcome.STALLED}) {
                Attempt.Result verdict = unplaced(status, cause);
                assertThat(verdict.outcome()).isEqualTo(Outcome.UNPLACED);
                assertThat(verdict.outcome().isFailure()).isFalse();
                assertThat(verdict.reason()).isEqualTo("frame 3 waits");
            }
        }
        assertThat(unplaced(1, Outcome.CANCELED).outcome()).isEqualTo(Outcome.CANCELED);
        assertThat(unplaced(1, Outcome.DRAINED).outcome()).isEqualTo(Outcome.DRAINED);
        assertThat(unplaced(143, null).reason()).isEqualTo("stopped by SIGTERM");
    }

    private static Attempt.Result unplaced(int status, Outcome cause) {
        return new Verdict(
                        ProcessExit.ofStatus(status),
                        cause,
                        false,
                        false,
                        Optional.of(new Failure(FailureKind.DISK_FULL, "x")),
                        Optional.of(new Attempt.Result(Outcome.UNPLACED, "frame 3 waits", null, null)),
                        SOME)
                .result();
    }
}
