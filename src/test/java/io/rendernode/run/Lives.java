package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The lives of one node, one after the other, on the same folders. */
final class Lives {
    private final Path folder;
    private final Map<String, String> variables;
    private final List<SmallDisk> disks;
    private final Journal journal;
    private NodeProcess node;
    private int deaths;
    private int starts;

    Lives(Path folder, Map<String, String> variables, List<SmallDisk> disks, Journal journal) {
        this.folder = folder;
        this.variables = variables;
        this.disks = disks;
        this.journal = journal;
    }

    /** The node that lives now, or has lived last. */
    NodeProcess node() {
        return node;
    }

    /** How often it was killed by SIGKILL so far. */
    int deaths() {
        return deaths;
    }

    /** Starts it; no Blender of a former life may live when it serves, and soon nothing else of one. */
    void start() throws Exception {
        for (SmallDisk disk : disks) {
            disk.free();
        }
        List<Kin> former = kin();
        node = NodeProcess.start(folder, variables);
        starts++;
        journal.add("life %d serves, after %d processes of a former one", starts, former.size());
        assertThat(former.stream().filter(kin -> kin.isBlender() && kin.isAlive()))
                .as("a Blender of a former life lives while the node serves")
                .isEmpty();
        Await.until(() -> former.stream().filter(Kin::isAlive).toList(), List::isEmpty);
    }

    /** SIGKILL, to the node alone. */
    void kill() throws InterruptedException {
        node.killHard();
        deaths++;
        journal.add("node killed, death %d", deaths);
    }

    /** Starts it and kills it that long after, wherever in its start it is then. */
    void startAndKill(Duration after) throws IOException, InterruptedException {
        node = NodeProcess.launch(folder, variables);
        Storm.letTimePass(after);
        kill();
    }

    /** SIGTERM, and waits until it is gone. */
    void drain() throws InterruptedException {
        journal.add("node told to stop");
        int code = node.stop();
        journal.add("node stopped with %d", code);
        assertThat(code).as("exit code of a drained node").isIn(0, 143);
    }

    /** SIGTERM, and SIGKILL that long after. */
    void cutDrain(Duration after) throws InterruptedException {
        node.process().destroy();
        Storm.letTimePass(after);
        kill();
    }

    /** What it or a former life has started, and still lives. */
    List<Kin> kin() {
        return Kin.of(folder.toString(), node == null ? 0 : node.pid());
    }

    /** Waits until nothing lives any more of what the node has started, but the one Blender that waits while it lives. */
    void awaitNoKin() {
        Await.until(this::kin, all -> {
            long waiting = all.stream()
                    .filter(one -> one.command().contains("waiting_blender.py"))
                    .count();
            return all.size() == waiting && waiting <= (node == null ? 0 : 1);
        });
    }

    void requireAlive() {
        if (!node.process().isAlive()) {
            throw new AssertionError("the node ended by itself: " + node.log());
        }
    }
}
