package io.rendernode.run;

import io.rendernode.FakeScene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** All orders of a storm: makes them, each of another kind, and keeps them with what was answered. */
final class Orders {
    /** Each happens once in a job, but those that end or spoil nothing; an order without trouble is as likely as one with. */
    private static final List<String> TROUBLES = List.of(
            "half-file",
            "half-file",
            "half-file",
            "exit0-without-frames",
            "segv",
            "kill-self",
            "hang",
            "ignore-signals",
            "disk-full",
            "garbage",
            "grandchild",
            "no-camera");

    private final Path blends;
    private final Random random;
    private final List<Order> orders = new ArrayList<>();

    Orders(Path blends, Random random) {
        this.blends = blends;
        this.random = random;
    }

    /** A new order, not posted yet. */
    Order make() {
        String name = String.format("order-%03d", orders.size());
        int from = random.nextInt(50);
        int to = from + 2 + random.nextInt(10);
        String trouble = random.nextBoolean() ? TROUBLES.get(random.nextInt(TROUBLES.size())) : "";
        Order order = new Order(name, scene(name, trouble, from, to), from, to, more(), trouble);
        orders.add(order);
        return order;
    }

    private FakeScene scene(String name, String trouble, int from, int to) {
        FakeScene scene = new FakeScene(blends.resolve(name));
        List<String> behaviour = new ArrayList<>();
        behaviour.add("frame_seconds=0." + (10 + random.nextInt(25)));
        if (!trouble.isEmpty()) {
            behaviour.add("fault=" + trouble);
            behaviour.add("fault_frame=" + (from + random.nextInt(to - from + 1)));
            if (!trouble.equals("no-camera") && !trouble.equals("garbage")) {
                behaviour.add("fault_once=" + scene.beside("happened"));
            }
        }
        scene.behave(behaviour.toArray(String[]::new));
        try {
            Files.createFile(scene.beside("begun.log"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return scene;
    }

    private String more() {
        String chunk = random.nextInt(3) == 0 ? ",\"chunk\":" + (1 + random.nextInt(4)) : "";
        String priority = random.nextInt(3) == 0 ? ",\"priority\":" + random.nextInt(101) : "";
        return chunk + priority;
    }

    List<Order> all() {
        return orders;
    }

    /** Those that the node has accepted. */
    List<Order> accepted() {
        return orders.stream().filter(Order::isAccepted).toList();
    }

    /** Those that the node has accepted and not said to have ended. */
    List<Order> open() {
        return orders.stream()
                .filter(order -> order.isAccepted() && order.end() == null)
                .toList();
    }
}
