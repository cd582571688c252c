package dk.vandvagt.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The dashboards' queries, as the product asks them, on a long history: plans, p50 and p99, bytes a reading. Arguments: {@code plain}
 * (the database that the service embeds) or {@code timescale} (the test server), readings, sensors. Readings come every 10 minutes and
 * lie in the order they would arrive in, so that one sensor's lie on as many pages as there are readings.
 */
public final class HistoryBench {
    private static final long SEED = 7;
    private static final long INTERVAL_MS = 600_000;
    private static final long DAY_MS = 86_400_000;
    private static final long END_MS = Instant.parse("2026-11-01T00:00:00Z").toEpochMilli();
    private static final int TIMES = 200;
    private static final int PLAN_LINES = 16;

    private static final String FILL = """
            insert into reading (sensor_id, observed_at, value, flag, test, received_at)
            select s, t + s * interval '7 ms', case when s % 5 = 0 then case when random() < 0.03 then round(random() * 20) / 10 else 0 end
                   else round((0.3 * sin(extract(epoch from t) / 7116 + s) + 0.05 * random()) * 1000) / 1000 end,
                   case when random() < 0.01 then 3 else 1 end, 0, t + interval '2 s'
            from generate_series(?::timestamptz, ?::timestamptz - interval '1 s', interval '10 minutes') t, generate_series(1, ?) s
            """;
    private static final String FIVES = """
            insert into reading_5min_kept
            select sensor_id, date_bin('5 minutes', observed_at, timestamptz '2001-01-01 00:00:00+00'), count(value) filter (where flag <> 4),
                   count(*) filter (where flag = 4), sum(value) filter (where flag <> 4), min(value) filter (where flag <> 4),
                   max(value) filter (where flag <> 4),
                   (array_agg(value order by observed_at desc) filter (where flag <> 4 and value is not null))[1],
                   max(observed_at) filter (where flag <> 4 and value is not null), max(flag_rank(flag))
            from reading where observed_at >= ? and observed_at < ? group by 2, 1
            """;
    private static final String HIGHER = """
            insert into reading_%s_kept
            select sensor_id, date_bin('%s', bucket, timestamptz '2001-01-01 00:00:00+00'), sum(n), sum(n_failed), sum(sum), min(min), max(max),
                   (array_agg(last_value order by bucket desc) filter (where last_at is not null))[1], max(last_at), max(worst_rank)
            from reading_%s_kept where bucket >= ? and bucket < ? group by 2, 1
            """;

    private final String url;
    private final Level level;
    private final int sensors;
    private final long readings;
    private final long fromMs;
    private final Random random = new Random(SEED);

    private HistoryBench(String url, Level level, long readings, int sensors) {
        this.url = url;
        this.level = level;
        this.sensors = sensors;
        this.readings = readings;
        this.fromMs = END_MS - Math.ceilDiv(readings / sensors * INTERVAL_MS, DAY_MS) * DAY_MS;
    }

    public static void main(String[] args) throws Exception {
        long readings = Long.parseLong(args[1]);
        int sensors = Integer.parseInt(args[2]);
        if (args[0].equals("plain")) {
            try (PostgresServer server = new PostgresServer()) {
                new HistoryBench(server.url(), Level.PLAIN, readings, sensors).run();
            }
        } else {
            new HistoryBench(TimescaleServer.url(), Level.COMMUNITY, readings, sensors).run();
            System.exit(0); // the server's
        }
    }

    private void run() throws SQLException {
        StoreSettings settings = StoreSettings.usual(url, "postgres", "postgres");
        try (Database database = new Database(settings)) {
            database.connectDrain().close();
            say(
                    "level %s, %,d readings of %,d sensors from %s",
                    level, readings, sensors, Instant.ofEpochMilli(fromMs));
        }
        try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres")) {
            fill(connection);
            if (level == Level.COMMUNITY) {
                long beganNs = System.nanoTime();
                RollUp.refresh(connection);
                say("refreshed in %,d s", secondsSince(beganNs));
                sizes(connection, "row store");
                beganNs = System.nanoTime();
                execute(connection, "select compress_chunk(c) from show_chunks('reading') c");
                say("columnstore made in %,d s", secondsSince(beganNs));
            }
            // in one statement a table would be vacuumed in a transaction with the others
            for (String table :
                    List.of("reading", "reading_5min_kept", "reading_1h_kept", "reading_1d_kept", "exceedance")) {
                if (level == Level.PLAIN || table.equals("reading") || table.equals("exceedance")) {
                    execute(connection, "vacuum analyze " + table);
                }
            }
            sizes(connection, level == Level.COMMUNITY ? "columnstore" : "heap");
            ask(connection);
        }
    }

    private void fill(Connection connection) throws SQLException {
        execute(connection, "insert into sensor (id) select 'S' || s from generate_series(1, " + sensors + ") s");
        execute(
                connection,
                "insert into exceedance select 'run', 'S' || n % " + sensors + " || '.level', 'yellow', to_timestamp("
                        + fromMs / 1000 + ") + n * interval '1 minute', to_timestamp(" + fromMs / 1000
                        + ") + n * interval '1 minute' + interval '2 hours', 'ST' || n % 500, n % " + sensors
                        + " + 1, 1, 1, 0.9, 'm', 'DVR90', 1.1, to_timestamp(" + fromMs / 1000
                        + "), 1, false, false, false from generate_series(1, "
                        + Math.min(200_000, (END_MS - fromMs) / 60_000) + ") n");
        if (level == Level.PLAIN) {
            // for filling the aggregates day by day
            execute(connection, "create index filling_r on reading using brin (observed_at)");
            execute(connection, "create index filling_5 on reading_5min_kept using brin (bucket)");
            execute(connection, "create index filling_1 on reading_1h_kept using brin (bucket)");
        }
        long beganNs = System.nanoTime();
        for (long day = fromMs; day < END_MS; day += DAY_MS) {
            try (PreparedStatement fill = connection.prepareStatement(FILL)) {
                fill.setString(1, Instant.ofEpochMilli(day).toString());
                fill.setString(2, Instant.ofEpochMilli(day + DAY_MS).toString());
                fill.setInt(3, sensors);
                fill.executeUpdate();
            }
            if (level == Level.PLAIN) {
                between(connection, FIVES, day);
                between(connection, HIGHER.formatted("1h", "1 hour", "5min"), day);
                between(connection, HIGHER.formatted("1d", "1 day", "1h"), day);
                execute(
                        connection,
                        "select brin_summarize_new_values(i::regclass) from unnest(array['filling_r', 'filling_5', 'filling_1']) i");
            }
            long days = (day - fromMs) / DAY_MS + 1;
            if (days % 10 == 0) {
                say("%,d days filled in %,d s", days, secondsSince(beganNs));
            }
        }
        if (level == Level.PLAIN) {
            execute(connection, "drop index filling_r, filling_5, filling_1");
        }
        say("filled in %,d s", secondsSince(beganNs));
    }

    private static void between(Connection connection, String sql, long day) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sql.replaceFirst("\\?", "'" + Instant.ofEpochMilli(day) + "'")
                        .replaceFirst("\\?", "'" + Instant.ofEpochMilli(day + DAY_MS) + "'"))) {
            statement.executeUpdate();
        }
    }

    private void sizes(Connection connection, String what) throws SQLException {
        String sizes = level == Level.COMMUNITY
                ? "select hypertable_size('reading'), (select sum(hypertable_size(format('%I.%I', materialization_hypertable_schema, "
                        + "materialization_hypertable_name)::regclass)) from timescaledb_information.continuous_aggregates)::bigint"
                : "select pg_total_relation_size('reading'), pg_total_relation_size('reading_5min_kept') "
                        + "+ pg_total_relation_size('reading_1h_kept') + pg_total_relation_size('reading_1d_kept')";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select sizes.*, (select count(*) from reading) from (" + sizes + ") sizes")) {
            row.next();
            double n = row.getLong(3);
            say(
                    "%s: %,.0f readings, %.1f bytes a reading with its index, %.1f for its aggregates",
                    what, n, row.getLong(1) / n, row.getLong(2) / n);
        }
    }

    /** One parameter set, chosen anew each time. */
    private interface Question {
        void bind(Sql.Call call, String sensor, long from) throws SQLException;
    }

    private void ask(Connection connection) throws SQLException {
        measure(connection, "one sensor's day, raw", "series_raw", 1, series(1, 0));
        measure(connection, "one sensor's month, raw", "series_raw", 30, series(30, 0));
        measure(connection, "one sensor's day by 2 min from raw", "series_from_raw", 1, series(1, 120_000));
        measure(connection, "one sensor's month by 30 min from 5 min", "series_from_fives", 30, series(30, 1_800_000));
        measure(connection, "one sensor's month by 1 h", "series_from_hours", 30, series(30, 3_600_000));
        measure(connection, "one sensor's year by 3 h", "series_from_hours", 365, series(365, 3 * 3_600_000));
        measure(connection, "one sensor's year by day", "series_from_days", 365, series(365, DAY_MS));
        measure(connection, "highest of a sensor's month", "maximum", 30, series(30, 0));
        measure(connection, "highest of a sensor's year", "maximum", 365, series(365, 0));
        measure(
                connection,
                "threshold events of a sensor",
                "exceedances",
                365,
                (call, sensor, from) -> call.setText("run", null)
                        .setWhole("severity", null)
                        .setText("station", null)
                        .setText("sensor", sensor)
                        .setInstant("from", from)
                        .setInstant("to", END_MS)
                        .set("limit", 1_000));
        measure(
                connection,
                "newest 100 threshold events of all",
                "exceedances",
                365,
                (call, sensor, from) -> call.setText("run", null)
                        .setWhole("severity", null)
                        .setText("station", null)
                        .setText("sensor", null)
                        .setInstant("from", null)
                        .setInstant("to", null)
                        .set("limit", 100));
        measureView(
                connection,
                "rain of 50 gauges by hour, a week",
                "select bucket, sum(sum) from reading_1h where sensor_id = any "
                        + "(array(select generate_series(5, 250, 5))) and bucket >= ? and bucket < ? group by bucket",
                7);
        measureView(
                connection,
                "rain of all gauges by day, a month",
                "select bucket, sum(sum) from reading_1d where sensor_id % 5 = 0 "
                        + "and bucket >= ? and bucket < ? group by bucket",
                30);
    }

    private static Question series(int days, long stepMs) {
        return (call, sensor, from) -> {
            call.set("sensor", sensor).setInstant("from", from).setInstant("to", from + days * DAY_MS);
            if (stepMs > 0) {
                call.set("step", stepMs);
            }
        };
    }

    private void measure(Connection connection, String title, String name, int days, Question question)
            throws SQLException {
        Sql sql = Sql.named(name);
        boolean limited = sql.text().contains("limit") && name.equals("series_raw");
        double[] ms = new double[TIMES];
        String asked = "";
        for (int i = 0; i < TIMES; i++) {
            try (Sql.Call call = sql.on(connection)) {
                question.bind(call, "S" + (1 + random.nextInt(sensors)), from(days));
                if (limited) {
                    call.set("limit", Queries.MOST_POINTS + 1);
                }
                if (i == 0) {
                    asked = call.statement().toString();
                    plan(connection, title, name, asked);
                }
                ms[i] = time(call.statement());
            }
        }
        report(title, ms);
    }

    private void measureView(Connection connection, String title, String query, int days) throws SQLException {
        double[] ms = new double[TIMES];
        for (int i = 0; i < TIMES; i++) {
            long from = from(days);
            try (Statement statement = connection.createStatement()) {
                String asked = query.replaceFirst("\\?", "'" + Instant.ofEpochMilli(from) + "'")
                        .replaceFirst("\\?", "'" + Instant.ofEpochMilli(from + days * DAY_MS) + "'");
                if (i == 0) {
                    plan(connection, title, "views", asked);
                }
                try (PreparedStatement prepared = connection.prepareStatement(asked)) {
                    ms[i] = time(prepared);
                }
            }
        }
        report(title, ms);
    }

    /** Somewhere in the history, whole days; its beginning where that is shorter. */
    private long from(int days) {
        long room = (END_MS - fromMs) / DAY_MS - days;
        return fromMs + (room <= 0 ? 0 : random.nextLong(room + 1)) * DAY_MS;
    }

    private static double time(PreparedStatement statement) throws SQLException {
        long beganNs = System.nanoTime();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                row.getObject(1);
            }
        }
        return (System.nanoTime() - beganNs) / 1e6;
    }

    private static void report(String title, double[] ms) {
        double first = ms[0];
        Arrays.sort(ms);
        say("%-42s p50 %,8.2f ms  p99 %,8.2f ms  first %,8.2f ms", title, ms[TIMES / 2], ms[TIMES * 99 / 100], first);
    }

    private static void plan(Connection connection, String title, String name, String asked) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("explain (analyze, buffers, costs off) " + asked)) {
            while (row.next()) {
                lines.add(row.getString(1));
            }
        }
        say("%n-- %s (%s)", title, name);
        lines.stream().limit(PLAN_LINES).forEach(line -> say("   %s", line));
        say("   … %s", lines.getLast());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long secondsSince(long beganNs) {
        return Duration.ofNanos(System.nanoTime() - beganNs).toSeconds();
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
