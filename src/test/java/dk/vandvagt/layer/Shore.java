package dk.vandvagt.layer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.Unit;
import dk.vandvagt.station.VerticalDatum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A stretch of coast for tests: four stations around Assens, and live states of it in which a test sets what it needs. */
public final class Shore {
    public static final VerticalDatum DVR90 = new VerticalDatum("DVR90");
    public static final long NOON = Instant.parse("2023-10-20T12:00:00Z").toEpochMilli();
    private static final long MINUTE = 60_000;

    private Shore() {}

    public static Catalogue assens() {
        return catalogue("assens", stations());
    }

    public static Catalogue catalogue(String text, List<Station> stations) {
        return Catalogue.of(text, "Assens", Judging.USUAL, stations, null);
    }

    public static List<Station> stations() {
        // levelled anew at the beginning of 2020: 12 cm lower than thought before
        List<GaugeZero> havnZeros = List.of(
                new GaugeZero(Long.MIN_VALUE, 0.12, "first levelling"),
                new GaugeZero(Instant.parse("2020-01-01T00:00:00Z").toEpochMilli(), 0.0, "levelled anew"));
        List<GaugeZero> zero = List.of(new GaugeZero(Long.MIN_VALUE, 0, ""));
        return List.of(
                station(
                        "ASS-HAVN",
                        "Assens Havn",
                        9.8869,
                        55.2702,
                        havnZeros,
                        level("ASS-HAVN"),
                        rain("ASS-HAVN"),
                        battery("ASS-HAVN")),
                station("ASS-NEES", "Næs Vig", 9.9440, 55.2330, zero, level("ASS-NEES")),
                station("ASS-TORO", "Torø Huse", 9.8935, 55.2415, zero, level("ASS-TORO")),
                station("ASS-EBBERUP", "Ebberup", 9.9830, 55.2540, List.of(), rain("ASS-EBBERUP")));
    }

    static Station station(String id, String name, double lon, double lat, List<GaugeZero> zeros, Sensor... sensors) {
        String area = id.equals("ASS-HAVN") ? "assens-by" : "";
        return new Station(id, name, lon, lat, DVR90, zeros, "", List.of(sensors), List.of(), List.of(), area);
    }

    public static Sensor level(String stationId) {
        return new Sensor(
                stationId + "-W",
                stationId,
                new Text("Vandstand", "Water level"),
                Parameter.LEVEL,
                Unit.CM,
                10 * MINUTE,
                30 * MINUTE,
                0.01,
                QualityLimits.NONE,
                List.of(
                        rung("kajer", "Vand på kajerne", "Water on the quays", 1, 1.00, ""),
                        rung(
                                "lukning",
                                "Nordre Havnevej lukkes",
                                "Nordre Havnevej closes",
                                2,
                                1.25,
                                "Luk Nordre Havnevej"),
                        rung("inderlinje", "Inderste sikringslinje", "Inner protection line", 3, 1.80, "")),
                false);
    }

    private static Threshold rung(String name, String da, String en, int severity, double raiseAt, String action) {
        return new Threshold(
                name,
                new Text(da, en),
                severity,
                Threshold.Kind.LEVEL,
                Threshold.Direction.RISING,
                Threshold.Comparison.BEYOND,
                raiseAt,
                raiseAt - 0.05,
                DVR90,
                0,
                20 * MINUTE,
                0,
                Double.NaN,
                "municipality",
                true,
                action.isEmpty() ? Text.NONE : new Text(action, action),
                "",
                "");
    }

    public static Sensor rain(String stationId) {
        Threshold cloudburst = new Threshold(
                "skybrud",
                new Text("Skybrud", "Cloudburst"),
                2,
                Threshold.Kind.ACCUMULATION,
                Threshold.Direction.RISING,
                Threshold.Comparison.BEYOND,
                15,
                10,
                DVR90,
                0,
                0,
                30 * MINUTE,
                Double.NaN,
                "DMI",
                true,
                Text.NONE,
                "",
                "");
        return new Sensor(
                stationId + "-R",
                stationId,
                new Text("Nedbør", "Rain"),
                Parameter.RAIN,
                Unit.MM,
                5 * MINUTE,
                20 * MINUTE,
                0.1,
                QualityLimits.NONE,
                List.of(cloudburst),
                false);
    }

    static Sensor battery(String stationId) {
        return new Sensor(
                stationId + "-B",
                stationId,
                new Text("Batteri", "Battery"),
                Parameter.BATTERY,
                Unit.VOLT,
                60 * MINUTE,
                180 * MINUTE,
                0.01,
                QualityLimits.NONE,
                List.of(),
                false);
    }

    /** Nothing heard yet. */
    public static LiveState silent(Catalogue catalogue) {
        return LiveState.blank(catalogue, "live-1", 0, 0);
    }

    /** The same arrays, another moment. */
    public static LiveState at(LiveState live, long sequence, long clockMs, List<Alert> alerts) {
        return new LiveState(
                live.catalogue(),
                live.runId(),
                sequence,
                clockMs,
                live.observedAtMs(),
                live.receivedAtMs(),
                live.value(),
                live.flag(),
                live.test(),
                live.stale(),
                live.riseMPerHour(),
                live.riseStandardError(),
                live.riseSign(),
                live.accumulationMm(),
                live.rain(),
                live.residualM(),
                live.crossings(),
                live.severity(),
                live.pending(),
                List.copyOf(alerts),
                live.shelvings(),
                live.outOfService(),
                live.operatorCalls());
    }

    /** The same, of another run. */
    public static LiveState ofRun(String runId, LiveState live) {
        return new LiveState(
                live.catalogue(),
                runId,
                live.sequence(),
                live.clockMs(),
                live.observedAtMs(),
                live.receivedAtMs(),
                live.value(),
                live.flag(),
                live.test(),
                live.stale(),
                live.riseMPerHour(),
                live.riseStandardError(),
                live.riseSign(),
                live.accumulationMm(),
                live.rain(),
                live.residualM(),
                live.crossings(),
                live.severity(),
                live.pending(),
                live.alerts(),
                live.shelvings(),
                live.outOfService(),
                live.operatorCalls());
    }

    /** The same, of another run. */
    public static Transition ofRun(String runId, Transition transition) {
        ObjectMapper json = new ObjectMapper();
        ObjectNode members = json.valueToTree(transition);
        return json.convertValue(members.put("runId", runId), Transition.class);
    }

    /** Puts a reading that passed into the arrays. */
    public static void hear(LiveState live, String sensorId, long observedAtMs, double value) {
        int i = live.catalogue().sensorIndex(sensorId);
        live.observedAtMs()[i] = observedAtMs;
        live.receivedAtMs()[i] = observedAtMs + 2000;
        live.value()[i] = value;
        live.flag()[i] = 1;
    }

    /** An alert of the station's level sensor that stands at the second rung. */
    public static Alert alert(String id, String stationId, long beganAtMs, int severity) {
        Transition raised = transition(id, 0, Transition.Kind.RAISED, stationId, beganAtMs, severity);
        return new Alert(
                id,
                Alert.State.ACTIVE,
                raised,
                severity,
                beganAtMs,
                0,
                raised.peak(),
                raised.peakAtMs(),
                false,
                null,
                0,
                null,
                null);
    }

    /** The same alert of another rule, last decided by that sensor. */
    public static Alert of(String ruleId, String sensorId, String unit, Alert alert) {
        Transition t = alert.last();
        Transition last = new Transition(
                t.id(),
                t.alertId(),
                t.number(),
                t.kind(),
                t.runId(),
                ruleId,
                t.stationId(),
                sensorId,
                t.sequence(),
                t.atMs(),
                t.clockMs(),
                t.beganAtMs(),
                t.severity(),
                t.threshold(),
                t.raiseAt(),
                t.clearBelow(),
                unit,
                t.datum(),
                t.observedAtMs(),
                t.value(),
                t.flag(),
                t.peak(),
                t.peakAtMs(),
                t.unconfirmed(),
                t.late(),
                t.by(),
                t.note(),
                t.possible(),
                t.shelved(),
                t.shelvedUntilMs(),
                t.cause(),
                0);
        return new Alert(
                alert.id(),
                alert.state(),
                last,
                alert.highestSeverity(),
                alert.raisedAtMs(),
                alert.endedAtMs(),
                alert.peak(),
                alert.peakAtMs(),
                alert.silent(),
                alert.acknowledgedBy(),
                alert.acknowledgedAtMs(),
                alert.note(),
                alert.shelving());
    }

    public static Alert cleared(Alert alert, long endedAtMs) {
        Transition last = transition(
                alert.id(),
                1,
                Transition.Kind.CLEARED,
                alert.last().stationId(),
                alert.last().beganAtMs(),
                endedAtMs,
                0);
        return new Alert(
                alert.id(),
                Alert.State.CLEARED,
                last,
                alert.highestSeverity(),
                alert.raisedAtMs(),
                endedAtMs,
                last.peak(),
                last.peakAtMs(),
                false,
                null,
                0,
                null,
                null);
    }

    public static Transition transition(
            String alertId, int number, Transition.Kind kind, String stationId, long atMs, int severity) {
        return transition(alertId, number, kind, stationId, atMs, atMs, severity);
    }

    private static Transition transition(
            String alertId,
            int number,
            Transition.Kind kind,
            String stationId,
            long beganAtMs,
            long atMs,
            int severity) {
        return new Transition(
                alertId + "/" + number,
                alertId,
                number,
                kind,
                "live-1",
                stationId + "-W.level",
                stationId,
                stationId + "-W",
                40 + number,
                atMs,
                atMs,
                beganAtMs,
                severity,
                severity > 1 ? "lukning" : "kajer",
                severity > 1 ? 1.25 : 1.0,
                severity > 1 ? 1.2 : 0.95,
                "m",
                "DVR90",
                atMs,
                1.31,
                1,
                1.31,
                atMs,
                false,
                false,
                null,
                null,
                false,
                false,
                0,
                null,
                0);
    }

    /** A grid of stations, to be many. */
    public static List<Station> many(int n) {
        List<Station> stations = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            String id = "S%05d".formatted(i);
            stations.add(station(
                    id,
                    "Station " + i,
                    8 + (i % 100) * 0.05,
                    54.5 + (i / 100) * 0.03,
                    List.of(new GaugeZero(Long.MIN_VALUE, 0, "")),
                    level(id)));
        }
        return stations;
    }
}
