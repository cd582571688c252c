package dk.vandvagt.store;

/** What the database can do; decides which schema is made, never which queries are asked. */
public enum Level {
    /** PostgreSQL alone: the service keeps the aggregates. */
    PLAIN("rollup"),
    /** TimescaleDB under the Apache licence: hypertable; the service keeps the aggregates. */
    APACHE("hypertable", "rollup"),
    /** TimescaleDB under its own licence: hypertable, columnstore, continuous aggregates. */
    COMMUNITY("hypertable", "aggregates");

    private final String[] folders;

    Level(String... folders) {
        this.folders = folders;
    }

    String[] migrations() {
        String[] locations = new String[folders.length];
        for (int i = 0; i < folders.length; i++) {
            locations[i] = "classpath:db/" + folders[i];
        }
        return locations;
    }

    /** Whether the service has to recompute the aggregates. */
    boolean rollsUpItself() {
        return this != COMMUNITY;
    }
}
