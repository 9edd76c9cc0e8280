package io.rendernode.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.rendernode.FakeScene;
import io.rendernode.image.ImageCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What the store and the output folder must say of a job that is completed, whatever befell the nodes. */
final class Ledger {
    /**
     * A node reads the store's clock over the network and takes an answer that came within a second: what two of them
     * call the same moment may be that far apart.
     */
    private static final Duration CLOCKS_APART = Duration.ofSeconds(1);

    private final Postgres postgres;
    private final Path output;
    private final List<FleetNode> nodes;

    Ledger(Postgres postgres, Path output, List<FleetNode> nodes) {
        this.postgres = postgres;
        this.output = output;
        this.nodes = nodes;
    }

    /** An attempt as the store has it; {@code ended} and {@code outcome} are null while it runs. */
    record AttemptRow(
            int task,
            int number,
            String node,
            long pid,
            String outcome,
            String reason,
            Instant started,
            Instant ended) {
        static AttemptRow of(ResultSet row) throws SQLException {
            long ended = row.getLong("ended_at");
            return new AttemptRow(
                    row.getInt("position"),
                    row.getInt("number"),
                    row.getString("node"),
                    row.getLong("pid"),
                    row.getString("outcome"),
                    row.getString("reason"),
                    Instant.ofEpochMilli(row.getLong("started_at")),
                    ended == 0 ? null : Instant.ofEpochMilli(ended));
        }
    }

    private record FrameRow(
            int number,
            int task,
            int attempt,
            String path,
            long size,
            long modifiedMicros,
            long inode,
            Instant stored) {
        static FrameRow of(ResultSet row) throws SQLException {
            return new FrameRow(
                    row.getInt("number"),
                    row.getInt("position"),
                    row.getInt("attempt"),
                    row.getString("path"),
                    row.getLong("size_bytes"),
                    row.getLong("modified_at"),
                    row.getLong("inode"),
                    Instant.ofEpochMilli(row.getLong("stored_at")));
        }
    }

    /** The job's attempts, by task and number. */
    List<AttemptRow> attempts(long job) throws SQLException {
        return postgres.list("SELECT * FROM attempt WHERE job_id = ? ORDER BY position, number", AttemptRow::of, job);
    }

    /** Checks all of one job: its frames 1 to {@code last}, their files, and the attempts that made them. */
    void check(long job, int last, FakeScene scene) throws Exception {
        assertThat(postgres.list("SELECT state FROM job WHERE id = ?", row -> row.getString(1), job))
                .as("state of job %d", job)
                .containsExactly("completed");
        List<AttemptRow> attempts = attempts(job);
        checkAttempts(job, attempts);
        List<FrameRow> frames =
                postgres.list("SELECT * FROM frame WHERE job_id = ? ORDER BY number", FrameRow::of, job);
        assertThat(frames.stream().map(FrameRow::number))
                .as("frames on record of job %d", job)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, last).boxed().toList());
        Set<String> begun = new HashSet<>(scene.begunFrames());
        for (FrameRow frame : frames) {
            checkFile(job, frame);
            checkOwner(job, frame, attempts, begun);
        }
    }

    private void checkFile(long job, FrameRow frame) throws Exception {
        Path file = output.resolve(frame.path());
        assertThatCode(() -> ImageCheck.check(file))
                .as("%s of job %d", frame.path(), job)
                .doesNotThrowAnyException();
        Map<String, Object> facts = Files.readAttributes(file, "unix:ino,size,lastModifiedTime");
        long micros = ((FileTime) facts.get("lastModifiedTime")).to(TimeUnit.MICROSECONDS);
        assertThat(List.of(facts.get("size"), micros, facts.get("ino")))
                .as("size, time and inode of %s of job %d, which is recorded as %s", frame.path(), job, frame)
                .isEqualTo(List.of(frame.size(), frame.modifiedMicros(), frame.inode()));
    }

    /** The frame was rendered by the attempt that it is recorded for, and stored before the task had another owner. */
    private static void checkOwner(long job, FrameRow frame, List<AttemptRow> attempts, Set<String> begun) {
        AttemptRow owner = find(attempts, frame.task(), frame.attempt());
        assertThat(owner).as("the attempt of frame %s of job %d", frame, job).isNotNull();
        assertThat(begun)
                .as("what was begun of job %d, by pid; frame %s is recorded for %s", job, frame, owner)
                .contains(owner.pid() + " " + frame.number());
        assertThat(frame.stored())
                .as("frame %s of job %d, stored before its attempt began", frame, job)
                .isAfterOrEqualTo(owner.started().minus(CLOCKS_APART));
        assertThat(!isAfter(frame.stored(), owner.ended()) || isTakenOver(frame, owner, attempts))
                .as("job %d: %s was recorded for a former owner of the task, %s, of %s", job, frame, owner, attempts)
                .isTrue();
    }

    /** A node that claims a task anew takes over what it had written before: nobody has the task then, and it is next. */
    private static boolean isTakenOver(FrameRow frame, AttemptRow owner, List<AttemptRow> attempts) {
        List<AttemptRow> ofTask = attempts.stream()
                .filter(attempt -> attempt.task() == frame.task())
                .toList();
        boolean nobodyHasIt = ofTask.stream()
                .filter(attempt -> isAfter(frame.stored(), attempt.started()))
                .noneMatch(attempt -> isAfter(attempt.ended(), frame.stored()));
        return nobodyHasIt
                && ofTask.stream()
                        .filter(attempt -> !attempt.started().isBefore(frame.stored()))
                        .limit(1)
                        .allMatch(next -> next.node().equals(owner.node()));
    }

    private static boolean isAfter(Instant moment, Instant other) {
        return moment.isAfter(other.plus(CLOCKS_APART));
    }

    private void checkAttempts(long job, List<AttemptRow> attempts) {
        for (AttemptRow attempt : attempts) {
            assertThat(attempt.outcome())
                    .as("the end of %s of job %d", attempt, job)
                    .isIn("completed", "drained", "cut_off", "node_lost");
            if (attempt.outcome().equals("node_lost")) {
                assertThat(diedWith(attempt))
                        .as("%s of job %d counts, although its node was not killed", attempt, job)
                        .isTrue();
            }
            AttemptRow next = find(attempts, attempt.task(), attempt.number() + 1);
            if (next != null) {
                assertThat(next.started())
                        .as("%s of job %d began before %s had ended", next, job, attempt)
                        .isAfterOrEqualTo(attempt.ended().minus(CLOCKS_APART));
            }
        }
    }

    private boolean diedWith(AttemptRow attempt) {
        FleetNode node = nodes.stream()
                .filter(candidate -> candidate.name().equals(attempt.node()))
                .findFirst()
                .orElseThrow();
        return node.lives().stream()
                .filter(life -> !life.from().isAfter(attempt.started()))
                .reduce((earlier, later) -> later)
                .orElseThrow()
                .killed();
    }

    /** How often attempts of these jobs ended in which way. */
    Map<String, Integer> outcomes(List<Long> jobs) throws SQLException {
        Map<String, Integer> outcomes = new HashMap<>();
        for (long job : jobs) {
            attempts(job).forEach(attempt -> outcomes.merge(String.valueOf(attempt.outcome()), 1, Integer::sum));
        }
        return outcomes;
    }

    private static AttemptRow find(List<AttemptRow> attempts, int task, int number) {
        return attempts.stream()
                .filter(attempt -> attempt.task() == task && attempt.number() == number)
                .findFirst()
                .orElse(null);
    }
}
