package dk.vandvagt.store;

import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.quality.GaugeOffset;
import dk.vandvagt.shard.VerdictSource;
import dk.vandvagt.station.Catalogue;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The room's door: drains one run's verdicts into the database and answers questions about the past. */
public final class Store implements AutoCloseable {
    private static final Sql GAUGE_CHECK = Sql.named("gauge_check_save");
    private static final Sql DELIVERY = Sql.named("delivery_save");

    private final Database database;
    private final Drain drain;
    private final RollUp rollUp;
    private final Upkeep upkeep;
    private final Queries queries;

    private Store(StoreSettings settings, String runId, VerdictSource source) {
        database = new Database(settings);
        drain = new Drain(database, settings, runId, source);
        rollUp = new RollUp(database);
        upkeep = new Upkeep(database, rollUp, settings.ages());
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
        store.upkeep.start();
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

    /** What fails in the database's background, or in the service's on its behalf; each with its reason. */
    public List<String> troubles() {
        List<String> all = new ArrayList<>(upkeep.troubles());
        String behind = rollUp.trouble();
        if (behind != null) {
            all.add(behind);
        }
        return all;
    }

    /** Makes the database's policies what the settings say, and drops what is too old; otherwise that happens every minute. */
    public void keepUpNow() throws SQLException {
        upkeep.keepUp();
    }

    /** Brings the aggregates up to date now; otherwise that happens by itself, a little later. */
    public void rollUpNow() throws SQLException {
        rollUp.rollUp();
    }

    /**
     * A copy; may be repeated.
     *
     * @param logId names the log they are from
     */
    public void keep(String logId, List<StoredCheck> checks) throws SQLException {
        try (Connection connection = database.connection();
                Sql.Call call = GAUGE_CHECK.on(connection)) {
            for (StoredCheck each : checks) {
                GaugeCheck check = each.check();
                GaugeOffset offset = each.offset();
                GaugeOffset found = offset == null || offset.how() == GaugeOffset.How.MISSING ? null : offset;
                call.set("log", logId)
                        .set("number", check.number())
                        .set("sensor", check.sensorId())
                        .setInstant("observedAt", check.observedAtMs())
                        .set("level", check.levelM())
                        .set("by", check.by())
                        .set("note", check.note())
                        .setInstant("recordedAt", check.recordedAtMs())
                        .setText("how", offset == null ? null : offset.how().name())
                        .setNumber("recorded", found == null ? null : found.recordedM())
                        .setInstantOrNone("readingAt", found == null ? 0 : found.readingAtMs())
                        .setNumber("offset", found == null ? null : found.offsetM())
                        .statement()
                        .addBatch();
            }
            call.statement().executeBatch();
        }
    }

    /**
     * A copy; may be repeated.
     *
     * @param logId names the log they are from
     */
    public void keepDeliveries(String logId, String runId, List<SettledLetter> letters) throws SQLException {
        try (Connection connection = database.connection();
                Sql.Call call = DELIVERY.on(connection)) {
            for (SettledLetter each : letters) {
                call.set("log", logId)
                        .set("run", runId)
                        .set("letter", each.letterId())
                        .setInstant("settledAt", each.settledAtMs())
                        .set("subscriber", each.subscriber())
                        .set("way", each.way().name())
                        .set("storm", each.storm())
                        .set("number", each.number())
                        .set("severity", each.severity())
                        .setArray("steps", "text", each.steps().toArray())
                        .setInstant("madeAt", each.madeAtMs())
                        .set("attempts", each.attempts())
                        .set("arrived", each.arrived())
                        .set("reason", each.reason())
                        .statement()
                        .addBatch();
            }
            call.statement().executeBatch();
        }
    }

    /**
     * What the settings say, in the place of what they said of that run before.
     *
     * @param exercise nothing of it happens now
     */
    public void keepCatalogue(String runId, boolean exercise, Catalogue catalogue) throws SQLException {
        try (Connection connection = database.connection()) {
            new CatalogueCopy(runId, exercise, catalogue).write(connection);
        }
    }

    @Override
    public void close() {
        drain.close();
        upkeep.close();
        rollUp.close();
        queries.close();
        database.close();
    }
}
