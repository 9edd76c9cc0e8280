package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.FakeScene;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with a thousand jobs, in the heap that the image gives it, and two hundred clients at once. */
class ManyClientsIT {
    private static final int CLIENTS = 200;
    private static final int JOBS = 1000;
    private static final int ATTEMPTS = 10_000;
    private static final int FRAMES = 10_000;
    private static final int LOG_BYTES = 4 << 20;
    private static final long FIRST = 5_000_000;

    @TempDir
    Path folder;

    private NodeProcess node;
    private long rendered;

    @BeforeEach
    void start() throws Exception {
        FakeScene scene = new FakeScene(folder.resolve("blend"));
        node = NodeProcess.start(
                folder,
                Map.of(
                        "BLENDER_PATH",
                        FakeScene.blender().toString(),
                        "RENDER_SANDBOX",
                        "off",
                        "BLEND_FILE_PATH",
                        scene.file().toString(),
                        "JAVA_TOOL_OPTIONS",
                        heapOfTheImage() + " -XX:+ExitOnOutOfMemoryError"));
        rendered = node.post("{\"from\":1,\"to\":1}");
        assertThat(node.awaitEnd(rendered)).isEqualTo("Job completed");
        fill();
        Path log = folder.resolve("data/log/" + FIRST + "/0-1.log");
        Files.createDirectories(log.getParent());
        Files.writeString(log, ("Fra:1 Mem:120.00M | Rendering " + "x".repeat(33) + "\n").repeat(LOG_BYTES / 64));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** What bounds the heap of the node in its image. */
    private static String heapOfTheImage() throws IOException {
        Matcher options =
                Pattern.compile("JAVA_OPTIONS=(-Xmx\\S+)").matcher(Files.readString(Path.of("deploy/Containerfile")));
        assertThat(options.find()).isTrue();
        return options.group(1) + " -Xms16m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";
    }

    @Test
    void theHeapHoldsUnderManyClientsOfEachGet() throws Exception {
        long many = FIRST + 1;
        Map<String, Integer> atLeast = Map.ofEntries(
                Map.entry("/job?limit=500", 100_000),
                Map.entry("/job/" + many, 1),
                Map.entry("/job/" + many + "?attempts=1000", 100_000),
                Map.entry("/job/" + many + "/frame?limit=10000", 100_000),
                Map.entry("/job/" + rendered + "/frame/1", 60),
                Map.entry("/job/" + FIRST + "/log", LOG_BYTES),
                Map.entry("/node", 1),
                Map.entry("/node?all=true", 1),
                Map.entry("/health", 1),
                Map.entry("/metrics", 1000),
                Map.entry("/openapi", 1000));
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            for (Map.Entry<String, Integer> path : atLeast.entrySet()) {
                CountDownLatch together = new CountDownLatch(CLIENTS);
                List<Future<Long>> lengths = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    lengths.add(clients.submit(() -> {
                        together.countDown();
                        together.await();
                        return read(path.getKey());
                    }));
                }
                for (Future<Long> length : lengths) {
                    assertThat(length.get()).as("bytes of %s", path.getKey()).isGreaterThanOrEqualTo(path.getValue());
                }
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(node.process().isAlive()).as(node.log()).isTrue();
    }

    @Test
    void clientsThatDoNotReadKeepNobodyWaiting() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int client = 0; client < CLIENTS; client++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4096);
                socket.setSoTimeout(60_000);
                socket.connect(new java.net.InetSocketAddress("localhost", node.port()));
                silent.add(socket);
                socket.getOutputStream()
                        .write("GET /job?limit=500 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
            }
            for (Socket socket : silent) {
                assertThat(socket.getInputStream().read())
                        .as("the answer's first byte")
                        .isEqualTo('H');
            }
            assertThat(read("/job?limit=500")).isPositive();
            assertThat(read("/health/ready")).isPositive();
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** How many bytes the answer has. */
    private long read(String path) throws IOException {
        HttpURLConnection call = (HttpURLConnection)
                URI.create("http://localhost:" + node.port() + path).toURL().openConnection();
        call.setRequestProperty("Accept", path.contains("?") ? "application/json" : "*/*");
        call.setReadTimeout(60_000);
        assertThat(call.getResponseCode()).as(path).isEqualTo(200);
        long length = 0;
        byte[] buffer = new byte[65_536];
        try (InputStream body = call.getInputStream()) {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                length += read;
            }
        }
        return length;
    }

    /** A thousand jobs that have ended, of which the second has many attempts and frames. */
    private void fill() throws SQLException {
        String request =
                "{\"blend\":\"scene.blend\",\"output\":\"shots/a/b/c/frame_####\",\"engine\":\"CYCLES\",\"name\":\""
                        + "a name as people give them ".repeat(9)
                        + "\",\"chunk\":0,\"skipExisting\":false,\"tags\":[]}";
        try (Connection connection = DriverManager.getConnection(
                "jdbc:sqlite:" + folder.resolve("data/render-node.db") + "?busy_timeout=60000")) {
            connection.setAutoCommit(false);
            try (PreparedStatement job = connection.prepareStatement(
                            "INSERT INTO job (id, state, request, first_frame, last_frame, frames_done, priority,"
                                    + " submitted_at, ended_at) SELECT ?, 'completed', ?, 1, ?, ?, 50, submitted_at,"
                                    + " ended_at FROM job WHERE id = ?");
                    PreparedStatement task = connection.prepareStatement(
                            "INSERT INTO task (job_id, position, state, first_frame, last_frame)"
                                    + " VALUES (?, 0, 'completed', 1, ?)");
                    PreparedStatement attempt = connection.prepareStatement(
                            "INSERT INTO attempt (job_id, position, number, node, pid, process_started, outcome, reason,"
                                    + " exit_code, started_at, ended_at) VALUES (?, 0, ?, 'a-node-with-a-name', 1, 1,"
                                    + " 'crash', 'Blender crashed in a sentence of its own', 139, ?, ?)");
                    PreparedStatement frame = connection.prepareStatement(
                            "INSERT INTO frame (job_id, number, view_suffix, position, attempt, path, size_bytes,"
                                    + " modified_at, inode, seconds, stored_at)"
                                    + " VALUES (?, ?, '', 0, 1, ?, 100000, 1, 1, 1.0, 1)")) {
                for (long id = FIRST; id < FIRST + JOBS; id++) {
                    run(job, id, request, FRAMES, FRAMES, rendered);
                    run(task, id, FRAMES);
                    run(attempt, id, 1, 1, 2);
                }
                for (int number = 1; number <= ATTEMPTS; number++) {
                    if (number > 1) {
                        run(attempt, FIRST + 1, number, number, number + 1);
                    }
                }
                for (int number = 1; number <= FRAMES; number++) {
                    run(frame, FIRST + 1, number, "shots/a/b/c/frame_" + number + ".png");
                }
            }
            connection.commit();
        }
    }

    private static void run(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.executeUpdate();
    }
}
