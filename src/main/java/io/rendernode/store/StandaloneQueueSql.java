package io.rendernode.store;

/** Claims on SQLite, which has one writer at a time. */
final class StandaloneQueueSql extends QueueSql {

    StandaloneQueueSql() {
        super(true);
    }

    @Override
    public String getName() {
        return "SQLite";
    }

    @Override
    String skipLocked() {
        return "";
    }
}
