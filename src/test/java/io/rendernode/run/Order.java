package io.rendernode.run;

import io.rendernode.FakeScene;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One job as its client knows it: what was asked for, under a key of its own, and what was answered. */
final class Order {
    private final String name;
    private final FakeScene scene;
    private final int from;
    private final int to;
    private final String body;
    private final String trouble;
    private final Set<Long> ids = new TreeSet<>();
    private boolean cancelAsked;
    private boolean cancelAnswered;
    private String end;

    /**
     * A job that is to be posted.
     *
     * @param name no other order's: also its key, its scene's and its output's folder
     * @param more further fields of the request, each after a comma
     * @param trouble what its Blender does wrong, in a word; empty where it does nothing wrong
     */
    Order(String name, FakeScene scene, int from, int to, String more, String trouble) {
        this.name = name;
        this.scene = scene;
        this.from = from;
        this.to = to;
        this.trouble = trouble;
        this.body = "{\"from\":" + from + ",\"to\":" + to + ",\"name\":\"" + name + "\",\"blend\":\"" + scene.blend()
                + "\",\"output\":\"" + name + "/f_####\"" + more + "}";
    }

    String name() {
        return name;
    }

    FakeScene scene() {
        return scene;
    }

    String body() {
        return body;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Whether no further try can mend it: it must fail. */
    boolean isHopeless() {
        return trouble.equals("no-camera");
    }

    /** The frames that make it complete. */
    Set<Integer> frames() {
        return IntStream.rangeClosed(from, to).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    /** A frame's final name, below the output folder. */
    String file(int frame) {
        return String.format("%s/f_%04d.png", name, frame);
    }

    /** The node has accepted it under that number. */
    void accepted(long id) {
        ids.add(id);
    }

    /** The numbers that were answered for it; there must never be two. */
    Set<Long> ids() {
        return ids;
    }

    boolean isAccepted() {
        return !ids.isEmpty();
    }

    /** Its number; it must have been accepted. */
    long id() {
        return ids.iterator().next();
    }

    /** A DELETE is on its way; whether it arrives is another matter. */
    void cancelAsked() {
        cancelAsked = true;
    }

    boolean isCancelAsked() {
        return cancelAsked;
    }

    /** A DELETE was answered with 204: the promise is given. */
    void cancelAnswered() {
        cancelAnswered = true;
    }

    /** The node has said that it ended so: a line. */
    void ended(String line) {
        end = line;
    }

    /** The line that said how it ended, or null while none did. */
    String end() {
        return end;
    }

    /** The states that it may end in. */
    List<String> mayEnd() {
        List<String> states = new ArrayList<>();
        states.add(isHopeless() ? "failed" : "completed");
        if (cancelAsked) {
            states.add("canceled");
        }
        return states;
    }

    @Override
    public String toString() {
        return name + " (job " + (ids.isEmpty() ? "not accepted" : ids) + ", " + from + ".." + to
                + (trouble.isEmpty() ? "" : ", " + trouble) + (cancelAnswered ? ", canceled" : "") + ")";
    }
}
