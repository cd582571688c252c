package dk.vandvagt.shard;

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
import java.util.ArrayList;
import java.util.List;

/** Sensors to measure with: of ten, nine measure level every 10 min and one rain every 5 min. */
final class Fleet {
    static final long MIN_MS = 60_000;
    static final long HOUR_MS = 60 * MIN_MS;
    static final long LEVEL_INTERVAL_MS = 10 * MIN_MS;
    static final long RAIN_INTERVAL_MS = 5 * MIN_MS;
    static final long RISE_WINDOW_MS = 3 * HOUR_MS;
    static final long ACCUMULATION_WINDOW_MS = 30 * MIN_MS;

    private static final int SENSORS_PER_STATION = 10;
    private static final VerticalDatum DVR90 = new VerticalDatum("DVR90");

    private Fleet() {}

    static boolean isRain(int sensor) {
        return sensor % SENSORS_PER_STATION == SENSORS_PER_STATION - 1;
    }

    /** Makes the thresholds of one sensor. */
    interface Rules {
        List<Threshold> of(int sensor);
    }

    /**
     * @param range gross range and spike of the level gauges
     * @param judging the lateness window above all, which decides how many readings are kept
     */
    static Catalogue catalogue(
            int sensors, QualityLimits range, QualityLimits rainRange, Rules rules, Judging judging) {
        List<Station> stations = new ArrayList<>();
        List<GaugeZero> zeros = List.of(new GaugeZero(Long.MIN_VALUE, 0, "bench"));
        for (int first = 0; first < sensors; first += SENSORS_PER_STATION) {
            String stationId = "ST-" + first;
            List<Sensor> here = new ArrayList<>();
            for (int s = first; s < Math.min(sensors, first + SENSORS_PER_STATION); s++) {
                here.add(sensor(s, stationId, isRain(s) ? rainRange : range, rules.of(s)));
            }
            stations.add(new Station(stationId, stationId, 9.9, 55.3, DVR90, zeros, "", here));
        }
        return Catalogue.of("bench " + sensors, "Bench", judging, stations, null);
    }

    private static Sensor sensor(int s, String stationId, QualityLimits range, List<Threshold> thresholds) {
        boolean rain = isRain(s);
        return new Sensor(
                "S" + s,
                stationId,
                Text.NONE,
                rain ? Parameter.RAIN : Parameter.LEVEL,
                rain ? Unit.MM : Unit.M,
                rain ? RAIN_INTERVAL_MS : LEVEL_INTERVAL_MS,
                rain ? 20 * MIN_MS : 35 * MIN_MS,
                rain ? 0.1 : 0.01,
                range,
                thresholds,
                false);
    }

    static Threshold level(String name, double raiseAt, double clearBelow, long onDelayMs, long offDelayMs) {
        return threshold(name, Threshold.Kind.LEVEL, raiseAt, clearBelow, onDelayMs, offDelayMs, 0);
    }

    static Threshold rise(String name, double raiseAt, double clearBelow, long offDelayMs) {
        return threshold(name, Threshold.Kind.RISE, raiseAt, clearBelow, 0, offDelayMs, RISE_WINDOW_MS);
    }

    static Threshold accumulation(String name, double raiseAt, double clearBelow, long offDelayMs) {
        return threshold(name, Threshold.Kind.ACCUMULATION, raiseAt, clearBelow, 0, offDelayMs, ACCUMULATION_WINDOW_MS);
    }

    private static Threshold threshold(
            String name,
            Threshold.Kind kind,
            double raiseAt,
            double clearBelow,
            long onDelayMs,
            long offDelayMs,
            long windowMs) {
        return new Threshold(
                name,
                Text.NONE,
                1,
                kind,
                Threshold.Direction.RISING,
                Threshold.Comparison.AT_OR_BEYOND,
                raiseAt,
                clearBelow,
                DVR90,
                onDelayMs,
                offDelayMs,
                windowMs,
                Double.NaN,
                "bench",
                true,
                Text.NONE,
                "",
                "");
    }
}
