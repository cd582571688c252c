package dk.vandvagt.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.ExceedanceStatistics;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Questions about the past. Each completes on a thread of the store's; with {@link DatabaseAway} when the database cannot be
 * asked now.
 */
public final class Queries implements AutoCloseable {
    /** An answer holds at most about this many points. */
    public static final int MOST_POINTS = 5_000;

    private static final Sql SERIES_RAW = Sql.named("series_raw");
    private static final Sql SERIES_FROM_RAW = Sql.named("series_from_raw");
    private static final Sql SERIES_FROM_FIVES = Sql.named("series_from_fives");
    private static final Sql SERIES_FROM_HOURS = Sql.named("series_from_hours");
    private static final Sql SERIES_FROM_DAYS = Sql.named("series_from_days");
    private static final Sql MAXIMUM = Sql.named("maximum");
    private static final Sql READING_COUNT = Sql.named("reading_count");
    private static final Sql EXCEEDANCES = Sql.named("exceedances");
    private static final Sql EXCEEDANCE_STATISTICS = Sql.named("exceedance_statistics");
    private static final Sql TRANSITIONS = Sql.named("transitions");
    private static final Sql ALERTS_PAST = Sql.named("alerts_past");
    private static final Sql READINGS_KNOWN = Sql.named("readings_known");
    private static final Sql COURSE_KNOWN = Sql.named("course_known");
    private static final Sql READINGS_SINCE_KNOWN = Sql.named("readings_since_known");
    private static final Sql ALERTS_KNOWN = Sql.named("alerts_known");
    private static final Sql DELIVERIES = Sql.named("deliveries");
    private static final Sql QUARANTINE = Sql.named("quarantine_newest");

    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;
    /** Steps fallen back to where the one asked for would give too many points. */
    private static final long[] STEPS_MS = {
        MINUTE_MS,
        5 * MINUTE_MS,
        10 * MINUTE_MS,
        15 * MINUTE_MS,
        30 * MINUTE_MS,
        HOUR_MS,
        3 * HOUR_MS,
        6 * HOUR_MS,
        12 * HOUR_MS,
        DAY_MS,
        7 * DAY_MS
    };
    /** Monday 2001-01-01Z, where the queries' date_bin counts from. */
    private static final long BIN_ORIGIN_MS = 978_307_200_000L;

    private static final ObjectMapper json =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private final Database database;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    Queries(Database database) {
        this.database = database;
    }

    /**
     * @param fromMs inclusive
     * @param toMs exclusive
     * @param stepMs 0 for readings; otherwise the length of a bucket. Both give way to longer buckets where the answer would
     *     hold more than {@link #MOST_POINTS}. Buckets are counted in UTC and are whole: the first and last may reach beyond
     *     from and to.
     */
    public CompletableFuture<Series> series(String sensorId, long fromMs, long toMs, long stepMs) {
        if (stepMs < 0 || toMs < fromMs) {
            throw new IllegalArgumentException("from " + fromMs + " to " + toMs + " step " + stepMs);
        }
        return ask(connection -> {
            if (stepMs == 0) {
                List<StoredReading> readings = raw(connection, sensorId, fromMs, toMs, MOST_POINTS + 1);
                if (readings.size() <= MOST_POINTS) {
                    return new Series.Raw(readings);
                }
            }
            long step = wideEnough(stepMs, toMs - fromMs);
            return new Series.Buckets(step, buckets(connection, sensorId, fromMs, toMs, step));
        });
    }

    static long wideEnough(long stepMs, long spanMs) {
        if (stepMs > 0 && spanMs / stepMs <= MOST_POINTS) {
            return stepMs;
        }
        for (long step : STEPS_MS) {
            if (step >= stepMs && spanMs / step <= MOST_POINTS) {
                return step;
            }
        }
        return Math.ceilDiv(Math.ceilDiv(spanMs, MOST_POINTS), DAY_MS) * DAY_MS;
    }

    private static List<StoredReading> raw(Connection connection, String sensorId, long fromMs, long toMs, int limit)
            throws SQLException {
        try (Sql.Call call = SERIES_RAW.on(connection)) {
            call.set("sensor", sensorId)
                    .setInstant("from", fromMs)
                    .setInstant("to", toMs)
                    .set("limit", limit);
            return rows(call, Queries::reading);
        }
    }

    private static List<Series.Bucket> buckets(
            Connection connection, String sensorId, long fromMs, long toMs, long stepMs) throws SQLException {
        Sql sql = coarsest(stepMs);
        long first = Math.floorDiv(fromMs - BIN_ORIGIN_MS, stepMs);
        long end = Math.ceilDiv(toMs - BIN_ORIGIN_MS, stepMs);
        try (Sql.Call call = sql.on(connection)) {
            call.set("sensor", sensorId)
                    .setInstant("from", BIN_ORIGIN_MS + first * stepMs)
                    .setInstant("to", BIN_ORIGIN_MS + end * stepMs)
                    .set("step", stepMs);
            return rows(call, Queries::bucket);
        }
    }

    /** Whole buckets of it make one of the step. */
    private static Sql coarsest(long stepMs) {
        if (stepMs % DAY_MS == 0) {
            return SERIES_FROM_DAYS;
        }
        if (stepMs % HOUR_MS == 0) {
            return SERIES_FROM_HOURS;
        }
        return stepMs % (5 * MINUTE_MS) == 0 ? SERIES_FROM_FIVES : SERIES_FROM_RAW;
    }

    /** The highest reading of [from, to) that did not fail quality control; of equal ones the first. */
    public CompletableFuture<Optional<StoredReading>> maximum(String sensorId, long fromMs, long toMs) {
        return ask(connection -> {
            try (Sql.Call call = MAXIMUM.on(connection)) {
                call.set("sensor", sensorId).setInstant("from", fromMs).setInstant("to", toMs);
                return rows(call, Queries::reading).stream().findFirst();
            }
        });
    }

    /** Counts rows, which takes its time on a large table. */
    public CompletableFuture<Long> readingCount() {
        return ask(connection -> {
            try (Sql.Call call = READING_COUNT.on(connection)) {
                return rows(call, row -> row.getLong(1)).getFirst();
            }
        });
    }

    /** The threshold-event log, newest first. */
    public CompletableFuture<List<Exceedance>> exceedances(ExceedanceFilter filter) {
        return ask(connection -> {
            try (Sql.Call call = EXCEEDANCES.on(connection)) {
                call.setText("run", filter.runId())
                        .setText("station", filter.stationId())
                        .setText("sensor", filter.sensorId())
                        .setWhole("severity", filter.severityFrom())
                        .setInstant("from", filter.fromMs())
                        .setInstant("to", filter.toMs())
                        .set("limit", filter.limit());
                return rows(call, Queries::exceedance);
            }
        });
    }

    /**
     * By station, rule and severity.
     *
     * @param filter its sensor and limit are not looked at
     * @param nowMs until when those that last have lasted
     */
    public CompletableFuture<List<ExceedanceStatistics>> exceedanceStatistics(ExceedanceFilter filter, long nowMs) {
        return ask(connection -> {
            try (Sql.Call call = EXCEEDANCE_STATISTICS.on(connection)) {
                call.setText("run", filter.runId())
                        .setText("station", filter.stationId())
                        .setWhole("severity", filter.severityFrom())
                        .setInstant("from", filter.fromMs())
                        .setInstant("to", filter.toMs())
                        .setInstant("now", nowMs);
                return rows(call, Queries::statistics);
            }
        });
    }

    /** All steps of an alert, in order. */
    public CompletableFuture<List<Transition>> transitions(String alertId) {
        return ask(connection -> {
            try (Sql.Call call = TRANSITIONS.on(connection)) {
                call.set("alert", alertId);
                return rows(call, Queries::transition);
            }
        });
    }

    /** The one that ended last first. */
    public CompletableFuture<List<PastAlert>> pastAlerts(PastAlertFilter filter) {
        return ask(connection -> {
            try (Sql.Call call = ALERTS_PAST.on(connection)) {
                call.setText("run", filter.runId())
                        .setTexts("stations", filter.stations())
                        .setWhole("severity", filter.severityFrom())
                        .setInstant("from", filter.fromMs())
                        .setInstant("to", filter.toMs())
                        .setInstant("as_of", filter.asOfMs())
                        .set("limit", filter.limit());
                return rows(call, Queries::pastAlert);
            }
        });
    }

    /**
     * The newest observation of every sensor that had one, as it was known then.
     *
     * @param byReceipt whether what had not come yet was unknown; otherwise all that was observed by then counts as known
     */
    public CompletableFuture<List<KnownReading>> readingsKnownAt(long atMs, boolean byReceipt) {
        return ask(connection -> {
            try (Sql.Call call = READINGS_KNOWN.on(connection)) {
                call.setInstant("at", atMs).set("by_receipt", byReceipt);
                return rows(call, Queries::knownReading);
            }
        });
    }

    /**
     * All observations of some sensors over {@code (fromMs, atMs]} as they were known then; sensor by sensor, oldest first.
     *
     * @param byReceipt as in {@link #readingsKnownAt}
     * @param limit where so many come, there are more
     */
    public CompletableFuture<List<KnownReading>> courseKnownAt(
            List<String> sensorIds, long fromMs, long atMs, boolean byReceipt, int limit) {
        return ask(connection -> {
            try (Sql.Call call = COURSE_KNOWN.on(connection)) {
                call.setTexts("ids", sensorIds)
                        .setInstant("from", fromMs)
                        .setInstant("at", atMs)
                        .set("by_receipt", byReceipt)
                        .set("limit", limit);
                return rows(call, Queries::knownReading);
            }
        });
    }

    /**
     * As {@link #courseKnownAt}, each sensor from an instant of its own on.
     *
     * @param fromMs by sensor, inclusive
     */
    public CompletableFuture<List<KnownReading>> readingsSinceKnownAt(
            Map<String, Long> fromMs, long atMs, boolean byReceipt, int limit) {
        return ask(connection -> {
            try (Sql.Call call = READINGS_SINCE_KNOWN.on(connection)) {
                call.setTexts("ids", List.copyOf(fromMs.keySet()))
                        .setTexts(
                                "froms",
                                fromMs.values().stream()
                                        .map(ms -> Instant.ofEpochMilli(ms).toString())
                                        .toList())
                        .setInstant("at", atMs)
                        .set("by_receipt", byReceipt)
                        .set("limit", limit);
                return rows(call, Queries::knownReading);
            }
        });
    }

    /**
     * Alerts that stood then, or had ended since, each with its last step until then.
     *
     * @param sinceMs before {@code atMs}
     */
    public CompletableFuture<List<PastAlert>> alertsKnownAt(String runId, long atMs, long sinceMs, int limit) {
        return ask(connection -> {
            try (Sql.Call call = ALERTS_KNOWN.on(connection)) {
                call.set("run", runId)
                        .setInstant("at", atMs)
                        .setInstant("since", sinceMs)
                        .set("limit", limit);
                return rows(call, Queries::pastAlert);
            }
        });
    }

    /** Letters that arrived or were given up, newest first. */
    public CompletableFuture<PastDeliveries> deliveries(DeliveryFilter filter) {
        return ask(connection -> {
            try (Sql.Call call = DELIVERIES.on(connection)) {
                call.set("run", filter.runId())
                        .setWhole("subscriber", filter.subscriber())
                        .setText("alert", filter.alertId())
                        .setInstant("from", filter.fromMs())
                        .setInstant("to", filter.toMs())
                        .set("limit", filter.limit());
                long[] matched = new long[1];
                List<SettledLetter> letters = rows(call, row -> {
                    matched[0] = row.getLong("matched");
                    return letter(row);
                });
                return new PastDeliveries(matched[0], letters);
            }
        });
    }

    /** What the database refused, newest first. */
    public CompletableFuture<List<Quarantined>> quarantined(int limit) {
        return ask(connection -> {
            try (Sql.Call call = QUARANTINE.on(connection)) {
                call.set("limit", limit);
                return rows(call, Queries::quarantined);
            }
        });
    }

    private interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> CompletableFuture<T> ask(Question<T> question) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (Connection connection = database.connection()) {
                        return question.ask(connection);
                    } catch (SQLException e) {
                        throw failure(e);
                    }
                },
                executor);
    }

    private static RuntimeException failure(SQLException e) {
        String message = String.valueOf(e.getMessage());
        boolean tookTooLong = "57014".equals(e.getSQLState());
        return Drain.isAway(e) || tookTooLong ? new DatabaseAway(message, e) : new IllegalStateException(message, e);
    }

    private static <T> List<T> rows(Sql.Call call, Row<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet row = call.statement().executeQuery()) {
            while (row.next()) {
                rows.add(reader.read(row));
            }
        }
        return rows;
    }

    private static StoredReading reading(ResultSet row) throws SQLException {
        return new StoredReading(
                instant(row, "observed_at").orElse(0), number(row, "value"), row.getInt("flag"), row.getInt("test"));
    }

    private static KnownReading knownReading(ResultSet row) throws SQLException {
        return new KnownReading(
                row.getString("id"),
                instant(row, "observed_at").orElse(0),
                instant(row, "received_at").orElse(0),
                number(row, "value"),
                row.getInt("flag"),
                row.getInt("test"));
    }

    private static Series.Bucket bucket(ResultSet row) throws SQLException {
        return new Series.Bucket(
                instant(row, "bucket").orElse(0),
                row.getLong("n"),
                row.getLong("n_failed"),
                number(row, "sum"),
                number(row, "min"),
                number(row, "max"),
                number(row, "last_value"),
                instant(row, "last_at").orElse(0),
                row.getInt("worst_flag"));
    }

    private static Exceedance exceedance(ResultSet row) throws SQLException {
        return new Exceedance(
                row.getString("run_id"),
                row.getString("rule_id"),
                row.getString("threshold"),
                row.getString("station"),
                row.getString("sensor"),
                row.getInt("severity"),
                row.getDouble("raise_at"),
                row.getDouble("clear_below"),
                row.getString("unit"),
                row.getString("datum"),
                instant(row, "began_at").orElse(0),
                instant(row, "ended_at").orElse(0),
                number(row, "peak"),
                instant(row, "peak_at").orElse(0),
                row.getInt("worst_flag"),
                row.getBoolean("late"),
                row.getBoolean("possible"),
                row.getBoolean("out_of_service"));
    }

    private static ExceedanceStatistics statistics(ResultSet row) throws SQLException {
        return new ExceedanceStatistics(
                row.getString("station"),
                row.getString("rule_id"),
                row.getString("threshold"),
                row.getInt("severity"),
                row.getString("unit"),
                row.getString("datum"),
                row.getLong("n"),
                row.getLong("n_false"),
                row.getLong("n_lasting"),
                row.getLong("total_ms"),
                row.getLong("longest_ms"),
                number(row, "peak"),
                instant(row, "peak_at").orElse(0),
                instant(row, "first_began_at").orElse(0),
                instant(row, "last_began_at").orElse(0));
    }

    private static Transition transition(ResultSet row) throws SQLException {
        try {
            return json.readValue(row.getString("record"), Transition.class);
        } catch (JsonProcessingException e) {
            throw new SQLException("a transition that cannot be read: " + e.getOriginalMessage(), "22000", e);
        }
    }

    private static PastAlert pastAlert(ResultSet row) throws SQLException {
        return new PastAlert(
                transition(row),
                row.getInt("highest_severity"),
                instant(row, "raised_at").orElse(0),
                row.getBoolean("silent"),
                row.getString("acknowledged_by"),
                instant(row, "acknowledged_at").orElse(0),
                row.getString("note"));
    }

    private static SettledLetter letter(ResultSet row) throws SQLException {
        return new SettledLetter(
                row.getString("letter_id"),
                row.getInt("subscriber"),
                Subscription.Way.valueOf(row.getString("way")),
                row.getString("storm"),
                row.getInt("number"),
                row.getInt("severity"),
                List.of((String[]) row.getArray("steps").getArray()),
                instant(row, "made_at").orElse(0),
                instant(row, "settled_at").orElse(0),
                row.getInt("attempts"),
                row.getBoolean("arrived"),
                row.getString("reason"));
    }

    private static Quarantined quarantined(ResultSet row) throws SQLException {
        return new Quarantined(
                row.getString("run_id"),
                row.getLong("sequence"),
                row.getString("kind"),
                row.getString("sensor"),
                row.getString("record"),
                row.getString("sqlstate"),
                row.getString("reason"),
                instant(row, "quarantined_at").orElse(0));
    }

    /** NaN for null. */
    private static double number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? Double.NaN : value;
    }

    private static OptionalLong instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null
                ? OptionalLong.empty()
                : OptionalLong.of(at.toInstant().toEpochMilli());
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
