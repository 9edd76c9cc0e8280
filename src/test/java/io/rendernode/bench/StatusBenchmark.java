package io.rendernode.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What 500 status calls a second cost: renders of the demo scene with the real Blender in turn without and with them.
 *
 * <p>Arguments: a folder to work in, frames of a render (10), pairs of renders (5), calls a second (500).
 */
final class StatusBenchmark {
    private StatusBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int frames = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        int pairs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        int rate = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 500;
        try (BenchNode node = BenchNode.start(Path.of(arguments[0]), Map.of())) {
            int port = node.port();
            System.out.printf(
                    "warm-up: %.2f s, with calls %.2f s%n", render(port, frames, 0), render(port, frames, rate));
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
    }

    private static double render(int port, int frames, int rate) throws IOException, InterruptedException {
        String body = "{\"from\":1,\"to\":" + frames + ",\"output\":\"benchmark/f_####\"}";
        try (PlainClient client = new PlainClient(port)) {
            long begin = System.nanoTime();
            String path = client.post("/job", body).require(202).location();
            StatusLoad load = rate == 0 ? null : StatusLoad.start(port, path, rate);
            while (true) {
                PlainClient.Answer status = client.read(path, "*/*");
                if (status.status() == 200) {
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
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
