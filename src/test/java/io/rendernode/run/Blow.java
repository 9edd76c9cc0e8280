package io.rendernode.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What can happen, and how often it does. */
enum Blow {
    KILL_NODE(9),
    KILL_NODE_AND_LEAVE_AN_ORPHAN(5),
    KILL_NODE_IN_MID_POST(5),
    KILL_NODE_AND_CANCEL_AT_ONCE(3),
    KILL_NODE_AND_AGAIN_IN_ITS_START(4),
    DRAIN(3),
    CUT_DRAIN(2),
    KILL_BLENDER(26),
    CRASH_BLENDER(18),
    STOP_BLENDER(8),
    FILL_DISK(14),
    CANCEL(24),
    CANCEL_TWICE(10),
    POST(45),
    POST_AGAIN(20),
    LOOK_AT_HELD(12);

    private final int times;

    Blow(int times) {
        this.times = times;
    }

    /** All that happens, in an order that the random numbers give. */
    static List<Blow> deck(Random random) {
        List<Blow> deck = new ArrayList<>();
        for (Blow blow : values()) {
            deck.addAll(Collections.nCopies(blow.times, blow));
        }
        Collections.shuffle(deck, random);
        return deck;
    }
}
