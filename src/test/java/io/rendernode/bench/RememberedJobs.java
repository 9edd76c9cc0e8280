package io.rendernode.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** Fills a node's SQLite file with jobs that have ended, while no node runs on it. */
final class RememberedJobs {
    /** Above every pid: as those of jobs whose pid was taken. */
    private static final long FIRST_ID = 4_194_305;

    private static final int FRAMES = 3;
    private static final Duration AGE = Duration.ofDays(20);

    private RememberedJobs() {}

    /** Writes so many jobs, each with a task, an attempt and a few frames, ended over the last 20 days. */
    static void fill(Path store, int jobs) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store)) {
            connection.setAutoCommit(false);
            long now = Instant.now().toEpochMilli();
            try (PreparedStatement job = connection.prepareStatement(
                            "INSERT INTO job (id, state, request, first_frame, last_frame, frames_done, priority,"
                                    + " submitted_at, started_at, ended_at) VALUES (?, 'completed', ?, 1, ?, ?, 50, ?, ?, ?)");
                    PreparedStatement task = connection.prepareStatement(
                            "INSERT INTO task (job_id, position, state, first_frame, last_frame)"
                                    + " VALUES (?, 0, 'completed', 1, ?)");
                    PreparedStatement attempt = connection.prepareStatement(
                            "INSERT INTO attempt (job_id, position, number, node, pid, process_started, outcome,"
                                    + " exit_code, started_at, ended_at)"
                                    + " VALUES (?, 0, 1, 'benchmark', 1, 1, 'completed', 0, ?, ?)");
                    PreparedStatement frame = connection.prepareStatement(
                            "INSERT INTO frame (job_id, number, view_suffix, position, attempt, path, size_bytes,"
                                    + " modified_at, inode, seconds, stored_at)"
                                    + " VALUES (?, ?, '', 0, 1, ?, 100000, ?, ?, 1.0, ?)")) {
                for (int i = 0; i < jobs; i++) {
                    long id = FIRST_ID + i;
                    long ended = now - AGE.toMillis() + AGE.toMillis() * i / jobs;
                    add(job, id, request(i), FRAMES, FRAMES, ended - 5000, ended - 4000, ended);
                    add(task, id, FRAMES);
                    add(attempt, id, ended - 4000, ended);
                    for (int number = 1; number <= FRAMES; number++) {
                        String path = "job" + i + "/frame_" + number + ".png";
                        add(frame, id, number, path, ended * 1000, (long) i * FRAMES + number, ended);
                    }
                }
            }
            connection.commit();
        }
    }

    private static String request(int number) {
        return "{\"blend\":\"scene.blend\",\"output\":\"job" + number
                + "/frame_####\",\"engine\":\"CYCLES\",\"chunk\":0,\"skipExisting\":false,\"tags\":[]}";
    }

    private static void add(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.executeUpdate();
    }
}
