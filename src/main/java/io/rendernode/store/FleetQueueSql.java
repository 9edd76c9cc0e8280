package io.rendernode.store;

/** Claims on PostgreSQL, where several nodes claim at once. */
final class FleetQueueSql extends QueueSql {

    FleetQueueSql() {
        super(false);
    }

    @Override
    public String getName() {
        return "PostgreSQL";
    }

    @Override
    String skipLocked() {
        return " FOR UPDATE SKIP LOCKED";
    }
}
