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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
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
    private final Path data;
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
        this.data = absolute(taskConfig.dataDir());
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
        // Its place by default, wherever that is.
        if (files.filter(folder -> folder.isIn(data)).isEmpty()) {
            requireApart();
        }
        files.ifPresent(
                folder -> problem = find(folder).map("SCENE_DIR: "::concat).orElse(null));
    }

    private void requireApart() {
        others.forEach(
                (name, other) -> files.filter(folder -> folder.isIn(other)).ifPresent(in -> {
                    throw new Refusal("SCENE_DIR: must not be in " + name);
                }));
    }

    private Optional<String> find(SceneFiles folder) {
        try {
            String here = folder.identity();
            Optional<String> known = place();
            if (known.isEmpty()) {
                if (folder.holdsVersions() && !here.isEmpty()) {
                    return Optional.of(
                            "it holds the scenes of another store; without its file 'identity' it is this one's");
                }
                folder.open();
                // Of several nodes, and several folders, the first is the one that counts.
                sql.update(
                        "INSERT INTO scene_place (one, identity) VALUES (1, ?) ON CONFLICT DO NOTHING",
                        folder.identity());
                here = folder.identity();
                known = place();
            }
            if (known.filter(here::equals).isPresent()) {
                return folder.isThere() ? Optional.empty() : Optional.of("its folder of versions is gone");
            }
            return Optional.of(
                    here.isEmpty()
                            ? "the scenes that were sent are not there; is it mounted?"
                            : "it is not the folder that the scenes of this store are in");
        } catch (IOException failure) {
            return Optional.of(Refusal.words(failure));
        }
    }

    private Optional<String> place() {
        return sql.first("SELECT identity FROM scene_place", row -> row.getString(1));
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

    /** Whether a file is there already, which then stays for scenes to come. */
    boolean has(String sha256) {
        OptionalLong size = files().size(sha256);
        size.ifPresent(bytes -> note(sha256, bytes));
        return size.isPresent();
    }

    /** Keeps a file for scenes to come. */
    void keep(SceneFiles.Received file) throws IOException {
        // First: what has a row and no file is found and removed, what has a file and no row never.
        note(file.sha256(), file.bytes());
        files().keep(file);
    }

    private void note(String sha256, long bytes) {
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
     * @param may is asked about the version that the name means so far, and throws where it must not be replaced
     * @param onlyNew whether the name must mean nothing yet
     * @return empty where a file has gone meanwhile
     * @throws ProblemException if the name means something already and must not
     */
    Optional<Sent> put(String path, SceneManifest manifest, String owner, Consumer<Version> may, boolean onlyNew)
            throws IOException {
        String etag = etag(manifest);
        Optional<Version> before = current(path);
        if (before.isPresent()
                && before.get().etag().equals(etag)
                && Files.exists(file(before.get()))
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
            boolean isNew = sql.transaction(() -> insert(version, may, onlyNew));
            done = true;
            return Optional.of(new Sent(version, isNew));
        } finally {
            if (!done) {
                files().deleteVersion(version.id());
            }
        }
    }

    private boolean insert(Version version, Consumer<Version> may, boolean onlyNew) {
        boolean isNew = sql.update("UPDATE sent_scene SET path = path WHERE path = ?", version.path()) == 0;
        current(version.path()).ifPresent(may);
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
        int changed = sql.update(
                "INSERT INTO sent_scene (path, version) VALUES (?, ?) ON CONFLICT (path) DO "
                        + (onlyNew ? "NOTHING" : "UPDATE SET version = EXCLUDED.version"),
                version.path(),
                version.id());
        if (changed == 0) {
            throw new ProblemException(Problem.SCENE_EXISTS, "'" + version.path() + "'");
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
        SceneFiles folder = files();
        List<String> gone = sql.transaction(() -> {
            // Whoever posts a job with one of them now waits, and finds it gone; one that is sent now stays.
            sql.update("UPDATE scene_version SET used_at = used_at WHERE path = ?", path);
            List<String> versions =
                    sql.list("SELECT id FROM scene_version WHERE path = ?", row -> row.getString(1), path);
            for (String version : versions) {
                sql.first(
                                "SELECT id FROM job WHERE scene_file = ? AND ended_at IS NULL ORDER BY id",
                                row -> row.getLong(1),
                                SENT + version)
                        .ifPresent(job -> {
                            throw new ProblemException(Problem.SCENE_NEEDED, "by job " + job);
                        });
                sql.update("DELETE FROM scene_version WHERE id = ?", version);
            }
            return versions;
        });
        for (String version : gone) {
            folder.deleteVersion(version);
        }
    }

    /** A job is about to be forgotten: what it used counts as used until the job ended. */
    public void forget(long job) {
        sql.update(
                "UPDATE scene_version SET used_at = (SELECT ended_at FROM job WHERE id = ?)"
                        + " WHERE id = (SELECT SUBSTR(scene_file, 6) FROM job WHERE id = ?)"
                        + " AND used_at < (SELECT ended_at FROM job WHERE id = ?)",
                job,
                job,
                job);
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
                delete(folder, id);
                LOG.infof("forgot version %s of a scene, which nothing has used for %s", id, retention);
            }
        }
        for (String id : folder.old()) {
            if (sql.first("SELECT 1 FROM scene_version WHERE id = ?", row -> 1, id)
                    .isEmpty()) {
                delete(folder, id);
            }
        }
    }

    /** What cannot be deleted now is tried again with what has no row. */
    private static void delete(SceneFiles folder, String version) {
        try {
            folder.deleteVersion(version);
        } catch (IOException failure) {
            LOG.warnf("version %s of a scene cannot be deleted yet: %s", version, Refusal.words(failure));
        }
    }

    private void removeFiles(SceneFiles folder) throws IOException {
        Instant before = clock.now().minus(UNUSED);
        String last = "";
        List<String> some = old(before, last);
        while (!some.isEmpty()) {
            for (String sum : some) {
                if (folder.deleteUnused(sum)) {
                    sql.update("DELETE FROM sent_file WHERE sha256 = ? AND sent_at < ?", sum, before);
                }
                last = sum;
            }
            some = old(before, last);
        }
    }

    private List<String> old(Instant before, String after) {
        return sql.list(
                "SELECT sha256 FROM sent_file WHERE sha256 > ? AND sent_at < ? ORDER BY sha256 LIMIT " + AT_ONCE,
                row -> row.getString(1),
                after,
                before);
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
