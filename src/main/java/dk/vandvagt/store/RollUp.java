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
    private static final int MARKS_AT_ONCE = 5_000;

    private final Database database;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("store-roll-up").daemon().factory());

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
        try (Connection connection = database.connection()) {
            if (database.level().map(Level::rollsUpItself).orElse(false)) {
                connection.setAutoCommit(false);
                while (rollUpSome(connection)) {
                    log.trace("more to roll up");
                }
            } else {
                for (Sql refresh : REFRESH) {
                    try (Sql.Call call = refresh.on(connection)) {
                        call.statement().execute();
                    }
                }
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

    /** Lets a roll-up under way finish. */
    @Override
    public void close() {
        scheduler.close();
    }
}
