package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.rendernode.image.ImageCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What must hold whatever happens. */
final class Invariants {
    private Invariants() {}

    /** No job is lost, and there is none that nobody ordered. */
    static void requireAllKnown(List<Order> accepted, Client client) throws Exception {
        Set<Long> ordered = accepted.stream().map(Order::id).collect(Collectors.toCollection(TreeSet::new));
        assertThat(ordered).as("each order has its own number").hasSameSizeAs(accepted);
        Set<Long> known = new TreeSet<>();
        client.json("/job?limit=500").forEach(job -> known.add(job.get("id").asLong()));
        assertThat(known).as("jobs that the node knows").containsAll(ordered);
    }

    /** Each job that the node knows was ordered, once all orders have their numbers. */
    static void requireNoneUnordered(List<Order> orders, Client client) throws Exception {
        Map<String, Long> known = new HashMap<>();
        for (JsonNode job : client.json("/job?limit=500")) {
            assertThat(known.put(job.get("name").asText(), job.get("id").asLong()))
                    .as("another job of the order %s", job.get("name"))
                    .isNull();
        }
        assertThat(known)
                .as("jobs by their names")
                .isEqualTo(orders.stream().collect(Collectors.toMap(Order::name, Order::id)));
    }

    /** The job is told as it was ordered, and ended as it may. */
    static void requireEnd(Order order, JsonNode job) {
        assertThat(job.get("from").asInt()).as("from of %s", order).isEqualTo(order.from());
        assertThat(job.get("to").asInt()).as("to of %s", order).isEqualTo(order.to());
        assertThat(order.mayEnd())
                .as("the end of %s: %s", order, job)
                .contains(job.get("state").asText());
        if (order.isHopeless() && job.get("state").asText().equals("failed")) {
            assertThat(job.get("reason").asText()).as("reason of %s", order).contains("no camera");
        }
        for (JsonNode attempt : job.get("attempts")) {
            assertThat(attempt.get("outcome").isNull())
                    .as("an attempt without an end, in %s: %s", order, attempt)
                    .isFalse();
        }
    }

    /** Each frame's file is in place and whole. */
    static void requireFiles(Order order, Path output) {
        for (int frame : order.frames()) {
            Path file = output.resolve(order.file(frame));
            assertThatCode(() -> ImageCheck.check(file))
                    .as("%s of the completed %s", order.file(frame), order)
                    .doesNotThrowAnyException();
        }
    }

    /** Each frame on record is in place and whole, and a completed job's are all on record. */
    static void requireFrames(Order order, JsonNode job, JsonNode frames, Path output) {
        Set<Integer> recorded = new TreeSet<>();
        for (JsonNode frame : frames) {
            recorded.add(frame.get("number").asInt());
            String name = frame.get("files").get(0).get("path").asText();
            assertThat(name)
                    .as("file of %s", order)
                    .isEqualTo(order.file(frame.get("number").asInt()));
            assertThatCode(() -> ImageCheck.check(output.resolve(name)))
                    .as("%s on record for %s", name, order)
                    .doesNotThrowAnyException();
        }
        assertThat(order.frames()).as("frames of %s", order).containsAll(recorded);
        assertThat(job.get("framesDone").asInt()).as("framesDone of %s", order).isEqualTo(recorded.size());
        if (job.get("state").asText().equals("completed")) {
            assertThat(recorded)
                    .as("frames on record of the completed %s", order)
                    .isEqualTo(order.frames());
        }
    }

    /** No attempt that started after a frame had been stored has rendered that frame, and each that rendered is on record. */
    static void requireNoneRenderedAgain(Order order, JsonNode job, JsonNode frames) throws IOException {
        Map<Integer, Instant> storedAt = new HashMap<>();
        frames.forEach(frame -> storedAt.put(frame.get("number").asInt(), time(frame, "storedAt")));
        for (String line : order.scene().begunFrames()) {
            long pid = Long.parseLong(line.substring(0, line.indexOf(' ')));
            int frame = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
            List<JsonNode> attempts = elements(job.get("attempts"))
                    .filter(attempt -> attempt.get("pid").asLong() == pid)
                    .toList();
            assertThat(attempts)
                    .as("attempts on record of Blender %d, which rendered frame %d of %s", pid, frame, order)
                    .isNotEmpty();
            Instant stored = storedAt.getOrDefault(frame, Instant.MAX);
            assertThat(attempts)
                    .as("frame %d of %s, stored at %s, was rendered again by Blender %d", frame, order, stored, pid)
                    .anyMatch(attempt -> !time(attempt, "startedAt").isAfter(stored));
        }
    }

    /** No frame was ever under way in two processes, and no two attempts at a task overlap. */
    static void requireNoneRenderedTwiceAtOnce(Order order, JsonNode job) throws IOException {
        Path overlap = order.scene().beside("overlap.log");
        if (Files.exists(overlap)) {
            assertThat(Files.readAllLines(overlap))
                    .as("frames of %s begun while another process lived that had begun them: pid, frame, other", order)
                    .isEmpty();
        }
        Map<Integer, JsonNode> last = new HashMap<>();
        for (JsonNode attempt : job.get("attempts")) {
            JsonNode before = last.put(attempt.get("task").asInt(), attempt);
            if (before != null) {
                assertThat(time(attempt, "startedAt"))
                        .as("start of an attempt of %s: %s after %s", order, attempt, before)
                        .isAfterOrEqualTo(time(before, "endedAt"));
            }
        }
    }

    /** A process that holds a pid does so for a job that waits, or is about to end. */
    static void requireHeldOnlyForQueued(Lives lives, Client client) throws Exception {
        for (Kin held : lives.kin().stream().filter(Kin::isHolding).toList()) {
            lives.node()
                    .await(() -> !stillHolds(lives, held)
                            || client.job(held.pid())
                                    .path("state")
                                    .asText("queued")
                                    .equals("queued"));
        }
    }

    private static boolean stillHolds(Lives lives, Kin held) {
        return lives.kin().stream().anyMatch(kin -> kin.equals(held));
    }

    /**
     * Nothing of tasks that have ended is left in the private folders. A part of a file may stay in the output folder for
     * an hour: until then it may be another node's, still being copied.
     */
    static void requireNoLeftovers(Path data) throws IOException {
        try (Stream<Path> work = Files.list(data.resolve("work"))) {
            assertThat(work).as("files left over").isEmpty();
        }
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Instant time(JsonNode node, String field) {
        return Instant.parse(node.get(field).asText());
    }
}
