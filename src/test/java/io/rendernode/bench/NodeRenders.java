package io.rendernode.bench;

import io.rendernode.process.MarkedProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Blender by a node's jobs, all posted at once. While they render the node is asked next to nothing. */
final class NodeRenders extends RenderWay {
    private static final long ASKING_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BenchNode node;

    NodeRenders(BenchNode node) {
        this.node = node;
    }

    @Override
    Path output() {
        return node.output();
    }

    @Override
    Rendering begin(Order order, Path run) throws IOException {
        return new Jobs(order, run);
    }

    @Override
    List<Long> processes() throws IOException {
        String mark = Files.readString(node.data().resolve("identity")).strip();
        Stream<Long> marked = MarkedProcesses.find(mark).stream().map(process -> process.pid());
        Stream<Long> below = ProcessHandle.of(node.pid())
                .map(ProcessHandle::descendants)
                .orElseThrow()
                .map(ProcessHandle::pid);
        return Stream.concat(marked, below).distinct().toList();
    }

    private final class Jobs implements Rendering {
        private final Path run;
        private final int frames;
        private final PlainClient client = new PlainClient(node.port());
        private final List<String> jobs = new ArrayList<>();
        private int rendered;
        private int completed;
        private long askAt = System.nanoTime() + ASKING_INTERVAL_NANOS;

        Jobs(Order order, Path run) throws IOException {
            this.run = run;
            frames = order.frames();
            for (int number = 0; number < order.count(); number++) {
                String body = "{\"from\":1,\"to\":" + frames + ",\"blend\":\"" + order.scene() + "\",\"output\":\""
                        + run.getFileName() + "/" + number + "_####\"}";
                jobs.add(client.post("/job", body).require(202).location());
            }
        }

        /** A lone node's jobs are numbered by their Blenders' pids. */
        @Override
        public List<Long> blenders() {
            return jobs.stream()
                    .map(job -> Long.valueOf(job.substring("/job/".length())))
                    .toList();
        }

        @Override
        public boolean hasFirstFrame() {
            return isThere(0, 1);
        }

        /** Asks when all frames are in place, which is before the jobs' end; until then only whether they still come. */
        @Override
        public boolean isOver() throws IOException {
            while (completed < jobs.size()) {
                if (!hasAllFrames() && System.nanoTime() < askAt) {
                    return false;
                }
                askAt = System.nanoTime() + ASKING_INTERVAL_NANOS;
                PlainClient.Answer status = client.read(jobs.get(completed), "*/*");
                if (status.status() == 202) {
                    return false;
                }
                if (!status.body().equals("Job completed")) {
                    throw new IllegalStateException(status.body());
                }
                completed++;
            }
            return true;
        }

        private boolean hasAllFrames() {
            while (rendered < jobs.size() && isThere(rendered, frames)) {
                rendered++;
            }
            return rendered == jobs.size();
        }

        @Override
        public void close() throws IOException {
            client.close();
        }

        private boolean isThere(int job, int frame) {
            return Files.exists(run.resolve("%d_%04d.png".formatted(job, frame)));
        }
    }
}
