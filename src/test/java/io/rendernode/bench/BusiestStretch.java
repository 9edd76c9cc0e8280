package io.rendernode.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How many processors one Blender keeps busy while it renders, whatever it does before and after: its threads'
 * processor time over wall time in the two seconds in which that is most, or in all its time if it is shorter. Linux
 * counts the former in hundredths of a second.
 */
final class BusiestStretch implements RenderWay.Watch {
    private static final long STRETCH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final List<Sample> samples = new ArrayList<>();

    /** Seconds of processor time used by a moment of {@link System#nanoTime}. */
    private record Sample(long at, double used) {

        double processors(Sample earlier) {
            return (used - earlier.used) * 1e9 / (at - earlier.at);
        }
    }

    @Override
    public void look(List<Long> blenders) {
        Usage.processorSeconds(blenders.get(0)).ifPresent(used -> samples.add(new Sample(System.nanoTime(), used)));
    }

    /** Processors that were busy, from 0 to the threads' number. */
    double processors() {
        Sample last = samples.get(samples.size() - 1);
        double most = 0;
        int earlier = 0;
        for (Sample sample : samples) {
            while (sample.at - samples.get(earlier + 1).at >= STRETCH_NANOS) {
                earlier++;
            }
            if (sample.at - samples.get(earlier).at >= STRETCH_NANOS) {
                most = Math.max(most, sample.processors(samples.get(earlier)));
            }
        }
        return most > 0 ? most : last.processors(samples.get(0));
    }
}
