package dk.vandvagt.store;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A store on a server; each test has a schema of its own. */
abstract class OnDatabase {
    static final long MINUTE = 60_000;
    static final long HOUR = 60 * MINUTE;
    static final long DAY = 24 * HOUR;
    static final long STORM = Instant.parse("2023-10-20T00:00:00Z").toEpochMilli();
    static final String RUN = "live-1";
    private static final AtomicInteger schemas = new AtomicInteger();
    private static final TimeZone zoneOfThisMachine = TimeZone.getDefault();

    final VerdictLog log = new VerdictLog();
    private String schema = "";

    @Nullable
    Store store;

    /** Of a server that stands already. */
    abstract String serverUrl();

    abstract Level level();

    /** Sessions take the zone over; whatever it is, buckets are in UTC. */
    @BeforeAll
    static void liveInCopenhagen() {
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Copenhagen"));
    }

    @AfterAll
    static void liveHereAgain() {
        TimeZone.setDefault(zoneOfThisMachine);
    }

    @BeforeEach
    void makeSchema() throws SQLException {
        schema = "store_" + schemas.incrementAndGet() + "_"
                + getClass().getSimpleName().toLowerCase(Locale.ROOT);
        try (Connection connection = DriverManager.getConnection(serverUrl(), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + schema);
        }
    }

    @AfterEach
    void stop() {
        if (store != null) {
            store.close();
        }
    }

    String url() {
        return serverUrl() + "?currentSchema=" + schema + ",public";
    }

    StoreSettings settings(int maxObservations) {
        return settings(maxObservations, level());
    }

    StoreSettings settings(int maxObservations, Level highest) {
        return new StoreSettings(
                url(),
                "postgres",
                "postgres",
                2,
                2_000,
                10_000,
                20_000,
                maxObservations,
                0,
                3_600_000,
                highest,
                StoreSettings.Ages.USUAL);
    }

    Store start() {
        return start(settings(10_000));
    }

    Store start(StoreSettings settings) {
        Store started = Store.start(settings, RUN, log);
        store = started;
        return started;
    }

    Store restart() {
        stop();
        return start();
    }

    Store drained(Store of) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> log.committed() == log.last());
        return of;
    }

    Store requireStore() {
        return Objects.requireNonNull(store);
    }

    static void awaitUp(Store of) {
        await().until(of::isUp);
    }

    /**
     * Rows as the database writes them, times in UTC: in one transaction, as the test server's sessions are one, and another that begins in
     * between would bring its own zone.
     */
    List<String> rows(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local time zone 'UTC'");
            List<String> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery("select x::text from (" + query + ") x")) {
                while (row.next()) {
                    rows.add(row.getString(1));
                }
            }
            connection.commit();
            return rows;
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
