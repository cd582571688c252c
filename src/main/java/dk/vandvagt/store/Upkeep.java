package dk.vandvagt.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to what grows old: the database's own policies follow the settings where it has such, and otherwise old readings are removed
 * here; and asks the database which of its jobs fail. Aggregates stay.
 */
final class Upkeep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final Sql FLOOR_RAISE = Sql.named("raw_floor_raise");
    private static final Sql POLICIES = Sql.named("policies");
    private static final Sql COLUMNSTORE = Sql.named("policy_columnstore");
    private static final Sql COLUMNSTORE_OFF = Sql.named("policy_columnstore_off");
    private static final Sql RETENTION = Sql.named("policy_retention");
    private static final Sql RETENTION_OFF = Sql.named("policy_retention_off");
    private static final Sql REFRESHES = Sql.named("policies_refresh");
    private static final Sql REFRESHES_OFF = Sql.named("policies_refresh_off");
    private static final Sql DROP_CHUNKS = Sql.named("raw_drop_chunks");
    private static final Sql TIME_INDEX = Sql.named("raw_time_index");
    private static final Sql DELETE = Sql.named("raw_delete");
    private static final Sql JOBS_FAILED = Sql.named("jobs_failed");
    private static final Sql VERSIONS_TIME_INDEX = Sql.named("versions_time_index");
    private static final Sql VERSIONS_DELETE = Sql.named("versions_delete");
    private static final Sql DELIVERIES_DELETE = Sql.named("deliveries_delete");
    private static final long REFRESH_SLACK_MS = TimeUnit.DAYS.toMillis(2);
    private static final int REFRESHED_AGGREGATES = 3;
    private static final int ROWS_AT_ONCE = 20_000;
    private static final int FIRST_AFTER_S = 1;
    private static final int EVERY_S = 60;
    private static final int STOP_TIMEOUT_S = 5;

    private final Database database;
    private final RollUp rollUp;
    private final StoreSettings.Ages ages;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("store-upkeep").daemon().factory());

    private volatile @Nullable Connection connection;
    private volatile List<String> troubles = List.of();
    private volatile boolean stopping;

    Upkeep(Database database, RollUp rollUp, StoreSettings.Ages ages) {
        this.database = database;
        this.rollUp = rollUp;
        this.ages = ages;
    }

    void start() {
        scheduler.scheduleWithFixedDelay(this::keepUpWhenReached, FIRST_AFTER_S, EVERY_S, TimeUnit.SECONDS);
    }

    private void keepUpWhenReached() {
        if (!database.isUp()) {
            return;
        }
        try {
            keepUp();
        } catch (SQLException | RuntimeException e) {
            log.warn("upkeep of the database: {}", e.getMessage());
            troubles = List.of("the upkeep fails: " + e.getMessage());
        }
    }

    /** What fails in the background, each with its reason. */
    List<String> troubles() {
        return troubles;
    }

    synchronized void keepUp() throws SQLException {
        Level level = database.level().orElseThrow();
        try (Connection open = database.connectRollUp()) {
            connection = open;
            if (level == Level.COMMUNITY) {
                followSettings(open);
                troubles = failedJobs(open);
            } else {
                if (ages.keepReadingsMs() > 0) {
                    dropOld(open, level);
                }
                troubles = List.of();
            }
            if (ages.keepVersionsMs() > 0) {
                run(open, VERSIONS_TIME_INDEX);
                deleteInParts(open, VERSIONS_DELETE, ages.keepVersionsMs());
            }
            if (ages.keepDeliveriesMs() > 0) {
                deleteInParts(open, DELIVERIES_DELETE, ages.keepDeliveriesMs());
            }
        } finally {
            connection = null;
        }
    }

    /** An interrupted change is begun again: retention is taken away first and comes back last. */
    private void followSettings(Connection open) throws SQLException {
        long columnstoreAfterMs;
        long dropAfterMs;
        boolean refreshed;
        boolean refreshedFromTooLate;
        try (Sql.Call call = POLICIES.on(open);
                ResultSet row = call.statement().executeQuery()) {
            row.next();
            columnstoreAfterMs = row.getLong("columnstore_after_ms");
            dropAfterMs = row.getLong("drop_after_ms");
            refreshed = row.getInt("refreshes") == REFRESHED_AGGREGATES;
            refreshedFromTooLate = row.getLong("refresh_late_ms") > REFRESH_SLACK_MS;
        }
        if (dropAfterMs > 0) {
            // it may have dropped while nobody looked
            raiseFloor(open, dropAfterMs);
        }
        if (columnstoreAfterMs != ages.columnstoreAfterMs()) {
            run(open, COLUMNSTORE_OFF);
            try (Sql.Call call = COLUMNSTORE.on(open)) {
                call.set("afterMs", ages.columnstoreAfterMs()).statement().execute();
            }
            log.info("columnstore: readings older than {} h", hours(ages.columnstoreAfterMs()));
        }
        if (refreshed && dropAfterMs == ages.keepReadingsMs()) {
            if (refreshedFromTooLate) {
                run(open, REFRESHES_OFF);
                run(open, REFRESHES);
            }
            return;
        }
        run(open, RETENTION_OFF);
        run(open, REFRESHES_OFF);
        if (ages.keepReadingsMs() > 0) {
            // what is about to go is in the aggregates first
            RollUp.refresh(open);
            raiseFloor(open, ages.keepReadingsMs());
        }
        run(open, REFRESHES);
        if (ages.keepReadingsMs() > 0) {
            try (Sql.Call call = RETENTION.on(open)) {
                call.set("keepMs", ages.keepReadingsMs()).statement().execute();
            }
            log.info("readings older than {} h will be dropped; aggregates stay", hours(ages.keepReadingsMs()));
        } else if (dropAfterMs > 0) {
            log.info("no reading is dropped any more");
        }
    }

    private static long hours(long ms) {
        return TimeUnit.MILLISECONDS.toHours(ms);
    }

    /** Aggregates first: what is marked below the new floor would not be recomputed any more. */
    private void dropOld(Connection open, Level level) throws SQLException {
        rollUp.raiseFloor(ages.keepReadingsMs());
        if (level == Level.APACHE) {
            run(open, DROP_CHUNKS);
            return;
        }
        run(open, TIME_INDEX);
        deleteInParts(open, DELETE, 0);
    }

    /** @param keepMs 0 where the statement goes by the floor */
    private void deleteInParts(Connection open, Sql delete, long keepMs) throws SQLException {
        int deleted = ROWS_AT_ONCE;
        while (deleted == ROWS_AT_ONCE && !stopping) {
            try (Sql.Call call = delete.on(open)) {
                if (keepMs > 0) {
                    call.set("keepMs", keepMs);
                }
                deleted = call.set("limit", ROWS_AT_ONCE).statement().executeUpdate();
            }
        }
    }

    private static void raiseFloor(Connection open, long keepMs) throws SQLException {
        try (Sql.Call call = FLOOR_RAISE.on(open)) {
            call.set("keepMs", keepMs).statement().executeUpdate();
        }
    }

    private static List<String> failedJobs(Connection open) throws SQLException {
        List<String> failed = new ArrayList<>();
        try (Sql.Call call = JOBS_FAILED.on(open);
                ResultSet row = call.statement().executeQuery()) {
            while (row.next()) {
                String reason = row.getString("reason");
                failed.add("job " + row.getInt("job_id") + " (" + row.getString("proc_name") + ") fails: "
                        + (reason == null ? "no reason given, see the database's log" : reason));
            }
        }
        return failed;
    }

    private static void run(Connection open, Sql sql) throws SQLException {
        try (Sql.Call call = sql.on(open)) {
            call.statement().execute();
        }
    }

    @Override
    public void close() {
        stopping = true;
        scheduler.shutdown();
        try {
            if (!scheduler.awaitTermination(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
                Connection open = connection;
                if (open != null) {
                    open.abort(Runnable::run);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            log.debug("while cutting the upkeep off: {}", e.getMessage());
        }
    }
}
