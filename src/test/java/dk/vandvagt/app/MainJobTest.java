package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.data.BalticSurge;
import dk.vandvagt.data.BalticSurge.Row;
import dk.vandvagt.data.BalticSurge.Span;
import dk.vandvagt.data.SteadyPublisher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on the real thing: broker, database and service in a process of their own, the measured surge of October 2023 in
 * over MQTT, the process killed half-way, and everything sent twice.
 */
class MainJobTest {
    private static final long OFF_DELAY_MS = 30 * 60_000;

    @TempDir
    private Path data = Path.of("");

    @Test
    void shouldStoreJudgeAndServeTheSurgeOnceThroughAKillAndARepeat()
            throws IOException, InterruptedException, SQLException, MqttException {
        List<Row> rows = BalticSurge.rows();
        RunningService first = RunningService.start(BalticSurge.CATALOGUE, data, 0, 0, 0);
        List<String> toldBefore;
        try (SteadyPublisher network = new SteadyPublisher(first.mqttPort(), first.sensorPassword(), 240)) {
            int half = rows.size() / 2;
            for (Row row : rows.subList(0, half)) {
                network.publish(row.sensorId(), row.observedAtMs(), row.levelM());
            }
            // in the middle of it: some are acknowledged, some are not
            toldBefore = transitions(first);
            first.kill();
            try (RunningService second = RunningService.start(
                    BalticSurge.CATALOGUE, data, first.httpPort(), first.mqttPort(), first.databasePort())) {
                for (Row row : rows.subList(half, rows.size())) {
                    network.publish(row.sensorId(), row.observedAtMs(), row.levelM());
                }
                for (Row row : rows) {
                    network.publish(row.sensorId(), row.observedAtMs(), row.levelM());
                }
                network.flush();
                awaitDrained(second);
                everyRowIsStoredOnce(second, rows);
                exceedancesAreWhereTheSeriesSays(second);
                kappelnWentStaleAndWasNotCleared(second);
                assertThat(transitions(second)).containsAll(toldBefore);
                refusalsAreNamedCountedAndAcknowledged(second, network);
                theMapAndTheLayersAreServed(second);
            }
        }
    }

    private static void awaitDrained(RunningService service) {
        Awaitility.await("all messages taken and drained")
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> service.metric("vandvagt_broker_outstanding") == 0
                        && service.metric("vandvagt_inbox_depth{inbox=\"journal\"}") == 0
                        && service.metric("vandvagt_lag_seconds{to=\"committed\"}") == 0);
    }

    private static void everyRowIsStoredOnce(RunningService service, List<Row> rows) throws IOException, SQLException {
        Map<String, Double> expected = new HashMap<>();
        rows.forEach(row -> expected.put(row.sensorId() + " " + row.observedAtMs(), row.levelM()));
        Map<String, Double> stored = new HashMap<>();
        int count = 0;
        try (Connection database = service.database();
                PreparedStatement query = database.prepareStatement(
                        "select s.id, r.observed_at, r.value from reading r join sensor s using (sensor_id)");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                count++;
                stored.put(row.getString(1) + " " + row.getTimestamp(2).getTime(), row.getDouble(3));
            }
        }
        assertThat(stored).isEqualTo(expected);
        assertThat(count).isEqualTo(expected.size());
        try (Connection database = service.database();
                PreparedStatement query = database.prepareStatement("""
                        select r.observed_at, r.value from reading r join sensor s using (sensor_id)
                        where s.id = 'Flensburg-W' order by r.value desc, r.observed_at limit 1
                        """);
                ResultSet highest = query.executeQuery()) {
            assertThat(highest.next()).isTrue();
            assertThat(highest.getTimestamp(1)).isEqualTo(Timestamp.from(Instant.parse("2023-10-20T21:40:00Z")));
            assertThat(highest.getDouble(2)).isEqualTo(2.270);
        }
    }

    private static void exceedancesAreWhereTheSeriesSays(RunningService service) throws IOException, SQLException {
        for (String gauge : BalticSurge.GAUGES) {
            List<Span> expected = new ArrayList<>();
            for (double level : new double[] {1.0, 1.25, 1.5, 2.0}) {
                expected.addAll(BalticSurge.exceedances(BalticSurge.rows(gauge), level, level - 0.05, OFF_DELAY_MS));
            }
            List<Span> stored = new ArrayList<>();
            try (Connection database = service.database();
                    PreparedStatement query = database.prepareStatement("""
                            select raise_at, began_at, ended_at, peak from exceedance e
                            where rule_id = ? order by raise_at, began_at
                            """)) {
                query.setString(1, gauge + "-W.level");
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        stored.add(new Span(
                                row.getDouble(1),
                                row.getTimestamp(2).getTime(),
                                row.getTimestamp(3).getTime(),
                                row.getDouble(4)));
                    }
                }
            }
            assertThat(stored).as(gauge).isEqualTo(expected);
        }
    }

    private static void kappelnWentStaleAndWasNotCleared(RunningService service) throws IOException, SQLException {
        List<String> afterSilence = transitions(service).stream()
                .filter(line -> line.startsWith("Kappeln-W.level"))
                .filter(line -> line.substring(line.indexOf("2023")).compareTo("2023-10-20T12:30:00Z") > 0)
                .toList();
        assertThat(afterSilence.get(0)).contains("STALE 2023-10-20T13:00:00Z");
        assertThat(afterSilence.get(1)).contains("BACK 2023-10-23T07:20:00Z");
        assertThat(afterSilence.get(2)).contains("CLEARED 2023-10-23T");
    }

    /** Every transition the database holds, in order: rule, number, kind, time, id. */
    private static List<String> transitions(RunningService service) throws IOException, SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection database = service.database();
                PreparedStatement query = database.prepareStatement(
                        "select record->>'ruleId', record->>'kind', at, id from transition order by at, id");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                lines.add(row.getString(1) + " " + row.getString(2) + " "
                        + row.getTimestamp(3).toInstant() + " " + row.getString(4));
            }
        }
        return lines;
    }

    private static void refusalsAreNamedCountedAndAcknowledged(RunningService service, SteadyPublisher network)
            throws InterruptedException {
        String topic = "vandvagt/v1/readings/Flensburg-W";
        Map<String, byte[]> bad = Map.of(
                "malformed", "{\"t\":".getBytes(StandardCharsets.UTF_8),
                "oversized", new byte[64 * 1024 + 1],
                "not_utf8", new byte[] {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'},
                "not_finite", "{\"t\":\"2023-10-26T00:00:00Z\",\"v\":NaN}".getBytes(StandardCharsets.UTF_8),
                "far_future", "{\"t\":\"2093-10-26T00:00:00Z\",\"v\":1}".getBytes(StandardCharsets.UTF_8));
        for (byte[] payload : bad.values()) {
            network.publish(topic, payload);
        }
        network.publish(
                "vandvagt/v1/readings/Atlantis-W",
                "{\"t\":\"2023-10-20T00:00:00Z\",\"v\":1}".getBytes(StandardCharsets.UTF_8));
        network.flush();
        awaitDrained(service);
        for (String name : bad.keySet()) {
            assertThat(service.metric("vandvagt_readings_refused_total{reason=\"" + name + "\"}"))
                    .as(name)
                    .isEqualTo(1);
        }
        assertThat(service.metric("vandvagt_readings_refused_total{reason=\"unknown_sensor\"}"))
                .isEqualTo(1);
        // and it goes on
        double before = service.metric("vandvagt_readings_received_total");
        network.publish("Flensburg-W", Instant.parse("2023-10-26T23:55:00Z").toEpochMilli(), 0.1);
        network.flush();
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> service.metric("vandvagt_readings_received_total") == before + 1);
    }

    private static void theMapAndTheLayersAreServed(RunningService service) throws IOException, InterruptedException {
        assertThat(service.get("/collections/stations/items"))
                .contains("\"FeatureCollection\"", "Flensburg", "Kappeln");
        assertThat(service.get("/collections/observations/items?limit=3")).contains("\"next\"");
        assertThat(service.get("/stations/Flensburg/series?from=2023-10-20T00:00:00Z&to=2023-10-21T00:00:00Z"))
                .contains("2.27");
        assertThat(service.get("/health/ready")).contains("\"status\":\"ok\"");
    }
}
