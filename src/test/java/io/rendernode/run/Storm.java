package io.rendernode.run;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What befalls the node: a deck of blows, shuffled by a seed, each at a random moment while jobs are under way. */
final class Storm {
    private static final int JOBS_UNDER_WAY = 5;
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(150);

    private final Random random;
    private final Lives lives;
    private final Orders orders;
    private final Client client;
    private final List<SmallDisk> disks;
    private final Path output;
    private final Journal journal;
    private int roundsUntilRoom;
    private int rounds;
    private int hits;

    Storm(
            Random random,
            Lives lives,
            Orders orders,
            Client client,
            List<SmallDisk> disks,
            Path output,
            Journal journal) {
        this.random = random;
        this.lives = lives;
        this.orders = orders;
        this.client = client;
        this.disks = disks;
        this.output = output;
        this.journal = journal;
    }

    int rounds() {
        return rounds;
    }

    /** In how many rounds a Blender was in mid-render. */
    int hits() {
        return hits;
    }

    /** Lets it all happen; the node lives afterwards, and the disks have room. */
    void rage() throws Exception {
        for (Blow blow : Blow.deck(random)) {
            lives.requireAlive();
            makeRoomInTime();
            keepBusy();
            letTimePass(moment(LONGEST_PAUSE));
            rounds++;
            if (blender().isPresent()) {
                hits++;
            }
            strike(blow);
        }
        makeRoom();
    }

    /** The storm's own clock: its blows are to fall at moments that have nothing to do with what the node does. */
    static void letTimePass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    private Duration moment(Duration longest) {
        return Duration.ofMillis(random.nextLong(longest.toMillis() + 1));
    }

    /** A disk is full for some rounds only. */
    private void makeRoomInTime() throws Exception {
        roundsUntilRoom--;
        if (roundsUntilRoom <= 0) {
            makeRoom();
        }
    }

    private void makeRoom() throws Exception {
        for (SmallDisk disk : disks) {
            if (disk.isFull()) {
                disk.free();
                journal.add("room again in %s", disk.folder().getFileName());
            }
        }
    }

    private void keepBusy() throws Exception {
        for (Order order : orders.open()) {
            client.refresh(order);
            if ("Job completed".equals(order.end())) {
                Invariants.requireFiles(order, output);
            }
        }
        for (int open = orders.open().size(); open < JOBS_UNDER_WAY; open++) {
            client.post(orders.make());
        }
    }

    private void strike(Blow blow) throws Exception {
        switch (blow) {
            case KILL_NODE -> {
                lives.kill();
                restart();
            }
            case KILL_NODE_AND_LEAVE_AN_ORPHAN -> {
                // A stopped process does not see that its node is gone.
                signalBlender("STOP");
                lives.kill();
                restart();
            }
            case KILL_NODE_IN_MID_POST -> killNodeInMidPost();
            case KILL_NODE_AND_CANCEL_AT_ONCE -> {
                lives.kill();
                restart();
                cancel(1);
            }
            case KILL_NODE_AND_AGAIN_IN_ITS_START -> {
                lives.kill();
                lives.startAndKill(moment(Duration.ofMillis(2500)));
                restart();
            }
            case DRAIN -> {
                lives.drain();
                lives.awaitNoKin();
                restart();
            }
            case CUT_DRAIN -> {
                lives.cutDrain(moment(Duration.ofMillis(800)));
                restart();
            }
            case KILL_BLENDER -> signalBlender("KILL");
            case CRASH_BLENDER -> signalBlender("SEGV");
            case STOP_BLENDER -> signalBlender("STOP");
            case FILL_DISK -> {
                SmallDisk disk = any(disks).orElseThrow();
                disk.fill();
                roundsUntilRoom = 1 + random.nextInt(6);
                journal.add("%s is full", disk.folder().getFileName());
            }
            case CANCEL -> cancel(1);
            case CANCEL_TWICE -> cancel(2);
            case POST -> client.post(orders.make());
            case POST_AGAIN -> {
                Optional<Order> order = any(orders.all());
                if (order.isPresent()) {
                    client.post(order.get());
                }
            }
            case LOOK_AT_HELD -> Invariants.requireHeldOnlyForQueued(lives, client);
        }
    }

    private void killNodeInMidPost() throws Exception {
        Order order = orders.make();
        NodeProcess dying = lives.node();
        CompletableFuture<HttpResponse<String>> post =
                CompletableFuture.supplyAsync(() -> Client.postToTheDying(dying, order));
        letTimePass(moment(Duration.ofMillis(15)));
        lives.kill();
        HttpResponse<String> answer = post.join();
        journal.add("post %s in the node's last moment: %s", order.name(), answer == null ? "-" : answer.statusCode());
        if (answer != null) {
            client.note(order, answer);
        }
        restart();
        client.post(order);
    }

    private void restart() throws Exception {
        lives.start();
        Invariants.requireAllKnown(orders.accepted(), client);
    }

    private void cancel(int times) throws Exception {
        Optional<Order> order = any(orders.open());
        for (int i = 0; i < times && order.isPresent(); i++) {
            client.cancel(order.get());
        }
    }

    private void signalBlender(String signal) throws Exception {
        Optional<Kin> blender = blender();
        journal.add("SIG%s to Blender %s", signal, blender.map(Kin::pid).orElse(null));
        if (blender.isPresent()) {
            blender.get().signal(signal);
        }
    }

    private Optional<Kin> blender() {
        return any(lives.kin().stream().filter(Kin::isBlender).toList());
    }

    private <T> Optional<T> any(List<T> things) {
        return things.isEmpty() ? Optional.empty() : Optional.of(things.get(random.nextInt(things.size())));
    }
}
