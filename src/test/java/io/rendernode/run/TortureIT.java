package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.rendernode.TimeDependent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is ever lost: some hundred blows at random moments, and afterwards all that was promised is kept. The system
 * property {@code torture.seed} gives another storm.
 */
@TimeDependent
class TortureIT {
    private static final long SEED = Long.getLong("torture.seed", 20_240_817);

    /** What the node is started with, besides its folders: all that waits, waits briefly. */
    private static final Map<String, String> IMPATIENCE = Map.of(
            "RENDER_SLOTS", "2",
            "RENDER_NICE", "0",
            "RENDER_ATTEMPTS", "1000",
            "RENDER_POLL_INTERVAL", "100ms",
            "RENDER_RETRY_DELAY", "10ms",
            "RENDER_STALL_TIMEOUT", "3s",
            "RENDER_STOP_GRACE", "1s",
            "RENDER_SHUTDOWN_GRACE", "3s");

    @TempDir
    Path folder;

    private final Journal journal = new Journal();
    private Lives lives;
    private Orders orders;
    private Client client;

    @Test
    void whateverHappensNothingIsLostTornOrLeftOver() throws Exception {
        System.out.println("torture.seed=" + SEED);
        try (SmallDisk data = SmallDisk.mount(folder.resolve("data"), 24);
                SmallDisk output = SmallDisk.mount(folder.resolve("output"), 4);
                NameWatch watch = new NameWatch(output.folder())) {
            try {
                weather(data, output, watch);
            } finally {
                if (lives != null) {
                    lives.node().close();
                    for (Kin left : lives.kin()) {
                        left.signal("KILL");
                    }
                }
            }
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    failure.getMessage() + "\ntorture.seed=" + SEED + "; what happened:\n"
                            + journal.tail(25, named(failure)),
                    failure);
        } finally {
            Files.writeString(Path.of("target", "torture-journal.txt"), journal.text());
        }
    }

    /** The orders that a failure names. */
    private static List<String> named(Throwable failure) {
        return Pattern.compile("order-\\d+")
                .matcher(String.valueOf(failure.getMessage()))
                .results()
                .map(MatchResult::group)
                .distinct()
                .limit(3)
                .toList();
    }

    private void weather(SmallDisk data, SmallDisk output, NameWatch watch) throws Exception {
        Random random = new Random(SEED);
        List<SmallDisk> disks = List.of(data, output);
        orders = new Orders(folder.resolve("blend"), random);
        lives = new Lives(folder, variables(), disks, journal);
        client = new Client(lives, journal, data::isFull);
        Storm storm = new Storm(random, lives, orders, client, disks, output.folder(), journal);
        watch.start();
        lives.start();
        storm.rage();
        journal.add(
                "calm after %d rounds, %d of them in mid-render, %d deaths",
                storm.rounds(), storm.hits(), lives.deaths());
        awaitEnd();
        check(data.folder(), output.folder());
        lives.awaitNoKin();
        lives.drain();
        // The folder of a task that was canceled while it waited is removed at the next start.
        lives.start();
        lives.drain();
        lives.awaitNoKin();
        Invariants.requireNoLeftovers(data.folder());
        assertThat(watch.torn()).as("half files seen under final names").isEmpty();
        assertThat(storm.rounds()).isGreaterThanOrEqualTo(200);
        assertThat(lives.deaths()).isGreaterThanOrEqualTo(30);
        assertThat(storm.hits())
                .as("rounds in which a Blender was in mid-render")
                .isGreaterThan(100);
        System.out.println(journal.tail(3, List.of()));
    }

    private Map<String, String> variables() {
        FakeScene scene = new FakeScene(folder.resolve("blend"));
        Map<String, String> variables = new HashMap<>(IMPATIENCE);
        variables.put("BLENDER_PATH", FakeScene.blender().toString());
        variables.put("RENDER_SANDBOX", "off");
        variables.put("BLEND_FILE_PATH", scene.file().toString());
        variables.put(Kin.mark(), folder.toString());
        return variables;
    }

    private void awaitEnd() throws Exception {
        for (Order order : orders.all()) {
            client.post(order);
        }
        while (!orders.open().isEmpty()) {
            List<Order> open = orders.open();
            Await.until(() -> "none of these ends: " + open, () -> anyHasEnded(open));
        }
        journal.add("all %d jobs have ended", orders.all().size());
    }

    private boolean anyHasEnded(List<Order> open) throws Exception {
        for (Order order : open) {
            client.refresh(order);
        }
        return orders.open().size() < open.size();
    }

    private void check(Path data, Path output) throws Exception {
        assertThat(data).isDirectory();
        Invariants.requireAllKnown(orders.all(), client);
        Invariants.requireNoneUnordered(orders.all(), client);
        for (Order order : orders.all()) {
            JsonNode job = client.job(order.id());
            JsonNode frames = client.json("/job/" + order.id() + "/frame?limit=10000");
            Invariants.requireEnd(order, job);
            Invariants.requireFrames(order, job, frames, output);
            Invariants.requireNoneRenderedAgain(order, job, frames);
            Invariants.requireNoneRenderedTwiceAtOnce(order, job);
        }
    }
}
