package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.FakeScene;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a movie that is not waited for, by the packaged program in the room that the kernel offers. */
class MovieIT {
    @TempDir
    Path folder;

    /** An oiiotool that never ends with the third frame. */
    private Path hangs() throws IOException {
        Path tool = Files.createDirectories(folder.resolve("tools")).resolve("oiiotool");
        Files.writeString(
                tool,
                "#!/bin/sh\nfor a; do case $a in */frame) [ \"$a\" -ef " + folder.resolve("output/hang_0003.png")
                        + " ] && exec sleep 86123;; esac; done\nexec /usr/bin/oiiotool \"$@\"\n");
        return Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<ProcessHandle> running(NodeProcess node, String... programs) {
        return node.process()
                .descendants()
                .filter(process -> process.info()
                        .command()
                        .filter(command -> List.of(programs).contains(command.substring(command.lastIndexOf('/') + 1)))
                        .isPresent())
                .toList();
    }

    private static List<ProcessHandle> hanging(NodeProcess node, String path) {
        node.await(() -> {
            HttpResponse<String> answer = node.call("GET", path, null, null);
            return answer.statusCode() == 202 && answer.body().contains("\"framesDone\":2");
        });
        return Await.until(() -> running(node, "sleep", "ffmpeg"), processes -> processes.size() == 2);
    }

    @Test
    void isGivenUpWhereNobodyAsksAndWhereTheNodeStops() throws Exception {
        FakeScene scene = new FakeScene(folder.resolve("blend"));
        Path ffmpeg = folder.resolve("tools/ffmpeg");
        try (NodeProcess node = NodeProcess.start(
                folder,
                Map.of(
                        "BLEND_FILE_PATH", scene.file().toString(),
                        "BLENDER_PATH", FakeScene.blender().toString(),
                        "RENDER_OIIOTOOL_PATH", hangs().toString(),
                        "RENDER_FFMPEG_PATH", ffmpeg.toString()))) {
            long job = node.post("{\"from\":1,\"to\":4,\"output\":\"hang_####\"}");
            assertThat(node.awaitEnd(job)).isEqualTo("Job completed");
            String movie = "/job/" + job + "/movie.mp4";

            HttpResponse<String> without = node.call("GET", movie, null, null);
            assertThat(without.statusCode()).isEqualTo(501);
            assertThat(without.body()).contains("ffmpeg (RENDER_FFMPEG_PATH)");
            Files.createSymbolicLink(ffmpeg, Path.of("/usr/bin/ffmpeg"));

            List<ProcessHandle> abandoned = hanging(node, movie);
            // One is made at a time, four wait; who is told to come again is not in the line.
            for (int fps = 1; fps <= 4; fps++) {
                assertThat(node.call("GET", movie + "?fps=" + fps, null, null).statusCode())
                        .isEqualTo(202);
            }
            HttpResponse<String> fifth = node.call("GET", movie + "?fps=5", null, null);
            assertThat(fifth.statusCode()).isEqualTo(503);
            assertThat(fifth.headers().firstValue("Retry-After")).isPresent();

            node.await(() -> abandoned.stream().noneMatch(ProcessHandle::isAlive));
            node.await(() -> running(node, "sleep", "ffmpeg").isEmpty());
            node.await(() -> isEmpty(folder.resolve("data/questions")));

            List<ProcessHandle> stopped = hanging(node, movie + "?fps=6");
            node.stop();
            Await.until(() -> stopped.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(folder.resolve("data/questions")).isEmptyDirectory();
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
