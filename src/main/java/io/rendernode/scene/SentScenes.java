package io.rendernode.scene;

import io.rendernode.frame.FrameConfig;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.problem.Refusal;
import io.rendernode.store.BlenderTag;
import io.rendernode.store.Database;
import io.rendernode.store.Sql;
import io.rendernode.task.StoreClock;
import io.rendernode.task.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Scenes that were sent, by name. A name means the version that was sent last; a job renders the version that the name
 * meant when it was posted, which stays as long as the job needs it and for a while after.
 */
@ApplicationScoped
public class SentScenes {
    private static final Logger LOG = Logger.getLogger(SentScenes.class);

    /** What a job keeps of such a scene's file begins with it; the version's id follows. */
    private static final String SENT = "sent ";

    private static final String COLUMNS =
            "SELECT v.id, v.path, v.blend, v.etag, v.bytes, v.owner, v.sent_at" + " FROM scene_version v ";

    private static final String NEEDED_BY_JOBS = " EXISTS (SELECT 1 FROM job WHERE job.scene_file = '" + SENT + "' || ";

    /** After which a file goes that no scene has had yet. */
    private static final Duration UNUSED = Duration.ofDays(1);

    private static final int AT_ONCE = 500;

    /** Each body that comes has a thread of those that all calls share, for as long as its bytes come. */
    private static final int MOST_BODIES = 12;

    private final Sql sql;
    private final StoreClock clock;
    private final Duration retention;
    private final Optional<SceneFiles> files;
    private final boolean shared;
    private final Map<String, Path> others;
    private final Semaphore turns = new Semaphore(MOST_BODIES);
    private volatile String problem;

    SentScenes(
            Sql sql,
            StoreClock clock,
            SceneConfig config,
            Database database,
            TaskConfig taskConfig,
            FrameConfig frameConfig) {
        this.others = Map.of(
                "OUTPUT_DIR", absolute(frameConfig.outputDir()),
                "the blend folder", absolute(taskConfig.blendFilePath()).getParent());
        this.sql = sql;
        this.clock = clock;
        this.retention = config.sceneRetention();
        this.shared = database.isShared();
        OptionalLong limit = config.sceneLimit().stream()
                .mapToLong(size -> size.asLongValue())
                .findFirst();
        this.files = config.sceneDir().map(folder -> new SceneFiles(absolute(folder), limit));
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }

    /**
     * A scene that was sent.
     *
     * @param id names its tree
     * @param path the scene's name
     * @param blend the scene's file, in the tree
     * @param etag the SHA-256 of the scene's file, or, of a scene of several, of their list
     * @param bytes of the scene's file
     * @param owner who sent it, or null
     */
    public record Version(String id, String path, String blend, String etag, long bytes, String owner, Instant sentAt) {

        /** What a job keeps of its scene's file. */
        String identity() {
            return SENT + id;
        }
    }

    /**
     * Looks whether the folder is there, and is the one that this store's scenes are in; until it is, none are taken.
     *
     * @throws Refusal if it is where others write, or nobody may
     */
    public void look() {
        others.forEach(
                (name, other) -> files.filter(folder -> folder.isIn(other)).ifPresent(in -> {
                    throw new Refusal("SCENE_DIR: must not be in " + name);
                }));
        files.ifPresent(
                folder -> problem = find(folder).map("SCENE_DIR: "::concat).orElse(null));
    }

    private Optional<String> find(SceneFiles folder) {
        try {
            String here = folder.identity();
            Optional<String> known = sql.first("SELECT identity FROM scene_place", row -> row.getString(1));
            if (known.filter(here::equals).isPresent()) {
                return folder.isThere() ? Optional.empty() : Optional.of("its folder of versions is gone");
            }
            if (sql.first("SELECT 1 FROM scene_version", row -> 1).isPresent()) {
                return Optional.of(
                        here.isEmpty()
                                ? "the scenes that were sent are not there; is it mounted?"
                                : "it is not the folder that the scenes of this store are in");
            }
            folder.open();
            String name = here.isEmpty() ? UUID.randomUUID().toString() : here;
            folder.identify(name);
            sql.transaction(() -> {
                sql.update("DELETE FROM scene_place WHERE identity <> ?", name);
                sql.update("INSERT INTO scene_place (identity) VALUES (?) ON CONFLICT DO NOTHING", name);
            });
            return Optional.empty();
        } catch (IOException failure) {
            return Optional.of(Refusal.words(failure));
        }
    }

    /** What a node offers that jobs with such scenes need. */
    public Stream<String> offer() {
        return isKeeping() && problem == null ? Stream.of(BlenderTag.SENT_SCENES) : Stream.of();
    }

    /** Whether the folder is there, and the right one as far as is known. */
    boolean isThere() {
        return problem == null && folder().isPresent();
    }

    private boolean isKeeping() {
        return files.isPresent();
    }

    private SceneFiles files() {
        if (problem != null) {
            throw new ProblemException(Problem.NO_SCENE_DIR, problem);
        }
        return files.orElseThrow(() -> new ProblemException(
                Problem.NO_SCENE_DIR,
                shared ? "SCENE_DIR names no folder that all nodes share" : "SCENE_DIR is empty"));
    }

    /** Where all versions are; empty where none are kept. */
    public Optional<Path> folder() {
        return files.filter(SceneFiles::isThere).map(SceneFiles::versions);
    }

    /** What a name means now. */
    Optional<Version> current(String path) {
        return isKeeping()
                ? sql.first(COLUMNS + "JOIN sent_scene s ON s.version = v.id WHERE s.path = ?", SentScenes::read, path)
                : Optional.empty();
    }

    /** What the name of a job's scene meant when the job was posted; empty where it is no sent scene. */
    Optional<Version> ofJob(String sceneFile) {
        return isSent(sceneFile)
                ? sql.first(COLUMNS + "WHERE v.id = ?", SentScenes::read, sceneFile.substring(SENT.length()))
                : Optional.empty();
    }

    /** Whether that is what a job keeps of a scene that was sent. */
    static boolean isSent(String sceneFile) {
        return sceneFile != null && sceneFile.startsWith(SENT);
    }

    /** The newest versions of scenes whose names begin so, by name. */
    List<Version> below(String folder) {
        String after = folder.isEmpty() ? "" : folder + "/";
        return isKeeping()
                ? sql.list(
                        COLUMNS
                                + "JOIN sent_scene s ON s.version = v.id WHERE SUBSTR(s.path, 1, ?) = ? ORDER BY s.path",
                        SentScenes::read,
                        after.length(),
                        after)
                : List.of();
    }

    /** The tree of a version. */
    Path tree(Version version) {
        return files().version(version.id());
    }

    /** The scene's file of a version. */
    Path file(Version version) {
        return tree(version).resolve(version.blend());
    }

    /** Keeps a version for a job that is being written; false where it is gone. Call it inside that transaction. */
    boolean use(String sceneFile) {
        return !isSent(sceneFile)
                || sql.update(
                                "UPDATE scene_version SET used_at = ? WHERE id = ?",
                                clock.now(),
                                sceneFile.substring(SENT.length()))
                        == 1;
    }

    /** What reads a body. */
    @FunctionalInterface
    interface Work {
        Response run() throws IOException;
    }

    /**
     * Does what reads a body, or a manifest's files, beside few others.
     *
     * @throws ProblemException if there are too many others, or the disk fails
     */
    Response inTurn(Work work) {
        if (!turns.tryAcquire()) {
            throw new ProblemException(Problem.UPLOADS_BUSY);
        }
        try {
            return work.run();
        } catch (IOException failure) {
            throw SceneFiles.problem(failure);
        } finally {
            turns.release();
        }
    }

    /**
     * Takes a file's bytes to the disk, where they wait to be kept.
     *
     * @throws ProblemException if they are not as said, or have no room
     */
    SceneFiles.Received receive(InputStream body, long bytes) throws IOException {
        return files().receive(body, bytes, usedBytes());
    }

    /** Whether a file is there already. */
    boolean has(String sha256) {
        return files().size(sha256).isPresent();
    }

    /** Keeps a file for scenes to come. */
    void keep(SceneFiles.Received file) throws IOException {
        files().keep(file);
        note(file.sha256(), file.bytes());
    }

    /** A file is there, and was asked for just now. */
    void note(String sha256, long bytes) {
        sql.update(
                "INSERT INTO sent_file (sha256, bytes, sent_at) VALUES (?, ?, ?)"
                        + " ON CONFLICT (sha256) DO UPDATE SET sent_at = EXCLUDED.sent_at",
                sha256,
                bytes,
                clock.now());
    }

    /**
     * Which of a scene's files are not there.
     *
     * @throws ProblemException if one that is there has another size than said, or those that are not have no room
     */
    List<String> missing(SceneManifest manifest) {
        TreeMap<String, Long> missing = new TreeMap<>();
        for (int number = 0; number < manifest.files().size(); number++) {
            SceneManifest.Entry file = manifest.files().get(number);
            OptionalLong size = files().size(file.sha256());
            if (size.isEmpty()) {
                missing.put(file.sha256(), file.size());
            } else if (size.getAsLong() != file.size()) {
                throw ProblemException.invalid(
                        "files[" + number + "].size", "is " + file.size() + ", the file has " + size.getAsLong());
            }
        }
        if (!missing.isEmpty()) {
            files().requireRoom(
                            usedBytes(),
                            missing.values().stream().mapToLong(Long::longValue).sum());
        }
        return List.copyOf(missing.keySet());
    }

    /**
     * What became of a scene that was sent.
     *
     * @param isNew whether the name meant nothing before
     */
    record Sent(Version version, boolean isNew) {}

    /**
     * Lets a name mean a scene whose files are there.
     *
     * @param path the name
     * @param onlyNew whether the name must mean nothing yet
     * @return empty where a file has gone meanwhile
     * @throws ProblemException if the name means something already and must not
     */
    Optional<Sent> put(String path, SceneManifest manifest, String owner, boolean onlyNew) throws IOException {
        String etag = etag(manifest);
        Optional<Version> before = current(path);
        if (before.isPresent()
                && before.get().etag().equals(etag)
                && !onlyNew
                && use(before.get().identity())) {
            return Optional.of(new Sent(before.get(), false));
        }
        long bytes = manifest.files().stream()
                .filter(file -> file.path().equals(manifest.blend()))
                .mapToLong(SceneManifest.Entry::size)
                .sum();
        Version version = new Version(
                UUID.randomUUID().toString(),
                path,
                manifest.blend(),
                etag,
                bytes,
                owner,
                clock.now().truncatedTo(ChronoUnit.MILLIS));
        if (!files().make(version.id(), manifest.files())) {
            return Optional.empty();
        }
        boolean done = false;
        try {
            boolean isNew = sql.transaction(() -> insert(version, onlyNew));
            done = true;
            return Optional.of(new Sent(version, isNew));
        } finally {
            if (!done) {
                files().deleteVersion(version.id());
            }
        }
    }

    private boolean insert(Version version, boolean onlyNew) {
        sql.update(
                "INSERT INTO scene_version (id, path, blend, etag, bytes, owner, sent_at, used_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                version.id(),
                version.path(),
                version.blend(),
                version.etag(),
                version.bytes(),
                version.owner(),
                version.sentAt(),
                version.sentAt());
        boolean isNew = sql.update(
                        "INSERT INTO sent_scene (path, version) VALUES (?, ?) ON CONFLICT DO NOTHING",
                        version.path(),
                        version.id())
                == 1;
        if (!isNew && onlyNew) {
            throw new ProblemException(Problem.SCENE_EXISTS, "'" + version.path() + "'");
        }
        if (!isNew) {
            sql.update("UPDATE sent_scene SET version = ? WHERE path = ?", version.id(), version.path());
        }
        return isNew;
    }

    private static String etag(SceneManifest manifest) {
        if (manifest.files().size() == 1) {
            return manifest.files().get(0).sha256();
        }
        TreeMap<String, String> files = new TreeMap<>();
        manifest.files().forEach(file -> files.put(file.path(), file.sha256()));
        StringBuilder list = new StringBuilder(manifest.blend());
        files.forEach((path, sum) -> list.append('\n').append(sum).append(' ').append(path));
        return HexFormat.of()
                .formatHex(SceneFiles.sha256().digest(list.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Forgets a scene; its files go with the next {@link #tidy} if no other has them.
     *
     * @throws ProblemException while a job needs it
     */
    void delete(String path) throws IOException {
        List<String> gone = sql.transaction(() -> {
            // Whoever posts a job with one of them now waits, and finds it gone.
            sql.update("UPDATE scene_version SET used_at = used_at WHERE path = ?", path);
            sql.first(
                            "SELECT job.id FROM job JOIN scene_version v ON job.scene_file = '" + SENT
                                    + "' || v.id WHERE v.path = ? AND job.ended_at IS NULL ORDER BY job.id",
                            row -> row.getLong(1),
                            path)
                    .ifPresent(job -> {
                        throw new ProblemException(Problem.SCENE_NEEDED, "by job " + job);
                    });
            List<String> versions =
                    sql.list("SELECT id FROM scene_version WHERE path = ?", row -> row.getString(1), path);
            sql.update("DELETE FROM scene_version WHERE path = ?", path);
            return versions;
        });
        for (String version : gone) {
            files().deleteVersion(version);
        }
    }

    /** Removes what nothing needs any more: versions that no job has used for long, then files that no version has. */
    public void tidy() {
        if (files.isEmpty() || problem != null) {
            return;
        }
        try {
            removeVersions(files.get());
            removeFiles(files.get());
        } catch (IOException failure) {
            LOG.warnf("SCENE_DIR cannot be tidied: %s", Refusal.words(failure));
        }
    }

    private void removeVersions(SceneFiles folder) throws IOException {
        Instant before = clock.now().minus(retention);
        String unneeded = " WHERE used_at < ? AND NOT" + NEEDED_BY_JOBS
                + "scene_version.id AND (job.ended_at IS NULL OR job.ended_at > ?))";
        for (String id : sql.list(
                "SELECT id FROM scene_version" + unneeded + " LIMIT " + AT_ONCE,
                row -> row.getString(1),
                before,
                before)) {
            if (sql.update("DELETE FROM scene_version" + unneeded + " AND id = ?", before, before, id) == 1) {
                folder.deleteVersion(id);
                LOG.infof("forgot version %s of a scene, which nothing has used for %s", id, retention);
            }
        }
        for (String id : folder.old()) {
            if (sql.first("SELECT 1 FROM scene_version WHERE id = ?", row -> 1, id)
                    .isEmpty()) {
                folder.deleteVersion(id);
            }
        }
    }

    private void removeFiles(SceneFiles folder) throws IOException {
        List<String> old = new ArrayList<>(sql.list(
                "SELECT sha256 FROM sent_file WHERE sent_at < ?",
                row -> row.getString(1),
                clock.now().minus(UNUSED)));
        for (String sum : old) {
            if (folder.deleteUnused(sum)) {
                sql.update("DELETE FROM sent_file WHERE sha256 = ?", sum);
            }
        }
    }

    /** Bytes of all files that were sent and are kept. */
    public long usedBytes() {
        return sql.one("SELECT COALESCE(SUM(bytes), 0) FROM sent_file", row -> row.getLong(1));
    }

    private static Version read(ResultSet row) throws SQLException {
        return new Version(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getLong(5),
                row.getString(6),
                Instant.ofEpochMilli(row.getLong(7)));
    }
}
