package io.rendernode.blender;

import io.rendernode.store.FrameList;
import java.util.ArrayList;
import java.util.List;

/** Frames as Blender's command line takes them: a range by -s, -e and -a, one with gaps by -f. */
final class FrameArguments {
    /** Half of what Linux takes in one argument (MAX_ARG_STRLEN, 128 KiB). */
    private static final int LIST_LIMIT = 64 * 1024;

    /** Linux takes 2 MiB of arguments and environment where the stack is 8 MiB: this leaves room for the rest. */
    private static final int TOTAL_LIMIT = 1536 * 1024;

    private FrameArguments() {}

    /**
     * Answers the arguments that render these frames and no other.
     *
     * @param frames ascending, without doubles, each from 0 to {@link FrameList#LARGEST_FRAME}
     * @throws IllegalArgumentException if they are not, if there are none, or if they are too scattered for one command
     */
    static List<String> of(List<Integer> frames) {
        return of(frames, LIST_LIMIT);
    }

    static List<String> of(List<Integer> frames, int listLimit) {
        check(frames);
        int first = frames.get(0);
        int last = frames.get(frames.size() - 1);
        if (last - first == frames.size() - 1) {
            // A scene's own step would leave frames out.
            return List.of("-s", String.valueOf(first), "-e", String.valueOf(last), "-j", "1", "-a");
        }
        return lists(frames, listLimit);
    }

    private static void check(List<Integer> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("no frames to render");
        }
        int previous = -1;
        for (int frame : frames) {
            if (frame <= previous || frame > FrameList.LARGEST_FRAME) {
                throw new IllegalArgumentException("frames must ascend from 0 to " + FrameList.LARGEST_FRAME + ", but "
                        + frame + " follows " + previous);
            }
            previous = frame;
        }
    }

    /** The first and the last frame of each run without a gap; of no frames none. */
    static List<List<Integer>> runs(List<Integer> frames) {
        List<List<Integer>> runs = new ArrayList<>();
        for (int from = 0; from < frames.size(); ) {
            int to = from;
            while (to + 1 < frames.size() && frames.get(to + 1) == frames.get(to) + 1) {
                to++;
            }
            runs.add(List.of(frames.get(from), frames.get(to)));
            from = to + 1;
        }
        return runs;
    }

    private static List<String> lists(List<Integer> frames, int listLimit) {
        List<String> arguments = new ArrayList<>();
        StringBuilder list = new StringBuilder();
        int total = 0;
        for (List<Integer> ends : runs(frames)) {
            int first = ends.get(0);
            int last = ends.get(1);
            String run = first + (last == first ? "" : ".." + last);
            if (!list.isEmpty() && list.length() + 1 + run.length() > listLimit) {
                arguments.addAll(List.of("-f", list.toString()));
                list.setLength(0);
            }
            list.append(list.isEmpty() ? "" : ",").append(run);
            total += run.length() + 1;
        }
        if (total > TOTAL_LIMIT) {
            throw new IllegalArgumentException("frames too scattered for one command, split them into smaller chunks");
        }
        arguments.addAll(List.of("-f", list.toString()));
        return arguments;
    }
}
