package io.rendernode.job;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.store.Attempt;
import io.rendernode.store.Job;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a job is.
 *
 * @param framesDone frames that count
 * @param framesTotal all of its frames
 * @param progress 0 to 1, with what is done of the frames under way
 * @param remainingSeconds an estimate, or null while there is none
 * @param frame the smallest frame under way, or null
 */
@RegisterForReflection
record JobProgress(int framesDone, int framesTotal, double progress, Double remainingSeconds, Integer frame) {

    /**
     * How far the job is.
     *
     * @param running its attempts that run now
     * @param secondsPerFrame how long its frames took on average, where known
     */
    static JobProgress of(Job job, List<Attempt> running, Optional<Double> secondsPerFrame) {
        int total = job.frames().count();
        double underWay = running.stream()
                .mapToDouble(attempt -> attempt.progress().frameProgress())
                .sum();
        double done = Math.min(total, job.framesDone() + underWay);
        Double remaining = job.state().isFinal() || running.isEmpty()
                ? null
                : secondsPerFrame
                        .map(seconds -> round(seconds * (total - done) / running.size()))
                        .orElseGet(() -> lastFrames(job, total, running));
        Integer frame = running.stream()
                .map(attempt -> attempt.progress().frame())
                .filter(Objects::nonNull)
                .min(Integer::compare)
                .orElse(null);
        return new JobProgress(job.framesDone(), total, round(done / total), remaining, frame);
    }

    /** What Blender says of the frames under way, where no others are left. */
    private static Double lastFrames(Job job, int total, List<Attempt> running) {
        boolean othersLeft = total - job.framesDone() > running.size();
        return othersLeft
                ? null
                : running.stream()
                        .map(attempt -> attempt.progress().secondsLeft())
                        .filter(Objects::nonNull)
                        .max(Double::compare)
                        .orElse(null);
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
