package dk.vandvagt.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a database to the highest level its server offers, from plain by way of the Apache level. Each step commits whole and
 * leaves a database that the service can use; so what was interrupted goes on where it stopped, by the same command.
 */
public final class Upgrade implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Upgrade.class);
    private static final Sql ALONE = Sql.named("use_alone");
    private static final Sql ENDS = Sql.named("use_ends");
    private static final Sql STANDS = Sql.named("upgrade_stands");
    private static final Sql HYPERTABLE = Sql.named("upgrade_hypertable");
    private static final Sql AGGREGATES_OFF = Sql.named("upgrade_aggregates_off");
    private static final Sql LEVEL = Sql.named("upgrade_level");
    private static final Sql SPAN = Sql.named("upgrade_span");
    private static final Sql REFRESH = Sql.named("upgrade_refresh");
    /** What the community level makes of a plain table is its first migration, and so it is of a hypertable that stands. */
    private static final String HYPERTABLE_VERSION = "1";

    private static final long REFRESHED_AT_ONCE_MS = Duration.ofDays(30).toMillis();
    private static final long MB = 1 << 20;
    private static final int TOLD_EVERY_S = 10;

    private final StoreSettings settings;
    private final Database database;
    private final Connection connection;
    private final Level from;
    private final Level to;
    private final Stands stands;

    private record Stands(boolean made, long readings, long bytes, long databaseBytes) {}

    private Upgrade(
            StoreSettings settings, Database database, Connection connection, Level from, Level to, Stands stands) {
        this.settings = settings;
        this.database = database;
        this.connection = connection;
        this.from = from;
        this.to = to;
        this.stands = stands;
    }

    /**
     * Looks at what is there and takes the database for itself; of what it finds it changes nothing, but the extension is created
     * where the server has it.
     */
    public static Upgrade open(StoreSettings settings) throws SQLException, UpgradeRefused {
        Database database = new Database(settings);
        Connection connection = null;
        try {
            connection = database.connectAlone();
            if (!Database.isTrue(connection, ALONE)) {
                throw new UpgradeRefused("a service uses this database: stop it first, and start it again afterwards");
            }
            Stands stands = stands(connection);
            Optional<Level> chosen = stands.made ? database.chosen() : Optional.empty();
            if (chosen.isEmpty()) {
                throw new UpgradeRefused(
                        "nothing is stored there yet: the first start makes the schema, at the highest level the server offers");
            }
            List<String> why = new ArrayList<>();
            Level offered = database.offered(why::add);
            Level at = chosen.get();
            if (offered.compareTo(at) < 0 || (offered == at && at != Level.COMMUNITY)) {
                throw new UpgradeRefused("the database is at level " + name(at) + " and its server offers no more: "
                        + (why.isEmpty() ? missing(offered) : String.join("; ", why)));
            }
            return new Upgrade(settings, database, connection, at, offered, stands);
        } catch (SQLException | UpgradeRefused | RuntimeException e) {
            if (connection != null) {
                release(connection);
            }
            database.close();
            throw e;
        }
    }

    private static String missing(Level offered) {
        return offered == Level.APACHE
                ? "its TimescaleDB is the Apache-licensed build (timescaledb.license)"
                : "the extension timescaledb is not installed there; install TimescaleDB 2.20 or newer, name it in "
                        + "shared_preload_libraries, restart the server";
    }

    private static Stands stands(Connection connection) throws SQLException {
        try (Sql.Call call = STANDS.on(connection);
                ResultSet row = call.statement().executeQuery()) {
            row.next();
            return new Stands(
                    row.getBoolean("made"),
                    row.getLong("readings"),
                    row.getLong("bytes"),
                    row.getLong("database_bytes"));
        }
    }

    private static String name(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    /** What {@link #run} will do, a line a step. */
    public List<String> plan() {
        List<String> plan = new ArrayList<>();
        plan.add("level " + name(from) + " -> " + name(to));
        if (from == Level.PLAIN) {
            plan.add(String.format(
                    Locale.ROOT,
                    "reading becomes a hypertable: about %,d readings are rewritten, which takes %,d MB more while it lasts",
                    stands.readings,
                    Math.ceilDiv(stands.bytes, MB)));
        }
        if (to == Level.COMMUNITY) {
            if (from != Level.COMMUNITY) {
                plan.add(
                        "the service's aggregates make room for continuous aggregates under the same names; those of readings "
                                + "already dropped are kept");
            }
            plan.add("continuous aggregates of 5 minutes, hour and day are filled from raw");
            plan.add("policies follow the settings: columnstore after "
                    + days(settings.ages().columnstoreAfterMs()) + ", readings kept "
                    + (settings.ages().keepReadingsMs() == 0
                            ? "for ever"
                            : days(settings.ages().keepReadingsMs())));
        }
        return plan;
    }

    private static String days(long ms) {
        return Duration.ofMillis(ms).toDays() + " days";
    }

    /** @param told what is being done, as it is; whatever it throws interrupts the upgrade */
    public void run(Consumer<String> told) throws SQLException {
        told.accept("bringing the schema up to date at level " + name(from));
        database.prepareForUpgrade();
        try (RollUp rollUp = new RollUp(database);
                Upkeep upkeep = new Upkeep(database, rollUp, settings.ages())) {
            if (from == Level.PLAIN) {
                told.accept("bringing the aggregates up to date");
                rollUp.rollUp();
                makeHypertable(told);
            }
            if (to == Level.COMMUNITY) {
                if (from != Level.COMMUNITY) {
                    told.accept("bringing the aggregates up to date");
                    rollUp.rollUp();
                    handOverAggregates(told);
                }
                fillAggregates(told);
                told.accept("bringing the higher aggregates up to date");
                rollUp.rollUp();
                told.accept("making the policies");
                upkeep.keepUp();
            }
        }
        told.accept("done: level " + name(to));
        log.info("database moved from level {} to {}", from, to);
    }

    private void makeHypertable(Consumer<String> told) throws SQLException {
        told.accept(String.format(Locale.ROOT, "making reading a hypertable: about %,d readings", stands.readings));
        database.beginHistory(Level.APACHE, database.newestOf(Level.PLAIN));
        try (ScheduledExecutorService growing = tellGrowth(told)) {
            inOneTransaction(Level.APACHE, HYPERTABLE, told);
            growing.shutdownNow();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("analyze reading");
        }
        database.prepareForUpgrade();
    }

    private void handOverAggregates(Consumer<String> told) throws SQLException {
        told.accept("making continuous aggregates");
        database.beginHistory(Level.COMMUNITY, HYPERTABLE_VERSION);
        inOneTransaction(Level.COMMUNITY, AGGREGATES_OFF, told);
        database.prepareForUpgrade();
    }

    private void inOneTransaction(Level becomes, Sql sql, Consumer<String> told) throws SQLException {
        connection.setAutoCommit(false);
        try {
            try (Sql.Call call = sql.on(connection)) {
                call.statement().execute();
            }
            try (Sql.Call call = LEVEL.on(connection)) {
                call.set("level", becomes.name()).statement().executeUpdate();
            }
            told.accept("committing level " + name(becomes));
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** The rewriting is one statement: how far it is shows only in what the database grows by. */
    private ScheduledExecutorService tellGrowth(Consumer<String> told) {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("store-growth").daemon().factory());
        scheduler.scheduleWithFixedDelay(
                () -> {
                    try (Connection beside = database.connectAlone()) {
                        long grown = stands(beside).databaseBytes - stands.databaseBytes;
                        told.accept(String.format(
                                Locale.ROOT, "  %,d of about %,d MB", grown / MB, Math.ceilDiv(stands.bytes, MB)));
                    } catch (SQLException e) {
                        log.debug("how far it is cannot be asked: {}", e.getMessage());
                    }
                },
                TOLD_EVERY_S,
                TOLD_EVERY_S,
                TimeUnit.SECONDS);
        return scheduler;
    }

    /** In parts, each committed: what has been filled is not filled again when this is repeated. */
    private void fillAggregates(Consumer<String> told) throws SQLException {
        long fromMs;
        long toMs;
        try (Sql.Call call = SPAN.on(connection);
                ResultSet row = call.statement().executeQuery()) {
            row.next();
            fromMs = row.getLong("from_ms");
            toMs = row.getLong("to_ms");
            if (row.wasNull()) {
                return;
            }
        }
        for (long at = fromMs; at <= toMs; at += REFRESHED_AT_ONCE_MS) {
            told.accept("filling 5 minutes from "
                    + Instant.ofEpochMilli(at).atOffset(ZoneOffset.UTC).toLocalDate());
            try (Sql.Call call = REFRESH.on(connection)) {
                call.setInstant("from", at)
                        .setInstant("to", at + REFRESHED_AT_ONCE_MS)
                        .statement()
                        .execute();
            }
        }
    }

    /** Lets the service in again. */
    @Override
    public void close() {
        release(connection);
        database.close();
    }

    /** Said rather than left to the connection's end, which a server may notice late. */
    private static void release(Connection connection) {
        try (connection;
                Sql.Call call = ENDS.on(connection)) {
            call.statement().execute();
        } catch (SQLException e) {
            log.debug("while letting go of the database: {}", e.getMessage());
        }
    }
}
