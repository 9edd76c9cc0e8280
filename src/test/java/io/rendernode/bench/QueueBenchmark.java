package io.rendernode.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rendernode.FakeScene;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What calls and claims take while 10,000 tasks wait for one slot, which a job of the highest priority holds.
 *
 * <p>Arguments: a folder to work in, times that each call is made (1000), claims that are measured (500).
 */
final class QueueBenchmark {
    private static final int JOBS = 5;
    private static final int TASKS_OF_A_JOB = 2000;
    private static final int WARM_UP = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PlainClient client;
    private final Map<String, List<Long>> nanos = new LinkedHashMap<>();

    private QueueBenchmark(PlainClient client) {
        this.client = client;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int calls = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1000;
        int claims = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500;
        FakeScene scene = new FakeScene(folder.resolve("blend"));
        FakeScene slow = new FakeScene(folder.resolve("blend").resolve("slow"));
        slow.behave("fault=hang");
        Map<String, String> variables = BenchNode.fake(scene);
        variables.put("RENDER_QUEUE_LIMIT", "10000");
        try (BenchNode node = BenchNode.start(folder, variables);
                PlainClient client = new PlainClient(node.port())) {
            new QueueBenchmark(client).run(slow.blend(), calls, claims);
        }
    }

    private void run(String slow, int calls, int claims) throws IOException, InterruptedException {
        String holder = post("{\"from\":1,\"to\":1,\"priority\":100,\"blend\":\"" + slow + "\"}");
        awaitNode("busy", 1);
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < JOBS; i++) {
            jobs.add(post("{\"from\":1,\"to\":" + TASKS_OF_A_JOB + ",\"chunk\":1,\"output\":\"job" + i + "/f_####\"}"));
        }
        awaitNode("waiting", JOBS * TASKS_OF_A_JOB);
        for (int i = 0; i < WARM_UP; i++) {
            round(jobs.get(i % JOBS));
        }
        nanos.clear();
        for (int i = 0; i < calls; i++) {
            round(jobs.get(i % JOBS));
        }
        print();
        client.delete(holder).require(204);
        System.out.printf("%-36s %s%n", "from an attempt's end to the next's start", claims(jobs.get(0), claims));
        for (int i = 0; i < calls / 5; i++) {
            timed(
                    "GET /job?limit=5, many attempts",
                    () -> client.read("/job?limit=5&state=running", "application/json"));
            timed("GET /job/{id} JSON, many attempts", () -> client.read(jobs.get(0), "application/json"));
            timed("GET /job/{id} text, while claiming", () -> client.read(jobs.get(0), "text/plain"));
        }
        print();
    }

    private void print() {
        nanos.forEach((call, times) -> System.out.printf(
                "%-36s %s%n",
                call, Times.of(times.stream().mapToLong(Long::longValue).toArray())));
        nanos.clear();
    }

    private void round(String job) throws IOException {
        String[] posted = new String[1];
        timed("POST /job", () -> {
            PlainClient.Answer answer =
                    client.post("/job", "{\"from\":1,\"to\":1}").require(202);
            posted[0] = answer.location();
            return answer;
        });
        timed("GET /job", () -> client.read("/job", "application/json").require(200));
        timed(
                "GET /job?state=queued",
                () -> client.read("/job?state=queued", "application/json").require(200));
        timed("GET /job/{id} text", () -> client.read(job, "text/plain").require(202));
        timed("GET /job/{id} JSON", () -> client.read(job, "application/json").require(202));
        timed("DELETE /job/{id}, one that waits", () -> client.delete(posted[0]).require(204));
    }

    /** How long the slot stood empty between one attempt and the next, by the attempts' own times. */
    private Times claims(String job, int wanted) throws IOException, InterruptedException {
        List<Long> gaps = new ArrayList<>();
        while (gaps.size() < wanted) {
            TimeUnit.SECONDS.sleep(2);
            gaps.clear();
            Instant ended = null;
            JsonNode attempts =
                    JSON.readTree(client.read(job, "application/json").body()).get("attempts");
            for (JsonNode attempt : attempts) {
                if (ended != null) {
                    Instant started = Instant.parse(attempt.get("startedAt").asText());
                    gaps.add(Duration.between(ended, started).toNanos());
                }
                ended = attempt.get("endedAt").isNull()
                        ? null
                        : Instant.parse(attempt.get("endedAt").asText());
            }
        }
        return Times.of(gaps.stream().mapToLong(Long::longValue).toArray());
    }

    private String post(String body) throws IOException {
        return client.post("/job", body).require(202).location();
    }

    private void awaitNode(String field, int wanted) throws IOException, InterruptedException {
        while (JSON.readTree(client.read("/node", "application/json").body())
                        .get(field)
                        .asInt()
                < wanted) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private interface Call {
        PlainClient.Answer make() throws IOException;
    }

    private void timed(String name, Call call) throws IOException {
        long begin = System.nanoTime();
        call.make();
        nanos.computeIfAbsent(name, first -> new ArrayList<>()).add(System.nanoTime() - begin);
    }
}
