package dk.vandvagt.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Redundant;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.Unit;
import dk.vandvagt.station.VerticalDatum;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Assens Havn, its thresholds, and what may be decided there. */
final class Storms {
    static final long AT_MS = Instant.parse("2023-10-20T21:40:00Z").toEpochMilli();
    private static final VerticalDatum DVR90 = new VerticalDatum("DVR90");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Storms() {}

    static Catalogue catalogue() {
        return catalogue("");
    }

    /** @param area of the municipality that the harbour is in */
    static Catalogue catalogue(String area) {
        Threshold quay = threshold(
                "quay",
                new Text("Vand på kajen", "Water on the quay"),
                Threshold.Kind.LEVEL,
                1.0,
                0,
                new Text("Luk Nordre Havnevej", "Close Nordre Havnevej"));
        Threshold cloudburst = threshold(
                "skybrud", new Text("Skybrud", "Cloudburst"), Threshold.Kind.ACCUMULATION, 15, 30 * 60_000L, Text.NONE);
        Threshold soon = threshold(
                "soon",
                new Text("Vand på kajen", "Water on the quay"),
                Threshold.Kind.EXPECTED,
                1.7,
                60 * 60_000L,
                Text.NONE);
        Threshold fast = threshold(
                "fast", new Text("Hurtig stigning", "Fast rise"), Threshold.Kind.RISE, 0.3, 30 * 60_000L, Text.NONE);
        Station station = new Station(
                "ASS-HAVN",
                "Assens Havn",
                9.89,
                55.27,
                DVR90,
                List.of(new GaugeZero(Long.MIN_VALUE, 0, "")),
                "",
                List.of(
                        sensor("ASS-HAVN-W", Parameter.LEVEL, Unit.M, quay, soon, fast),
                        sensor("ASS-HAVN-W2", Parameter.LEVEL, Unit.M, quay, soon, fast),
                        sensor("ASS-HAVN-R", Parameter.RAIN, Unit.MM, cloudburst)),
                List.of(new Redundant("ASS-HAVN-K", List.of("ASS-HAVN-W", "ASS-HAVN-W2"))),
                List.of(),
                area);
        return Catalogue.of("assens", "Assens", Judging.USUAL, List.of(station), null);
    }

    private static Sensor sensor(String id, Parameter parameter, Unit unit, Threshold... thresholds) {
        return new Sensor(
                id,
                "ASS-HAVN",
                Text.NONE,
                parameter,
                unit,
                600_000,
                1_800_000,
                0.01,
                QualityLimits.NONE,
                List.of(thresholds),
                false);
    }

    private static Threshold threshold(
            String name, Text title, Threshold.Kind kind, double raiseAt, long windowMs, Text action) {
        return new Threshold(
                name,
                title,
                1,
                kind,
                Threshold.Direction.RISING,
                Threshold.Comparison.AT_OR_BEYOND,
                raiseAt,
                raiseAt * 0.9,
                DVR90,
                0,
                0,
                windowMs,
                Double.NaN,
                "",
                true,
                action,
                "",
                "");
    }

    static Transition level(int number, Transition.Kind kind, int severity) {
        return transition(
                "a1", number, kind, "ASS-HAVN-W", "ASS-HAVN-W.level", "quay", 1.0, "m", "DVR90", severity, 1.27, 1);
    }

    /** An extrapolated level that reaches the quay within the hour. */
    static Transition expected(int number, Transition.Kind kind, double value) {
        return transition(
                "a3", number, kind, "ASS-HAVN-W", "ASS-HAVN-W.expected.60min", "soon", 1.7, "m", "DVR90", 2, value, 1);
    }

    static Transition rise(int number, Transition.Kind kind, double value) {
        return transition(
                "a4", number, kind, "ASS-HAVN-W", "ASS-HAVN-W.rise.30min", "fast", 0.3, "m/h", "", 1, value, 1);
    }

    static Transition composite(int number, Transition.Kind kind, double value) {
        return transition("c1", number, kind, "ASS-HAVN-R", "OUTFALL", "OUTFALL", 2, "members", "", 2, value, 1);
    }

    /** Of two gauges that stand in for each other. */
    static Transition place(int number, Transition.Kind kind) {
        return transition("a5", number, kind, "ASS-HAVN-W2", "ASS-HAVN-K.level", "quay", 1.0, "m", "DVR90", 1, 1.27, 1);
    }

    /** The same step of another alert at another station, which the catalogue does not know. */
    static Transition at(String stationId, String alertId, Transition t) {
        return new Transition(
                alertId + "/" + t.number(),
                alertId,
                t.number(),
                t.kind(),
                t.runId(),
                stationId + "-W.level",
                stationId,
                stationId + "-W",
                t.sequence(),
                t.atMs(),
                t.clockMs(),
                t.beganAtMs(),
                t.severity(),
                t.threshold(),
                t.raiseAt(),
                t.clearBelow(),
                t.unit(),
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
    }

    /** The same step, moved by something else than a reading. */
    static Transition because(Transition.Cause cause, Transition t) {
        return with(t, false, cause);
    }

    static Transition possibly(Transition t) {
        return with(t, true, null);
    }

    private static Transition with(Transition t, boolean possible, Transition.@Nullable Cause cause) {
        return cause == null
                ? but(t, Map.of("possible", possible))
                : but(t, Map.of("possible", possible, "cause", cause, "observedAtMs", 0, "value", Double.NaN));
    }

    /** The same step, but for these members, as its JSON has them. */
    static Transition but(Transition t, Map<String, ?> members) {
        ObjectNode json = JSON.valueToTree(t);
        members.forEach((name, value) -> {
            if (json.replace(name, JSON.valueToTree(value)) == null) {
                throw new IllegalArgumentException(name);
            }
        });
        return JSON.convertValue(json, Transition.class);
    }

    static Transition rain(int number, Transition.Kind kind) {
        return transition(
                "a2",
                number,
                kind,
                "ASS-HAVN-R",
                "ASS-HAVN-R.accumulation.30min",
                "skybrud",
                15,
                "mm",
                "",
                2,
                18.23,
                3);
    }

    static Transition transition(
            String alertId,
            int number,
            Transition.Kind kind,
            String sensorId,
            String ruleId,
            String threshold,
            double raiseAt,
            String unit,
            String datum,
            int severity,
            double value,
            int flag) {
        return new Transition(
                alertId + "/" + number,
                alertId,
                number,
                kind,
                "live",
                ruleId,
                "ASS-HAVN",
                sensorId,
                42 + number,
                AT_MS,
                AT_MS,
                AT_MS - 600_000,
                severity,
                threshold,
                raiseAt,
                raiseAt * 0.9,
                unit,
                datum,
                AT_MS,
                value,
                flag,
                value,
                AT_MS,
                false,
                false,
                null,
                null,
                false,
                kind == Transition.Kind.SHELVED,
                kind == Transition.Kind.SHELVED ? AT_MS + 8 * 3_600_000 : 0,
                null,
                0);
    }
}
