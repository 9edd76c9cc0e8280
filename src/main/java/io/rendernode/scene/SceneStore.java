package io.rendernode.scene;

import io.rendernode.store.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is known of scenes, in the store: of those of jobs, and of those that were asked about. */
@ApplicationScoped
public class SceneStore {
    private final Sql sql;
    private final Event<SceneWarned> warned;

    SceneStore(Sql sql, Event<SceneWarned> warned) {
        this.sql = sql;
        this.warned = warned;
    }

    /** A job has one warning more. */
    public record SceneWarned(String code) {}

    /** Keeps what Blender says of a job's scene; the first time counts, and the first after a retry. */
    public void keep(long job, SceneReport report) {
        sql.update(
                "UPDATE job SET scene_engine = ?, scene_report = ? WHERE id = ?"
                        + " AND (scene_report IS NULL OR scene_engine IS NULL)",
                report.engine(),
                report.toJson(),
                job);
        warn(job, report.warnings());
    }

    /** What Blender said of a job's scene; empty as long as it has not, and for jobs that an older version rendered. */
    public Optional<SceneReport> ofJob(long job) {
        return sql.first(
                        "SELECT scene_report FROM job WHERE id = ? AND scene_report IS NOT NULL",
                        row -> row.getString(1),
                        job)
                .flatMap(SceneReport::parse);
    }

    /** Adds warnings to a job's; such as it has stay. */
    public void warn(long job, List<SceneWarning> warnings) {
        for (SceneWarning warning : warnings) {
            int added = sql.update(
                    "INSERT INTO job_warning (job_id, number, code, name, message) SELECT id, (SELECT COUNT(*) FROM"
                            + " job_warning WHERE job_id = job.id), ?, ?, ? FROM job WHERE id = ? ON CONFLICT DO NOTHING",
                    warning.code(),
                    warning.name(),
                    warning.message(),
                    job);
            if (added > 0) {
                warned.fire(new SceneWarned(warning.code()));
            }
        }
    }

    /** A job's warnings, in the order in which they came. */
    public List<SceneWarning> warnings(long job) {
        return sql.list(
                "SELECT code, name, message FROM job_warning WHERE job_id = ? ORDER BY number, code, name",
                row -> new SceneWarning(row.getString(1), row.getString(2), row.getString(3)),
                job);
    }

    /**
     * What is known of a scene's file.
     *
     * @param report what Blender said of it, or null
     * @param failure why Blender could not load it, or null
     */
    public record Known(SceneReport report, String failure) {}

    /**
     * What is known of a scene, if it is as it was then.
     *
     * @param path below the blend folder
     * @param identity tells one state of the file from another
     * @param blender the version of the Blender whose word counts; empty is any
     */
    public Optional<Known> find(String path, String identity, String blender) {
        return sql.first(
                "SELECT report, failure FROM scene_report WHERE path = ? AND identity = ?"
                        + " AND ? IN ('', blender) AND (until IS NULL OR until > ?)",
                row -> new Known(
                        Optional.ofNullable(row.getString(1))
                                .flatMap(SceneReport::parse)
                                .orElse(null),
                        row.getString(2)),
                path,
                identity,
                blender,
                Instant.now());
    }

    /**
     * Keeps what is known of a scene, in place of what was.
     *
     * @param blender the version of the Blender that said so
     * @param until when it is to be asked about anew; null is when its file has changed
     */
    public void keep(String path, String identity, String blender, Known known, Instant until) {
        sql.transaction(() -> {
            sql.update("DELETE FROM scene_report WHERE path = ?", path);
            sql.update(
                    "INSERT INTO scene_report (path, identity, blender, report, failure, until)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    path,
                    identity,
                    blender,
                    known.report() == null ? null : known.report().toJson(),
                    known.failure(),
                    until);
            sql.update("DELETE FROM scene_wanted WHERE path = ?", path);
        });
    }

    /** Asks the nodes that render for a report. */
    public void want(String path) {
        sql.update("INSERT INTO scene_wanted (path) VALUES (?) ON CONFLICT DO NOTHING", path);
    }

    /** Takes one of the scenes that are asked for; whoever takes it makes the report. */
    public Optional<String> takeWanted() {
        Optional<String> path = sql.first("SELECT path FROM scene_wanted LIMIT 1", row -> row.getString(1));
        return path.filter(one -> sql.update("DELETE FROM scene_wanted WHERE path = ?", one) == 1);
    }
}
