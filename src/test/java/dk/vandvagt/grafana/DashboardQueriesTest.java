package dk.vandvagt.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.app.PlayedStorm;
import dk.vandvagt.grafana.Dashboard.Query;
import dk.vandvagt.store.BreakableDatabase;
import dk.vandvagt.store.PostgresServer;
import dk.vandvagt.store.TimescaleProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A storm is played to the service, and whatever a dashboard asks has an answer: of PostgreSQL, of TimescaleDB, of Prometheus. */
@Timeout(180)
class DashboardQueriesTest {
    private static final Path ROLE = Path.of("config", "compose", "database", "grafana-role.sql");
    private static final String PASSWORD = "only-for-this-test";
    private static final int WIDTH_OF_A_PANEL = 1000;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldHaveRowsForEveryQueryOnPostgresAndEveryExpressionOnPrometheus() throws Exception {
        try (PostgresServer database = new PostgresServer()) {
            String url = database.create("dashboards");
            makeReader(url, database.user());
            try (PlayedStorm storm = PlayedStorm.start(folder, url, database.user());
                    PrometheusProcess prometheus = PrometheusProcess.scraping(folder, storm.httpPort())) {
                storm.play();
                awaitStored(url, database.user());
                try (Connection reader = DriverManager.getConnection(url, "grafana", PASSWORD)) {
                    askEverything(reader, false);
                    shouldSayWhatTheServiceSays(reader, storm);
                    shouldNotWrite(reader);
                }
                prometheus.askEverything();
            }
        }
    }

    @Test
    void shouldHaveRowsForEveryQueryOnTimescale() throws Exception {
        try (BreakableDatabase database = new TimescaleProcess(folder.resolve("database"))) {
            String url = database.create("dashboards");
            try (PlayedStorm storm = PlayedStorm.start(folder, url, database.user())) {
                storm.play();
                awaitStored(url, database.user());
                try (Connection reader = DriverManager.getConnection(url, database.user(), "")) {
                    reader.setAutoCommit(false);
                    askEverything(reader, true);
                    // this server has one session: whoever is in a transaction keeps the service out
                    reader.rollback();
                    reader.setAutoCommit(true);
                    shouldSayWhatTheServiceSays(reader, storm);
                }
            }
        }
    }

    /** As the compose file's database does. */
    private static void makeReader(String url, String user) throws SQLException, IOException {
        String role = Files.readString(ROLE)
                .replace(":\"owner\"", '"' + user + '"')
                .replace(":'password'", '\'' + PASSWORD + '\'')
                .replace(":\"database\"", "\"dashboards\"");
        try (Connection connection = DriverManager.getConnection(url, user, "");
                Statement statement = connection.createStatement()) {
            statement.execute(role);
        }
    }

    private static void awaitStored(String url, String user) throws SQLException {
        await("stored")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(() -> {
                    try (Connection connection = DriverManager.getConnection(url, user, "");
                            Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery("""
                            select (select count(*) from delivery) > 0 and (select count(*) from catalogue_threshold) > 0
                                   and (select max(bucket) from reading_5min) > now() - interval '20 minutes'
                                   and (select max(observed_at) from reading) > now() - interval '11 minutes'""")) {
                        row.next();
                        return row.getBoolean(1);
                    }
                });
        // copied once a minute only
        try (Connection connection = DriverManager.getConnection(url, user, "");
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into gauge_check (log_id, number, sensor, observed_at, level_m, read_by, note, recorded_at, how,
                                             recorded_m, reading_at, offset_m)
                    values ('live-0a1b2c3d', 1, 'HAVN-W', now() - interval '2 hours', 0.31, 'Anna', '', now(), 'INTERPOLATED',
                            0.35, now() - interval '2 hours', 0.04)""");
        }
    }

    // ---- every query

    private static void askEverything(Connection reader, boolean timescale) throws IOException, SQLException {
        List<String> without = new ArrayList<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (Duration span : List.of(dashboard.span(), Duration.ofDays(60))) {
                Map<String, List<String>> variables = variables(dashboard, reader, span, timescale);
                for (Query query : dashboard.queries()) {
                    if (query.isSql()) {
                        int rows = rows(reader, query, grafana(variables, span, query.minStep(), timescale));
                        if (rows == 0) {
                            without.add(query.of() + " over " + span);
                        }
                    }
                }
            }
        }
        assertThat(without).as("queries without rows").isEmpty();
    }

    private static GrafanaSql grafana(
            Map<String, List<String>> variables, Duration span, Duration minStep, boolean timescale) {
        Instant to = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Duration step = span.dividedBy(WIDTH_OF_A_PANEL).truncatedTo(ChronoUnit.MINUTES);
        return new GrafanaSql(variables, to.minus(span), to, step.compareTo(minStep) < 0 ? minStep : step, timescale);
    }

    /** As Grafana fills them when a dashboard is opened: the first of one, all of several. */
    private static Map<String, List<String>> variables(
            Dashboard dashboard, Connection reader, Duration span, boolean timescale) throws SQLException {
        Map<String, List<String>> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> each : dashboard.variables().entrySet()) {
            JsonNode variable = each.getValue();
            List<String> options = new ArrayList<>();
            if (variable.path("type").asText().equals("query")) {
                String sql = grafana(values, span, Duration.ofMinutes(1), timescale)
                        .render(variable.path("query").asText());
                try (Statement statement = reader.createStatement();
                        ResultSet row = statement.executeQuery(sql)) {
                    while (row.next()) {
                        options.add(row.getString(1));
                    }
                }
                assertThat(options)
                        .as(dashboard + ", variable " + each.getKey())
                        .isNotEmpty()
                        .doesNotHaveDuplicates();
            } else {
                options.add(variable.path("current").path("value").asText());
            }
            boolean all = variable.path("includeAll").asBoolean();
            // of stations the one that has everything; Grafana would begin with the first in the alphabet
            String one = options.contains("HAVN") ? "HAVN" : options.getFirst();
            values.put(each.getKey(), all ? options : List.of(one));
        }
        return values;
    }

    /** Also what Grafana refuses to draw: a time series without an ascending time. */
    private static int rows(Connection reader, Query query, GrafanaSql grafana) throws SQLException {
        String sql = grafana.render(query.text());
        try (Statement statement = reader.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            ResultSetMetaData columns = row.getMetaData();
            boolean series = query.target().path("format").asText().equals("time_series");
            if (series) {
                assertThat(columns.getColumnName(1)).as(query.of()).isEqualTo("time");
                assertThat(columns.getColumnType(1))
                        .as(query.of())
                        .isIn(Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE, Types.NUMERIC, Types.DOUBLE);
            }
            int rows = 0;
            boolean something = false;
            double before = Double.NEGATIVE_INFINITY;
            while (row.next()) {
                rows++;
                for (int i = 1; i <= columns.getColumnCount() && !something; i++) {
                    something = row.getObject(i) != null && !(series && i == 1);
                }
                if (series) {
                    double at = columns.getColumnType(1) == Types.TIMESTAMP
                            ? row.getTimestamp(1).getTime() / 1000.0
                            : row.getDouble(1);
                    assertThat(at).as(query.of()).isGreaterThanOrEqualTo(before);
                    before = at;
                }
            }
            return something ? rows : 0;
        } catch (SQLException refused) {
            throw new SQLException(query.of() + ": " + refused.getMessage() + "\n" + sql, refused);
        }
    }

    // ---- and the right ones

    /** What stands, and which sensors are silent, is what the service's own API says. */
    private static void shouldSayWhatTheServiceSays(Connection reader, PlayedStorm storm)
            throws IOException, InterruptedException, SQLException {
        TreeSet<String> alerts = new TreeSet<>();
        for (JsonNode each : storm.get("/alerts?state=active").path("alerts")) {
            alerts.add(
                    each.path("alertId").asText() + " " + each.path("severity").asInt() + " "
                            + each.path("acknowledgedBy").asText("nobody"));
        }
        assertThat(alerts).isNotEmpty();
        assertThat(
                        texts(
                                reader,
                                "select alert_id || ' ' || severity || ' ' || coalesce(acknowledged_by, 'nobody') from alerts_at('live', now())"))
                .containsExactlyElementsOf(alerts);
        shouldKnowHowFarLevelsHadCome(reader, storm);
        TreeSet<String> stations = new TreeSet<>();
        for (JsonNode each : storm.get("/collections/stations/items").path("features")) {
            JsonNode is = each.path("properties");
            stations.add(each.path("id").asText() + " " + is.path("severity").asInt(0) + " "
                    + each.path("geometry").path("coordinates").path(0).asDouble());
        }
        assertThat(texts(reader, "select station || ' ' || severity || ' ' || lon from stations_at('live', now())"))
                .containsExactlyElementsOf(stations);
        assertThat(texts(reader, "select sensor from sensors_at('live', now()) where stale"))
                .containsExactly("BAKKEN-B", "ODDEN-W");
    }

    /** The peaks of what stands, in the database and in the past of a moment ago: where they are levels, those that live has. */
    private static void shouldKnowHowFarLevelsHadCome(Connection reader, PlayedStorm storm)
            throws IOException, InterruptedException, SQLException {
        TreeSet<String> live = new TreeSet<>();
        int others = 0;
        int movedOn = 0;
        JsonNode answer = storm.get("/alerts?state=active");
        for (JsonNode each : answer.path("alerts")) {
            String id = each.path("alertId").asText();
            boolean level = each.path("kind").asText().equals("level");
            others += level ? 0 : 1;
            movedOn +=
                    level && each.path("peak").asDouble() > each.path("value").asDouble() ? 1 : 0;
            live.add(level ? peak(each) : id);
        }
        assertThat(others).isPositive();
        assertThat(movedOn).as("peaks that moved on after the last step").isPositive();
        TreeSet<String> then = new TreeSet<>();
        String asOf = answer.path("asOf").asText();
        JsonNode past = await("the database has all that was known then")
                .atMost(Duration.ofSeconds(20))
                .until(() -> storm.ask("/alerts?state=active&asOf=" + asOf), found -> found.has("alerts"));
        for (JsonNode each : past.path("alerts")) {
            then.add(peak(each));
        }
        assertThat(then).containsExactlyElementsOf(live);
        assertThat(texts(
                        reader,
                        "select concat_ws(' ', alert_id, to_char(peak, 'FM990.000'), to_char(peak_at at time zone 'UTC',"
                                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')) from alerts_at('live', now())"))
                .containsExactlyElementsOf(live);
    }

    private static String peak(JsonNode alert) {
        String id = alert.path("alertId").asText();
        return alert.path("peak").isNull()
                ? id
                : String.format(
                        Locale.ROOT,
                        "%s %.3f %s",
                        id,
                        alert.path("peak").asDouble(),
                        alert.path("peakAt").asText());
    }

    private static TreeSet<String> texts(Connection reader, String sql) throws SQLException {
        TreeSet<String> all = new TreeSet<>();
        try (Statement statement = reader.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                all.add(row.getString(1));
            }
        }
        return all;
    }

    private static void shouldNotWrite(Connection reader) throws SQLException {
        for (String write : List.of(
                "delete from reading",
                "update catalogue set place = ''",
                "create table anything (a int)",
                "insert into sensor (id) values ('x')",
                "set transaction read write; delete from reading")) {
            try (Statement statement = reader.createStatement()) {
                statement.execute(write);
                throw new AssertionError("was done: " + write);
            } catch (SQLException refused) {
                assertThat(refused.getSQLState()).as(write).isIn("42501", "25006");
            }
        }
    }
}
