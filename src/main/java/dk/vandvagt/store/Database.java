package dk.vandvagt.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the database: connections, its level, its schema. Nothing is asked of it at construction; the drain makes it
 * {@link #ready} at its first connection.
 */
final class Database implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final Sql LEVEL = Sql.named("level");
    private static final Sql LEVEL_CHOSEN = Sql.named("level_chosen");
    private static final Sql LEVEL_CHOOSE = Sql.named("level_choose");
    private static final Sql USE_SHARED = Sql.named("use_shared");
    /** Cannot connect now: to be tried again, as while a server starts. */
    private static final String NOT_NOW = "57P03";
    /** TimescaleDB 2.20, the first with the idioms of the migrations. */
    private static final int OLDEST_MINOR_OF_2 = 20;

    private final StoreSettings settings;
    private final HikariDataSource pool;
    private volatile @Nullable Level level;
    private volatile boolean up;
    private volatile @Nullable Connection drainConnection;

    Database(StoreSettings settings) {
        this.settings = settings;
        HikariConfig config = new HikariConfig();
        config.setPoolName("store");
        config.setDataSource(source(
                settings.queryTimeoutMs() + settings.connectTimeoutMs(),
                "-c statement_timeout=" + settings.queryTimeoutMs()));
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(settings.connectTimeoutMs());
        // the database may come up after the service
        config.setInitializationFailTimeout(-1);
        pool = new HikariDataSource(config);
    }

    private PGSimpleDataSource source(int socketTimeoutMs, @Nullable String options) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.jdbcUrl());
        source.setUser(settings.user());
        source.setPassword(settings.password());
        source.setApplicationName("vandvagt");
        source.setConnectTimeout(seconds(settings.connectTimeoutMs()));
        source.setSocketTimeout(seconds(socketTimeoutMs));
        source.setTcpKeepAlive(true);
        if (options != null) {
            source.setOptions(options);
        }
        return source;
    }

    private static int seconds(int ms) {
        return Math.ceilDiv(ms, 1_000);
    }

    /** Known once the database has been reached. */
    Optional<Level> level() {
        return Optional.ofNullable(level);
    }

    /** Whether it answered when last asked, and its schema stands. */
    boolean isUp() {
        return up;
    }

    void lost() {
        up = false;
    }

    /**
     * The drain's own connection, without autocommit; the schema is made at the first. One at a time.
     *
     * @throws SQLException it is away
     */
    Connection connectDrain() throws SQLException {
        Connection connection = source(settings.drainTimeoutMs(), null).getConnection();
        try {
            if (!isTrue(connection, USE_SHARED)) {
                throw new SQLException(
                        "the database is being moved to another level (vandvagt database upgrade)", NOT_NOW);
            }
            prepareOnce();
            if (level == Level.COMMUNITY) {
                try (Statement statement = connection.createStatement()) {
                    // a correction in the columnstore unpacks the rows beside it; the default limit would refuse a
                    // batch
                    // of them
                    statement.execute("set timescaledb.max_tuples_decompressed_per_dml_transaction = 0");
                }
            }
            connection.setAutoCommit(false);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
        drainConnection = connection;
        up = true;
        return connection;
    }

    /** Again where it has been moved to another level since. */
    private void prepareOnce() throws SQLException {
        Level known = level;
        if (known == null || !Optional.of(known).equals(chosen())) {
            level = prepare();
        }
    }

    /** For the upgrade, which uses the database alone. */
    void prepareForUpgrade() throws SQLException {
        level = prepare();
        up = true;
    }

    /** A connection of one's own, whether or not the schema stands. */
    Connection connectAlone() throws SQLException {
        return source(0, null).getConnection();
    }

    static boolean isTrue(Connection connection, Sql question) throws SQLException {
        try (Sql.Call call = question.on(connection);
                ResultSet row = call.statement().executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** A pooled connection for a query, which may take so long and no longer. */
    Connection connection() throws SQLException {
        refuseWhileAway();
        return pool.getConnection();
    }

    /** A connection of one's own for work that takes its time. */
    Connection connectRollUp() throws SQLException {
        refuseWhileAway();
        return source(0, null).getConnection();
    }

    /** Otherwise each caller would wait for a connection on its own. */
    private void refuseWhileAway() {
        if (!up) {
            throw new DatabaseAway("the database is away", null);
        }
    }

    private Level prepare() throws SQLException {
        // migrations may take longer than a batch
        PGSimpleDataSource source = source(0, null);
        migrate(source, "flyway_schema_history", "classpath:db/common");
        Optional<Level> chosen = chosen();
        Level use;
        if (chosen.isPresent()) {
            use = chosen.get();
            tellOfHigher(use, offered(reason -> {}));
        } else {
            use = offered(reason -> log.warn("TimescaleDB is not used: {}", reason));
            choose(source, use);
        }
        // a history for each level, so that moving to another is running that one's from its beginning
        migrate(source, history(use), use.migrations());
        log.info("database ready, level {}", use);
        return use;
    }

    private static String history(Level level) {
        return "flyway_history_" + level.name().toLowerCase(Locale.ROOT);
    }

    /** Has the migrations of a level begin after a version, since what they make is there already. May be repeated. */
    void beginHistory(Level of, String version) {
        flyway(source(0, null), history(of), of.migrations())
                .baselineVersion(version)
                .load()
                .baseline();
    }

    /** The newest migration of a level that has been run here. */
    String newestOf(Level of) {
        MigrationInfo newest = flyway(source(0, null), history(of), of.migrations())
                .load()
                .info()
                .current();
        return newest == null ? "0" : newest.getVersion().getVersion();
    }

    private static void migrate(PGSimpleDataSource source, String history, String... locations) {
        flyway(source, history, locations).load().migrate();
    }

    private static FluentConfiguration flyway(PGSimpleDataSource source, String history, String... locations) {
        FluentConfiguration flyway = Flyway.configure()
                .dataSource(source)
                .table(history)
                .locations(locations)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .outputQueryResults(false);
        // held by a second connection, that lock waits for ever on a server with one backend
        flyway.getConfigurationExtension(PostgreSQLConfigurationExtension.class).setTransactionalLock(false);
        return flyway;
    }

    /** At which level this database stands; none before its first start. */
    Optional<Level> chosen() throws SQLException {
        try (Connection connection = connectAlone();
                Sql.Call call = LEVEL_CHOSEN.on(connection);
                ResultSet row = call.statement().executeQuery()) {
            return row.next() ? Optional.of(Level.valueOf(row.getString(1))) : Optional.empty();
        }
    }

    private static void choose(PGSimpleDataSource source, Level level) throws SQLException {
        try (Connection connection = source.getConnection();
                Sql.Call call = LEVEL_CHOOSE.on(connection)) {
            call.set("level", level.name()).statement().executeUpdate();
        }
    }

    private static void tellOfHigher(Level used, Level offered) {
        if (offered.compareTo(used) > 0) {
            log.info(
                    "this database is at level {} and stays so; the server now offers {}: vandvagt database upgrade",
                    used,
                    offered);
        } else if (offered.compareTo(used) < 0) {
            log.warn("this database was set up at level {}, the server now offers only {}", used, offered);
        }
    }

    /** Asks before it creates: a refused CREATE EXTENSION may cost the connection. */
    Level offered(Consumer<String> whyNot) throws SQLException {
        PGSimpleDataSource source = source(0, null);
        Offer offer = ask(source);
        if (offer.available == null || settings.highestLevel() == Level.PLAIN) {
            return Level.PLAIN;
        }
        if (offer.installed == null) {
            if (!offer.preloaded) {
                whyNot.accept("the server has it, but shared_preload_libraries does not name timescaledb");
                return Level.PLAIN;
            }
            if (tooOld(offer.available, whyNot)) {
                return Level.PLAIN;
            }
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create extension if not exists timescaledb");
            } catch (SQLException e) {
                if (Drain.isAway(e)) {
                    throw e;
                }
                whyNot.accept("create extension: " + e.getMessage());
                return Level.PLAIN;
            }
            offer = ask(source);
        }
        if (offer.installed == null || tooOld(offer.installed, whyNot)) {
            return Level.PLAIN;
        }
        Level best = "timescale".equals(offer.licence) ? Level.COMMUNITY : Level.APACHE;
        return best.compareTo(settings.highestLevel()) <= 0 ? best : settings.highestLevel();
    }

    private static Offer ask(PGSimpleDataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Sql.Call call = LEVEL.on(connection);
                ResultSet row = call.statement().executeQuery()) {
            row.next();
            return new Offer(
                    row.getString("available"),
                    row.getString("installed"),
                    row.getBoolean("preloaded"),
                    row.getString("licence"));
        }
    }

    private static boolean tooOld(String version, Consumer<String> whyNot) {
        String[] parts = version.split("[.-]");
        int major = Integer.parseInt(parts[0]);
        int minor = Integer.parseInt(parts[1]);
        boolean old = major < 2 || (major == 2 && minor < OLDEST_MINOR_OF_2);
        if (old) {
            whyNot.accept("version " + version + " found, 2." + OLDEST_MINOR_OF_2 + " or newer needed");
        }
        return old;
    }

    private record Offer(
            @Nullable String available,
            @Nullable String installed,
            boolean preloaded,
            @Nullable String licence) {}

    /** Wakes a drain that waits on the wire: a socket does not heed an interrupt. */
    void cutOffDrain() {
        Connection connection = drainConnection;
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                log.debug("while cutting the drain off: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        up = false;
        pool.close();
    }
}
