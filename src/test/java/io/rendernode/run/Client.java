package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A client of the node that notes on each order what it was answered, and takes no answer that the contract forbids. */
final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Lives lives;
    private final Journal journal;
    private final BooleanSupplier mayBeAway;

    /**
     * A client.
     *
     * @param mayBeAway whether the node's store may be away now: 503 is a fair answer then
     */
    Client(Lives lives, Journal journal, BooleanSupplier mayBeAway) {
        this.lives = lives;
        this.journal = journal;
        this.mayBeAway = mayBeAway;
    }

    /** Posts an order with its key, for the first time or again. */
    void post(Order order) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(lives.node(), order);
        journal.add("post %s: %d", order.name(), answer.statusCode());
        note(order, answer);
    }

    /** Posts an order to a node that may die meanwhile; gives the answer, or null if there was none. */
    static HttpResponse<String> postToTheDying(NodeProcess node, Order order) {
        try {
            return send(node, order);
        } catch (IOException dead) {
            return null;
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static HttpResponse<String> send(NodeProcess node, Order order) throws IOException, InterruptedException {
        return node.send("POST", "/job", order.body(), Map.of("Idempotency-Key", order.name()));
    }

    /** Notes what a post was answered with. */
    void note(Order order, HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() == 202) {
            order.accepted(JSON.readTree(answer.body()).get("pid").asLong());
            assertThat(order.ids()).as("numbers of %s", order).hasSize(1);
        } else {
            requireAway("POST of " + order, answer);
        }
    }

    /** Asks for the order's end. */
    void cancel(Order order) throws IOException, InterruptedException {
        order.cancelAsked();
        HttpResponse<String> answer = lives.node().send("DELETE", "/job/" + order.id(), null, Map.of());
        journal.add("cancel %s: %d", order, answer.statusCode());
        if (answer.statusCode() == 204) {
            order.cancelAnswered();
        } else if (answer.statusCode() != 409) {
            requireAway("DELETE of " + order, answer);
        }
    }

    /** Asks where the order stands, and notes its end. */
    void refresh(Order order) throws IOException, InterruptedException {
        HttpResponse<String> answer = lives.node().send("GET", "/job/" + order.id(), null, Map.of());
        if (answer.statusCode() == 200) {
            order.ended(answer.body());
            journal.add("%s: %s", order, answer.body());
        } else if (answer.statusCode() != 202) {
            requireAway("GET of " + order, answer);
        }
    }

    /** What the node tells of a job, or empty (no node of JSON) where there is none of that number. */
    JsonNode job(long id) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                lives.node().send("GET", "/job/" + id + "?attempts=1000", null, Map.of("Accept", "application/json"));
        return answer.statusCode() == 400 || answer.statusCode() == 503
                ? JSON.missingNode()
                : JSON.readTree(answer.body());
    }

    /** JSON from that path; the answer must be 200. */
    JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = lives.node().send("GET", path, null, Map.of());
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private void requireAway(String call, HttpResponse<String> answer) {
        assertThat(answer.statusCode() == 503 && mayBeAway.getAsBoolean())
                .as("%s was answered %d %s", call, answer.statusCode(), answer.body())
                .isTrue();
    }
}
