package dk.vandvagt.notify;

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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Assens Havn, its thresholds, and what may be decided there. */
final class Storms {
    static final long AT_MS = Instant.parse("2023-10-20T21:40:00Z").toEpochMilli();
    private static final VerticalDatum DVR90 = new VerticalDatum("DVR90");

    private Storms() {}

    static Catalogue catalogue() {
        Threshold quay = threshold(
                "quay",
                new Text("Vand på kajen", "Water on the quay"),
                Threshold.Kind.LEVEL,
                1.0,
                0,
                new Text("Luk Nordre Havnevej", "Close Nordre Havnevej"));
        Threshold cloudburst = threshold(
                "skybrud", new Text("Skybrud", "Cloudburst"), Threshold.Kind.ACCUMULATION, 15, 30 * 60_000L, Text.NONE);
        Station station = new Station(
                "ASS-HAVN",
                "Assens Havn",
                9.89,
                55.27,
                DVR90,
                List.of(new GaugeZero(Long.MIN_VALUE, 0, "")),
                "",
                List.of(
                        sensor("ASS-HAVN-W", Parameter.LEVEL, Unit.M, quay),
                        sensor("ASS-HAVN-R", Parameter.RAIN, Unit.MM, cloudburst)));
        return Catalogue.of("assens", "Assens", Judging.USUAL, List.of(station), null);
    }

    private static Sensor sensor(String id, Parameter parameter, Unit unit, Threshold threshold) {
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
                List.of(threshold),
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

    /** The same step, moved by something else than a reading. */
    static Transition because(Transition.Cause cause, Transition t) {
        return with(t, false, cause);
    }

    static Transition possibly(Transition t) {
        return with(t, true, null);
    }

    private static Transition with(Transition t, boolean possible, Transition.@Nullable Cause cause) {
        return new Transition(
                t.id(),
                t.alertId(),
                t.number(),
                t.kind(),
                t.runId(),
                t.ruleId(),
                t.stationId(),
                t.sensorId(),
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
                cause == null ? t.observedAtMs() : 0,
                cause == null ? t.value() : Double.NaN,
                t.flag(),
                t.peak(),
                t.peakAtMs(),
                t.unconfirmed(),
                t.late(),
                t.by(),
                t.note(),
                possible,
                t.shelved(),
                t.shelvedUntilMs(),
                cause);
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
                null);
    }
}
