package dk.vandvagt.shard;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Composite;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Member;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Redundant;
import dk.vandvagt.station.Reference;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.Unit;
import dk.vandvagt.station.VerticalDatum;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Small catalogues for tests. */
public final class Catalogues {
    public static final long MIN = 60_000;
    public static final long HOUR = 60 * MIN;
    public static final VerticalDatum DVR90 = new VerticalDatum("DVR90");
    public static final QualityLimits LIMITS = new QualityLimits(-3, 4, -1.6, 2.6, 0.2, 0.4, 3);

    private Catalogues() {}

    /** A rising level threshold, deadband 5 cm. */
    public static Threshold level(String name, int severity, double raiseAt, long onDelayMs, long offDelayMs) {
        return threshold(
                name, severity, Threshold.Kind.LEVEL, raiseAt, raiseAt - 0.05, onDelayMs, offDelayMs, 0, Double.NaN);
    }

    public static Threshold threshold(
            String name,
            int severity,
            Threshold.Kind kind,
            double raiseAt,
            double clearBelow,
            long onDelayMs,
            long offDelayMs,
            long windowMs,
            double onlyAboveM) {
        return new Threshold(
                name,
                new Text(name, name),
                severity,
                kind,
                Threshold.Direction.RISING,
                Threshold.Comparison.AT_OR_BEYOND,
                raiseAt,
                clearBelow,
                DVR90,
                onDelayMs,
                offDelayMs,
                windowMs,
                onlyAboveM,
                "test",
                true,
                Text.NONE,
                "",
                "");
    }

    /** Level every 10 min, stale after 35. */
    public static Sensor levelSensor(String id, Threshold... thresholds) {
        return new Sensor(
                id,
                "ST-" + id,
                Text.NONE,
                Parameter.LEVEL,
                Unit.M,
                10 * MIN,
                35 * MIN,
                0.01,
                LIMITS,
                List.of(thresholds),
                false);
    }

    /** Rain every 5 min. */
    public static Sensor rainSensor(String id, Threshold... thresholds) {
        QualityLimits range = new QualityLimits(0, 60, 0, 40, Double.NaN, Double.NaN, Double.NaN);
        return new Sensor(
                id,
                "ST-" + id,
                Text.NONE,
                Parameter.RAIN,
                Unit.MM,
                5 * MIN,
                20 * MIN,
                0.1,
                range,
                List.of(thresholds),
                false);
    }

    /** The same gauge, sending a running counter. */
    public static Sensor counter(Sensor plain, double wrapMm) {
        RainGauge gauge = new RainGauge(
                RainGauge.Input.COUNTER, wrapMm, RainGauge.Label.END, RainGauge.Reports.PERIODIC, 0, 0.90);
        return changed(plain, plain.quality(), gauge, plain.reference());
    }

    public static Sensor with(Sensor plain, Reference reference) {
        return changed(plain, plain.quality(), plain.rain(), reference);
    }

    public static Sensor with(Sensor plain, QualityLimits quality) {
        return changed(plain, quality, plain.rain(), plain.reference());
    }

    private static Sensor changed(Sensor plain, QualityLimits quality, RainGauge gauge, Reference reference) {
        return new Sensor(
                plain.id(),
                plain.stationId(),
                plain.title(),
                plain.parameter(),
                plain.unit(),
                plain.intervalMs(),
                plain.staleAfterMs(),
                plain.resolution(),
                quality,
                plain.thresholds(),
                gauge,
                reference,
                plain.retired());
    }

    /** Each sensor at a station of its own, gauge zero at the datum. */
    public static Catalogue of(Sensor... sensors) {
        return of(0, sensors);
    }

    public static Catalogue of(double gaugeZeroM, Sensor... sensors) {
        return of(gaugeZeroM, List.of(), sensors);
    }

    public static Catalogue of(List<Composite> composites, Sensor... sensors) {
        return of(0, composites, sensors);
    }

    /** @param members such as {@code W/quay}, or the id of another composite */
    public static Composite composite(
            String id, int severity, int atLeast, long onDelayMs, long offDelayMs, String... members) {
        Threshold threshold = threshold(
                id, severity, Threshold.Kind.COMPOSITE, atLeast, atLeast, onDelayMs, offDelayMs, 0, Double.NaN);
        return new Composite(id, "PLACE", threshold, members(members), List.of());
    }

    public static List<Member> members(String... written) {
        return Stream.of(written)
                .map(each -> each.split("/"))
                .map(parts -> new Member(parts[0], parts.length > 1 ? parts[1] : ""))
                .toList();
    }

    /** Level sensors of one station, each with these thresholds. */
    public static Station redundant(
            String stationId, List<String> sensorIds, QualityLimits limits, Threshold... thresholds) {
        List<Sensor> sensors = sensorIds.stream()
                .map(id -> new Sensor(
                        id,
                        stationId,
                        Text.NONE,
                        Parameter.LEVEL,
                        Unit.M,
                        10 * MIN,
                        35 * MIN,
                        0.01,
                        limits,
                        List.of(thresholds),
                        false))
                .toList();
        return new Station(
                stationId,
                stationId,
                9.9,
                55.3,
                DVR90,
                List.of(new GaugeZero(Long.MIN_VALUE, 0, "test")),
                "",
                sensors,
                List.of(new Redundant(stationId, sensorIds)));
    }

    private static Catalogue of(double gaugeZeroM, List<Composite> composites, Sensor... sensors) {
        List<Station> stations = new ArrayList<>();
        StringBuilder text = new StringBuilder(composites.toString());
        for (Sensor sensor : sensors) {
            text.append(sensor).append('\n');
            stations.add(new Station(
                    sensor.stationId(),
                    sensor.stationId(),
                    9.9,
                    55.3,
                    DVR90,
                    List.of(new GaugeZero(Long.MIN_VALUE, gaugeZeroM, "test")),
                    "",
                    List.of(sensor)));
        }
        return Catalogue.of(text.toString(), "Test", Judging.USUAL, stations, composites, null);
    }
}
