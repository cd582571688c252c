package dk.vandvagt.store;

import dk.vandvagt.shard.VerdictSource;
import java.sql.SQLException;
import java.util.Optional;

/** The room's door: drains one run's verdicts into the database and answers questions about the past. */
public final class Store implements AutoCloseable {
    private final Database database;
    private final Drain drain;
    private final RollUp rollUp;
    private final Queries queries;

    private Store(StoreSettings settings, String runId, VerdictSource source) {
        database = new Database(settings);
        drain = new Drain(database, settings, runId, source);
        rollUp = new RollUp(database);
        queries = new Queries(database);
    }

    /**
     * Returns at once, whether or not the database is there; its schema is made, and drained into, as soon as it is.
     *
     * @param runId names the log that {@code source} reads: another log, another id, since sequences begin anew
     */
    public static Store start(StoreSettings settings, String runId, VerdictSource source) {
        Store store = new Store(settings, runId, source);
        store.drain.start();
        store.rollUp.start(settings.rollUpEveryMs());
        return store;
    }

    public DrainCounts drain() {
        return drain.counts();
    }

    public Queries queries() {
        return queries;
    }

    /** Known once the database has been reached. */
    public Optional<Level> level() {
        return database.level();
    }

    /** Whether the database answered when last asked. */
    public boolean isUp() {
        return database.isUp();
    }

    /** Brings the hourly and daily aggregates up to date now; otherwise that happens by itself, a little later. */
    public void rollUpNow() throws SQLException {
        rollUp.rollUp();
    }

    @Override
    public void close() {
        drain.close();
        rollUp.close();
        queries.close();
        database.close();
    }
}
