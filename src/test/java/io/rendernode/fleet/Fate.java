package io.rendernode.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.run.Journal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What befalls one node: blows in an order and at moments that a seed gives. The node lives afterwards. */
final class Fate {
    /** What can happen: each once, the first two twice. */
    private enum Blow {
        KILL,
        /** The whole node stands still for longer than its lease, while its Blenders render on. */
        STAND_STILL,
        STOP,
        FALL_SILENT_BRIEFLY,
        FALL_SILENT_LONG,
        BREAK_OFF_LONG
    }

    private final FleetNode node;
    private final Random random;
    private final Journal journal;

    Fate(FleetNode node, long seed, Journal journal) {
        this.node = node;
        this.random = new Random(seed);
        this.journal = journal;
    }

    /** Lets it all happen. */
    void come() throws Exception {
        List<Blow> deck = new ArrayList<>(List.of(Blow.values()));
        deck.addAll(List.of(Blow.KILL, Blow.STAND_STILL));
        Collections.shuffle(deck, random);
        for (Blow blow : deck) {
            between(200, 900);
            assertThat(node.process().process().isAlive())
                    .as("%s ended by itself: %s", node, node.process().log())
                    .isTrue();
            journal.add("%s: %s", node, blow);
            strike(blow);
            journal.add("%s: is well again after %s", node, blow);
        }
    }

    private void strike(Blow blow) throws Exception {
        switch (blow) {
            case KILL -> {
                node.kill();
                node.start();
            }
            case STAND_STILL -> {
                node.signal("STOP");
                between(2500, 4500);
                node.signal("CONT");
            }
            case STOP -> {
                node.stop();
                node.start();
            }
            case FALL_SILENT_BRIEFLY -> {
                node.wire().fallSilent();
                between(300, 1000);
                node.wire().mend();
            }
            case FALL_SILENT_LONG -> {
                node.wire().fallSilent();
                between(3000, 5000);
                node.wire().mend();
            }
            case BREAK_OFF_LONG -> {
                node.wire().breakOff();
                between(3000, 5000);
                node.wire().mend();
            }
        }
    }

    /** Time is what the blows are made of: the lease is to run out, or not. */
    private void between(int leastMillis, int mostMillis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(leastMillis + random.nextInt(mostMillis - leastMillis));
    }
}
