package dk.vandvagt.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
    private static final Sql HOURS = Sql.named("dirty_recompute_1h");
    private static final Sql DAYS = Sql.named("dirty_recompute_1d");
    private static final List<Sql> REFRESH = List.of(Sql.named("refresh_1h"), Sql.named("refresh_1d"));
    /** Many, since a bucket is marked by each transaction that touched it and recomputed once. */
    private static final int MARKS_AT_ONCE = 100_000;

    private static final int STOP_TIMEOUT_MS = 5_000;

    private final Database database;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("store-roll-up").daemon().factory());

    private volatile @Nullable Connection connection;

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
            }
        } catch (SQLException | RuntimeException e) {
            // the marks stay until it succeeds
            log.warn("aggregates are behind: {}", e.getMessage());
        }
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
                }
            } else {
                // no transaction: a refresh makes its own
                for (Sql refresh : REFRESH) {
                    try (Sql.Call call = refresh.on(open)) {
                        call.statement().execute();
                    }
                }
            }
        } catch (SQLException | RuntimeException e) {
            cutOff();
            throw e;
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
        List<Integer> sensors = new ArrayList<>();
        List<Long> hours = new ArrayList<>();
        Set<Day> touchedDays = new LinkedHashSet<>();
        try (Sql.Call call = TAKE.on(connection);
                ResultSet row = call.set("limit", MARKS_AT_ONCE).statement().executeQuery()) {
            while (row.next()) {
                sensors.add(row.getInt("sensor_id"));
                hours.add(row.getLong("hour"));
                touchedDays.add(new Day(row.getInt("sensor_id"), Math.floorDiv(row.getLong("hour"), 24)));
            }
        }
        if (!sensors.isEmpty()) {
            recompute(connection, HOURS, sensors, "hours", hours);
            recompute(
                    connection,
                    DAYS,
                    touchedDays.stream().map(Day::sensorId).toList(),
                    "days",
                    touchedDays.stream().map(Day::day).toList());
        }
        connection.commit();
        return !sensors.isEmpty();
    }

    private static void recompute(
            Connection connection, Sql sql, List<Integer> sensors, String unit, List<Long> numbers)
            throws SQLException {
        try (Sql.Call call = sql.on(connection)) {
            call.setArray("sensors", "int4", sensors.toArray())
                    .setArray(unit, "int8", numbers.toArray())
                    .statement()
                    .executeUpdate();
        }
    }

    private record Day(int sensorId, long day) {}

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
