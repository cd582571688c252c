package dk.vandvagt.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the aggregates where the database does not: recomputes, from raw and never by adding, what the drain has marked. Where it
 * does, nothing is done but on demand.
 */
final class RollUp implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RollUp.class);
    private static final Sql ALONE = Sql.named("roll_up_alone");
    private static final Sql TAKE = Sql.named("dirty_take");
    private static final Sql FIVES = Sql.named("dirty_recompute_5min");
    private static final Sql HOURS = Sql.named("dirty_recompute_1h");
    private static final Sql DAYS = Sql.named("dirty_recompute_1d");
    private static final Sql REFRESH_FIVES = Sql.named("refresh_5min");
    private static final Sql FLOOR = Sql.named("raw_floor");
    private static final Sql FLOOR_RAISE = Sql.named("raw_floor_raise");
    private static final Sql UNMARKED = Sql.named("dirty_none_now");
    private static final List<Sql> REFRESH_HIGHER = List.of(Sql.named("refresh_1h"), Sql.named("refresh_1d"));
    /** Many, since a bucket is marked by each transaction that touched it and recomputed once. */
    private static final int MARKS_AT_ONCE = 100_000;

    private static final int FIVES_AN_HOUR = 12;
    private static final int STOP_TIMEOUT_MS = 5_000;

    private final Database database;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("store-roll-up").daemon().factory());

    private volatile @Nullable Connection connection;
    private volatile @Nullable String trouble;

    RollUp(Database database) {
        this.database = database;
    }

    void start(int everyMs) {
        scheduler.scheduleWithFixedDelay(this::rollUpWhereNeeded, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    private void rollUpWhereNeeded() {
        try {
            if (database.isUp() && database.level().map(Level::rollsUpItself).orElse(false)) {
                rollUp();
                trouble = null;
            }
        } catch (SQLException | RuntimeException e) {
            // the marks stay until it succeeds
            trouble = "the roll-up fails: " + e.getMessage();
            log.warn("aggregates are behind: {}", e.getMessage());
        }
    }

    /** Why the aggregates fall behind; null while they do not. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Until nothing is marked; on a continuous aggregate, a refresh over all time. */
    synchronized void rollUp() throws SQLException {
        try {
            Connection open = connection;
            if (open == null) {
                open = database.connectRollUp();
                connection = open;
            }
            if (database.level().map(Level::rollsUpItself).orElse(false)) {
                open.setAutoCommit(false);
                boolean more = true;
                while (more) {
                    more = rollUpSome(open);
                    open.commit();
                }
            } else {
                // no transaction: a refresh makes its own
                open.setAutoCommit(true);
                refresh(open);
            }
        } catch (SQLException | RuntimeException e) {
            cutOff();
            throw e;
        }
    }

    /**
     * Where the service keeps the aggregates: whatever was committed before the floor rose is in them, since nothing is marked while
     * the last marks are taken and it rises. The drain waits for that moment.
     */
    synchronized void raiseFloor(long keepMs) throws SQLException {
        rollUp();
        Connection open = Objects.requireNonNull(connection);
        try {
            try (Sql.Call call = UNMARKED.on(open)) {
                call.statement().execute();
            }
            boolean more = true;
            while (more) {
                more = rollUpSome(open);
            }
            try (Sql.Call call = FLOOR_RAISE.on(open)) {
                call.set("keepMs", keepMs).statement().executeUpdate();
            }
            open.commit();
        } catch (SQLException | RuntimeException e) {
            cutOff();
            throw e;
        }
    }

    /** From the floor on: below it, what is left of raw must not replace an aggregate. */
    static void refresh(Connection autoCommitting) throws SQLException {
        Long floorMs;
        try (Sql.Call call = FLOOR.on(autoCommitting);
                ResultSet row = call.statement().executeQuery()) {
            row.next();
            long found = row.getLong(1);
            floorMs = row.wasNull() ? null : found;
        }
        try (Sql.Call call = REFRESH_FIVES.on(autoCommitting)) {
            call.setInstant("from", floorMs).statement().execute();
        }
        for (Sql refresh : REFRESH_HIGHER) {
            try (Sql.Call call = refresh.on(autoCommitting)) {
                call.statement().execute();
            }
        }
    }

    private void cutOff() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                log.debug("while closing: {}", e.getMessage());
            }
        }
    }

    private static boolean rollUpSome(Connection connection) throws SQLException {
        try (Sql.Call call = ALONE.on(connection)) {
            call.statement().execute();
        }
        Set<Bucket> fives = new LinkedHashSet<>();
        Set<Bucket> hours = new LinkedHashSet<>();
        Set<Bucket> days = new LinkedHashSet<>();
        try (Sql.Call call = TAKE.on(connection);
                ResultSet row = call.set("limit", MARKS_AT_ONCE).statement().executeQuery()) {
            while (row.next()) {
                int sensor = row.getInt("sensor_id");
                long five = row.getLong("five");
                fives.add(new Bucket(sensor, five));
                hours.add(new Bucket(sensor, Math.floorDiv(five, FIVES_AN_HOUR)));
                days.add(new Bucket(sensor, Math.floorDiv(five, 24 * FIVES_AN_HOUR)));
            }
        }
        if (!fives.isEmpty()) {
            recompute(connection, FIVES, "fives", fives);
            recompute(connection, HOURS, "hours", hours);
            recompute(connection, DAYS, "days", days);
        }
        return !fives.isEmpty();
    }

    private static void recompute(Connection connection, Sql sql, String unit, Set<Bucket> buckets)
            throws SQLException {
        try (Sql.Call call = sql.on(connection)) {
            call.setArray(
                            "sensors",
                            "int4",
                            buckets.stream().map(Bucket::sensorId).toArray())
                    .setArray(unit, "int8", buckets.stream().map(Bucket::number).toArray())
                    .statement()
                    .executeUpdate();
        }
    }

    /** @param number counted from 1970 in the bucket's own length */
    private record Bucket(int sensorId, long number) {}

    /** Lets a roll-up under way finish, if that does not take long: what it leaves stays marked. */
    @Override
    public void close() {
        scheduler.shutdown();
        try {
            if (!scheduler.awaitTermination(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                log.info("a roll-up is cut off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cutOff();
    }
}
