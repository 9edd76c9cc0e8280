package io.rendernode.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What 500 status calls a second cost: renders of the demo scene in turn without and with them, on a node that runs.
 *
 * <p>Arguments: the node's port, frames of a render (10), pairs of renders (5), calls a second (500).
 */
final class StatusBenchmark {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private StatusBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int frames = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        int pairs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        int rate = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 500;
        System.out.printf("warm-up: %.2f s, with calls %.2f s%n", render(port, frames, 0), render(port, frames, rate));
        List<Double> alone = new ArrayList<>();
        List<Double> loaded = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            alone.add(render(port, frames, 0));
            loaded.add(render(port, frames, rate));
            System.out.printf(
                    "render alone %.2f s, with %d calls a second %.2f s%n", alone.get(i), rate, loaded.get(i));
        }
        System.out.printf(
                "medians: alone %.2f s, with calls %.2f s, ratio %.3f%n",
                median(alone), median(loaded), median(loaded) / median(alone));
    }

    private static double render(int port, int frames, int rate) throws Exception {
        String body = "{\"from\":1,\"to\":" + frames + ",\"output\":\"benchmark/f_####\"}";
        long begin = System.nanoTime();
        HttpResponse<String> accepted = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/job"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String path = accepted.headers().firstValue("Location").orElseThrow();
        StatusLoad load = rate == 0 ? null : StatusLoad.start(port, path, rate);
        while (true) {
            HttpResponse<String> status = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (status.statusCode() == 200) {
                double seconds = (System.nanoTime() - begin) / 1e9;
                if (load != null) {
                    System.out.println(load.result());
                }
                if (!status.body().equals("Job completed")) {
                    throw new IllegalStateException(status.body());
                }
                return seconds;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
