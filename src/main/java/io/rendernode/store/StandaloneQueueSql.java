package io.rendernode.store;

import java.sql.PreparedStatement;

/** Claims on SQLite, which has one writer at a time. */
final class StandaloneQueueSql extends QueueSql {

    StandaloneQueueSql() {
        super(true);
    }

    @Override
    public String getName() {
        return "SQLite";
    }

    /** Alone, a node has refused a job that asks for what it does not offer. */
    @Override
    String mayClaim() {
        return "";
    }

    @Override
    int setMayClaim(PreparedStatement statement, int index) {
        return index;
    }

    @Override
    String skipLocked() {
        return "";
    }
}
