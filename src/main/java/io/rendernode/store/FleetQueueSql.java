package io.rendernode.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Claims on PostgreSQL, where several nodes claim at once, each only what it can render. */
final class FleetQueueSql extends QueueSql {
    private final List<String> tags;

    FleetQueueSql(List<String> tags) {
        super(false);
        this.tags = List.copyOf(tags);
    }

    @Override
    public String getName() {
        return "PostgreSQL";
    }

    @Override
    String mayClaim() {
        return " AND NOT EXISTS (SELECT 1 FROM job_tag WHERE job_id = CAST(SPLIT_PART(task_instance, '-', 1) AS BIGINT)"
                + " AND tag <> ALL (?))";
    }

    @Override
    int setMayClaim(PreparedStatement statement, int index) throws SQLException {
        statement.setArray(index, statement.getConnection().createArrayOf("text", tags.toArray()));
        return index + 1;
    }

    @Override
    String skipLocked() {
        return " FOR UPDATE SKIP LOCKED";
    }
}
