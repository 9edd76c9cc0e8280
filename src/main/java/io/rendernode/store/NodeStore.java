package io.rendernode.store;

import static io.rendernode.store.Sql.instant;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The nodes that use the store. */
@ApplicationScoped
public class NodeStore {
    /** As many silent heartbeats as the queue waits before it gives a node's tasks to others. */
    private static final int SILENT_HEARTBEATS = 6;

    private static final Duration REMEMBERED = Duration.ofDays(1);

    private final Sql sql;
    private final Database database;
    private final Duration silence;

    NodeStore(
            Sql sql,
            Database database,
            @ConfigProperty(name = "render.heartbeat-interval") Duration heartbeatInterval) {
        this.sql = sql;
        this.database = database;
        this.silence = heartbeatInterval.multipliedBy(SILENT_HEARTBEATS);
    }

    /**
     * A node as it last told of itself.
     *
     * @param name what it is called
     * @param home names its data folder
     * @param instance names this start of it
     * @param slots Blender processes at once
     * @param busy slots in use
     * @param tags what it offers beside its Blender
     * @param blenderVersion its Blender's version
     * @param draining whether it takes no new work
     * @param startedAt when it started
     * @param lastSeenAt when it last told, by the store's clock
     */
    public record NodeRecord(
            String name,
            String home,
            String instance,
            int slots,
            int busy,
            List<String> tags,
            String blenderVersion,
            boolean draining,
            Instant startedAt,
            Instant lastSeenAt) {

        /** What it is configured to offer; what only this program asks for has a colon. */
        public List<String> plainTags() {
            return tags.stream().filter(tag -> tag.indexOf(':') < 0).toList();
        }

        /** All that a job may need and it has: its tags, and what its Blender reads. */
        public List<String> offer() {
            return Stream.concat(tags.stream(), BlenderTag.offered(blenderVersion))
                    .toList();
        }

        /** Busy slots over slots, 0 to 1. A node without slots takes nothing, so its load is 1. */
        public double load() {
            return slots == 0 ? 1 : Math.min(1, (double) busy / slots);
        }
    }

    /** The moment by the store's clock, which all nodes share. */
    public Instant now() {
        return Instant.ofEpochMilli(sql.one("SELECT " + database.nowMillis(), row -> row.getLong(1)));
    }

    /** The node of that name, if one has ever told of itself. */
    public Optional<NodeRecord> find(String name) {
        return sql.first("SELECT * FROM node WHERE name = ?", NodeStore::read, name);
    }

    /** For how long a node that lives may say nothing: after that its tasks go to others. */
    public Duration silence() {
        return silence;
    }

    /** The nodes that live, by name. */
    public List<NodeRecord> living() {
        return sql.list(
                "SELECT * FROM node WHERE last_seen_at > " + database.nowMillis() + " - ? ORDER BY name",
                NodeStore::read,
                silence.toMillis());
    }

    /** Forgets the nodes that have said nothing for a day: pods come under ever new names. */
    public void forgetGone() {
        sql.update("DELETE FROM node WHERE last_seen_at < " + database.nowMillis() + " - ?", REMEMBERED.toMillis());
    }

    /** The node now owns its name, whoever did before. */
    public void take(NodeRecord node) {
        sql.transaction(() -> {
            sql.update("DELETE FROM node WHERE name = ?", node.name());
            sql.update(
                    "INSERT INTO node (name, home, instance, slots, busy, tags, blender_version, draining, started_at,"
                            + " last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, " + database.nowMillis() + ")",
                    node.name(),
                    node.home(),
                    node.instance(),
                    node.slots(),
                    node.busy(),
                    String.join(",", node.tags()),
                    node.blenderVersion(),
                    node.draining() ? 1 : 0,
                    node.startedAt());
        });
    }

    /**
     * The node tells of itself.
     *
     * @return when, by the store's clock; empty if the name is another instance's by now
     */
    public Optional<Instant> tell(NodeRecord node) {
        return sql.first(
                "UPDATE node SET busy = ?, draining = ?, blender_version = ?, last_seen_at = " + database.nowMillis()
                        + " WHERE name = ? AND instance = ? RETURNING last_seen_at",
                row -> instant(row, "last_seen_at"),
                node.busy(),
                node.draining() ? 1 : 0,
                node.blenderVersion(),
                node.name(),
                node.instance());
    }

    /** The node goes: nobody need wait for it to be silent for long. */
    public void leave(String name, String instance) {
        sql.update("DELETE FROM node WHERE name = ? AND instance = ?", name, instance);
    }

    private static NodeRecord read(ResultSet row) throws SQLException {
        String tags = row.getString("tags");
        return new NodeRecord(
                row.getString("name"),
                row.getString("home"),
                row.getString("instance"),
                row.getInt("slots"),
                row.getInt("busy"),
                tags.isEmpty() ? List.of() : Arrays.asList(tags.split(",", -1)),
                row.getString("blender_version"),
                row.getInt("draining") == 1,
                instant(row, "started_at"),
                instant(row, "last_seen_at"));
    }
}
